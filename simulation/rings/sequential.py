"""Sequential dialling (D202): numbers are dialled in runs, many of them not in use."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, spread
from simulation.dialling import dial, sessions
from simulation.frames import RING_PART
from simulation.rhythm import OFFICE

NAME = "sequential"
DAYS = (0.4, 3.0)


def plan(plot) -> None:
    """One to three lines; easy ones step by one, hard ones skip and mix two runs."""
    rng, world = plot.rng, plot.world
    phones = world.phones
    by_number = np.argsort(phones.number)
    sorted_numbers = phones.number[by_number]
    for _ in range(int(rng.integers(1, 4))):
        line = plot.line()
        days = max((plot.end - plot.begin) / DAY_MS, 0.3)
        size = plot.between(25, 8)
        starts = spread(rng, plot.begin, plot.end, max(1, rng.poisson(plot.between(120, 30) * days / size)), OFFICE)
        if not len(starts):
            starts = np.array([plot.begin + int(rng.integers(HOUR_MS // 6, HOUR_MS))])
        time = sessions(rng, starts, size, plot.between(35, 110))
        step = 1 + rng.poisson(plot.between(0.1, 6.0), len(time))
        number = phones.number[rng.integers(0, len(phones))] // 1000 * 1000 + np.cumsum(step)
        if plot.hardness > 0.5:
            number[1::2] = number[1::2] - number[0] + phones.number[rng.integers(0, len(phones))]
        at = np.minimum(np.searchsorted(sorted_numbers, number), len(phones) - 1)
        known = np.where(sorted_numbers[at] == number, by_number[at], -1)
        known[phones.listen[known] < 1] = -1
        world.calls.add(dial(world, rng, line, time, answer=0.36, median_s=22, sigma=1.4, recall=0.03, back=0.05,
                             chosen=(number, known), act=RING_PART))
