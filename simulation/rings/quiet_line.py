"""Quiet line (hard): a sold line on two handsets and an audio cable, few calls, its holder's life goes on."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, spread
from simulation.dialling import dial
from simulation.frames import RING_PART
from simulation.rhythm import AWAKE

NAME = "quiet_line"
DAYS = (1.0, 6.0)


def plan(plot) -> None:
    """One or two lines; 10 to 40 calls a day from several places, some callees called again."""
    rng, world = plot.rng, plot.world
    for _ in range(int(rng.integers(1, 3))):
        second = plot.handsets(1)[0]
        line = plot.line("own" if rng.random() < 0.5 else "second")
        days = max((plot.end - plot.begin) / DAY_MS, 0.3)
        time = spread(rng, plot.begin, plot.end, max(5, rng.poisson(plot.between(40, 10) * days)), AWAKE)
        if not len(time):
            time = plot.begin + np.sort(rng.integers(HOUR_MS // 6, 3 * HOUR_MS, 6))
        places = np.array([plot.cell() for _ in range(int(rng.integers(1, 7)))])
        place = places[(time // (2 * HOUR_MS)) % len(places)]
        handset = np.where(rng.random(len(time)) < 0.6, second, world.phones.imei[line])
        world.calls.add(dial(world, rng, line, time, answer=0.45, median_s=45, sigma=1.5, recall=0.2, back=0.08,
                             imei=handset, cell=place, act=RING_PART))
