"""New-card burst (D205): opened days ago, already calling strangers all day."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, spread
from simulation.dialling import dial
from simulation.frames import RING_PART
from simulation.rhythm import OFFICE

NAME = "new_card_burst"
DAYS = (0.6, 4.0)


def plan(plot) -> None:
    """One to four new lines, each in a handset of its own."""
    rng, world = plot.rng, plot.world
    for _ in range(int(rng.integers(1, 5))):
        line = plot.line("new")
        days = max((plot.end - plot.begin) / DAY_MS, 0.3)
        time = spread(rng, plot.begin, plot.end, max(6, rng.poisson(plot.between(150, 28) * days)), OFFICE)
        if not len(time):
            time = plot.begin + np.sort(rng.integers(HOUR_MS // 6, 3 * HOUR_MS, 8))
        world.calls.add(dial(world, rng, line, time, answer=plot.between(0.3, 0.45, 0.1), median_s=30, sigma=1.4,
                             recall=0.14, back=0.06, act=RING_PART))
