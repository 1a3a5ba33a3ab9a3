"""Slow mule (hard): a main account in daily use that also passes on a few modest sums by day."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, spread
from simulation.frames import UP_TO
from simulation.ordinary.spending import yuan
from simulation.rhythm import OFFICE
from simulation.rings.laundering import deposits, order, payers_elsewhere

NAME = "slow_mule"
DAYS = (1.0, 6.0)


def plan(plot) -> None:
    """Two or three sums a day, kept for hours, seven to nine tenths of each passed on."""
    rng, world = plot.rng, plot.world
    mule, collector = plot.mule("first"), plot.collector()
    plot.hardness = max(plot.hardness, 0.6)
    days = max((plot.end - plot.begin) / DAY_MS, 0.5)
    time = spread(rng, plot.begin, plot.end, max(3, rng.poisson(2.6 * days)), OFFICE)
    if not len(time):
        time = plot.begin + np.sort(rng.integers(0, 4 * HOUR_MS, 3))
    amount = yuan(rng, len(time), 1_600, 0.6, 10_000)
    wait = (rng.exponential(3.5, len(time)) * HOUR_MS).astype(np.int64) + HOUR_MS // 6
    onward = (amount * rng.uniform(0.7, 0.93, len(time))).astype(np.int64)
    world.pays.add(deposits(plot, time, payers_elsewhere(plot, len(time)), mule, amount))
    world.pays.add(order(plot, time + wait, mule, collector, onward, UP_TO, 10_000))
