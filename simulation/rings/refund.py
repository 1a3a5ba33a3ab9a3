"""False customer service: a call about a refund or a loan fee, small payments first, all within an hour or two."""

import numpy as np

from simulation.clock import DAY_MS, MINUTE_MS
from simulation.rings.laundering import Chain
from simulation.rings.scam import cold_calls, opening_hour, pay_growing, talk

NAME = "refund"
DAYS = (0.5, 3.0)


def plan(plot) -> None:
    """One or two lines, two to four victims, one layer of mules, modest sums."""
    rng = plot.rng
    lines = [plot.line() for _ in range(int(rng.integers(1, 3)))]
    chain = Chain(plot, [[plot.mule() for _ in range(int(rng.integers(1, 3)))]], plot.between(4, 60), legs=1.3)
    for line in lines:
        cold_calls(plot, line, plot.between(100, 20) * max((plot.end - plot.begin) / DAY_MS, 0.3))
    for _ in range(int(rng.integers(2, 5))):
        victim, start = plot.victim(), opening_hour(plot)
        over = talk(plot, int(rng.choice(lines)), victim, start, plot.between(18, 6), int(rng.integers(1, 3)))
        middle = start + int((over - start) * rng.uniform(0.4, 1.0))
        count = int(rng.integers(1, 5))
        time = middle + np.cumsum(rng.exponential(plot.between(4, 15), count) * MINUTE_MS + 30_000).astype(np.int64)
        pay_growing(plot, victim, chain, time, plot.between(500, 120), rng.uniform(1.5, 4.0))
    plot.world.pays.add(chain.orders())
