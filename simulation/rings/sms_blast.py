"""SMS blast (D204): scam messages to many receivers, in bursts or in a trickle."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, spread
from simulation.dialling import blast, sessions
from simulation.frames import RING_PART
from simulation.rhythm import OFFICE

NAME = "sms_blast"
DAYS = (0.3, 3.0)


def plan(plot) -> None:
    """One to four lines; loud ones send a thousand in an hour, quiet ones a dozen in an hour."""
    rng, world = plot.rng, plot.world
    handset = plot.handsets(1)[0] if rng.random() < 0.5 else None
    for _ in range(int(rng.integers(1, 5))):
        line = plot.line(imei=handset if handset is None else int(handset))
        days = max((plot.end - plot.begin) / DAY_MS, 0.3)
        size = plot.between(500, 10)
        starts = spread(rng, plot.begin, plot.end, max(1, rng.poisson(plot.between(1.5, 5) * days)), OFFICE)
        if not len(starts):
            starts = np.array([plot.begin + int(rng.integers(HOUR_MS // 6, HOUR_MS))])
        time = sessions(rng, starts, size, plot.between(4, 120))
        world.calls.add(blast(world, rng, line, time, imei=-1 if handset is None else int(handset), act=RING_PART))
