"""Awakened line (D206): silent for long, then calling strangers from a county it was never in."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, spread
from simulation.dialling import dial
from simulation.frames import RING_PART
from simulation.rhythm import OFFICE

NAME = "awakened_line"
DAYS = (0.6, 4.0)


def plan(plot) -> None:
    """One to three idle lines."""
    rng, world = plot.rng, plot.world
    for _ in range(int(rng.integers(1, 4))):
        cell = plot.cell()
        line = plot.line("idle", imei=int(plot.handsets(1)[0]), cell=cell)
        days = max((plot.end - plot.begin) / DAY_MS, 0.3)
        time = spread(rng, plot.begin, plot.end, max(6, rng.poisson(plot.between(110, 22) * days)), OFFICE)
        if not len(time):
            time = plot.begin + np.sort(rng.integers(HOUR_MS // 6, 3 * HOUR_MS, 7))
        world.calls.add(dial(world, rng, line, time, answer=0.38, median_s=30, sigma=1.4, recall=0.12, back=0.05,
                             act=RING_PART))
