"""Awakened account (D103): silent for months, then a burst of deposits and payments."""

import numpy as np

from simulation.clock import HOUR_MS
from simulation.ordinary.spending import yuan
from simulation.rings.laundering import Chain, deposits, payers_elsewhere

NAME = "awakened"
DAYS = (0.3, 1.5)


def plan(plot) -> None:
    """One to three idle accounts, each busy for some hours."""
    rng = plot.rng
    for _ in range(int(rng.integers(1, 4))):
        mule = plot.mule("idle")
        count = max(3, int(plot.between(16, 4)))
        start = plot.begin + int(rng.integers(0, max(plot.end - plot.begin, HOUR_MS) // 2))
        time = start + np.sort(rng.integers(0, int(plot.between(2, 16) * HOUR_MS), count))
        chain = Chain(plot, [[mule]], plot.between(5, 80), legs=1.3)
        for moment in time[:: rng.integers(1, 3)].tolist():
            chain.run(moment, mule)
        amount = yuan(rng, count, plot.between(6_000, 1_500), 0.7, 100)
        plot.world.pays.add(deposits(plot, time, payers_elsewhere(plot, count), mule, amount))
        plot.world.pays.add(chain.orders())
