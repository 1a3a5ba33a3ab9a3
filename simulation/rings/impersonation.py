"""False police: a long call, fear, then everything is paid within hours to "safe accounts" (D301–D303)."""

import numpy as np

from simulation.clock import DAY_MS, MINUTE_MS
from simulation.rings.laundering import Chain
from simulation.rings.scam import cold_calls, gather, opening_hour, pay_growing, talk

NAME = "impersonation"
DAYS = (0.6, 3.0)


def plan(plot) -> None:
    """One or two lines, one to three victims, a chain of two or three layers."""
    rng = plot.rng
    lines = [plot.line() for _ in range(int(rng.integers(1, 3)))]
    layers = [[plot.mule() for _ in range(2)]] + [[plot.mule()] for _ in range(int(rng.integers(1, 3)))]
    chain = Chain(plot, layers, plot.between(3, 40), legs=1.3)
    for line in lines:
        cold_calls(plot, line, plot.between(70, 15) * max((plot.end - plot.begin) / DAY_MS, 0.3))
    for _ in range(int(rng.integers(1, 4))):
        victim, line = plot.victim(), int(rng.choice(lines))
        over = talk(plot, line, victim, opening_hour(plot), plot.between(45, 14), int(rng.integers(1, 4)))
        start = over - int(rng.integers(0, 6)) * MINUTE_MS + int(plot.between(6, 60) * MINUTE_MS)
        time = start + np.cumsum(rng.exponential(plot.between(6, 30), rng.integers(2, 7)) * MINUTE_MS).astype(np.int64)
        gather(plot, victim, int(time[0]))
        pay_growing(plot, victim, chain, time, plot.between(3_000, 900), rng.uniform(1.3, 2.4))
    plot.world.pays.add(chain.orders())
