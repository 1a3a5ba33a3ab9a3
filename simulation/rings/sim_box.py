"""SIM box (D201, D203): many SIMs take turns in few handsets, in one cell, calling out only."""

import numpy as np

from simulation.clock import HOUR_MS, MINUTE_MS, spread
from simulation.dialling import dial, sessions
from simulation.frames import RING_PART
from simulation.rhythm import OFFICE, ROUND_THE_CLOCK

NAME = "sim_box"
DAYS = (0.5, 4.0)


def plan(plot) -> None:
    """Five to eleven SIMs; loud boxes dial a call a minute, quiet ones a few an hour."""
    rng, world = plot.rng, plot.world
    handsets, cell = plot.handsets(int(rng.integers(1, 4))), plot.cell()
    profile = ROUND_THE_CLOCK if rng.random() < 0.2 else OFFICE
    a_day = plot.between(140, 26)
    gap_s = plot.between(45, 150)
    for _ in range(int(rng.integers(5, 12))):
        handset = rng.choice(handsets)
        line = plot.line(imei=int(handset), cell=cell)
        days = max((plot.end - plot.begin) / (24 * HOUR_MS), 0.3)
        per_session = min(plot.between(30, 9), a_day)
        starts = spread(rng, plot.begin, plot.end, max(1, rng.poisson(a_day * days / per_session)), profile)
        if not len(starts):
            starts = np.array([plot.begin + int(rng.integers(MINUTE_MS, HOUR_MS))])
        time = sessions(rng, starts, per_session, gap_s)
        turn = np.searchsorted(starts, time)  # a SIM may sit in another slot in each session
        slot = handsets[(turn * 7 + line) % len(handsets)]
        world.calls.add(dial(world, rng, line, time, answer=plot.between(0.25, 0.42, 0.1), median_s=28, sigma=1.5,
                             recall=0.10, back=0.05, imei=slot, cell=cell, act=RING_PART))
