"""Fan-out (3007): one or a few large sums in, many payments out (bait and commission of fake jobs)."""

import numpy as np

from simulation.clock import MINUTE_MS, spread
from simulation.ordinary.spending import yuan
from simulation.rhythm import AWAKE
from simulation.rings.laundering import deposits, order

NAME = "fan_out"
DAYS = (0.3, 3.0)


def plan(plot) -> None:
    """A funding account pays the mule; the mule pays 6 to 40 people, most of whom it never saw."""
    rng, world = plot.rng, plot.world
    mule, source = plot.mule(), plot.collector()
    rounds = spread(rng, plot.begin, plot.end, int(rng.integers(1, 5)), AWAKE)
    for start in (rounds if len(rounds) else np.array([plot.begin])).tolist():
        count = int(np.clip(plot.between(35, 7), 5, 60))
        total = int(plot.between(40_000, 6_000) * 100)
        fund = deposits(plot, np.array([start]), source, mule, total, 10_000)
        gaps = rng.exponential(plot.between(1.0, 18), count) * MINUTE_MS
        time = start + int(plot.between(4, 90) * MINUTE_MS) + np.cumsum(gaps + 4_000).astype(np.int64)
        payees = rng.integers(0, len(world.people), count)
        amount = np.minimum(yuan(rng, count, total / 100 / count, 0.35, 100), total)
        world.accounts.balance[source] += 3 * total
        world.pays.add(fund)
        world.pays.add(order(plot, time, mule, payees, amount))
