"""False investment (hard): few calls, days of patience, payments that grow from small ones to savings."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, spread
from simulation.frames import RING_PART, pays
from simulation.ordinary.transfers import channel_of
from simulation.rhythm import AWAKE
from simulation.rings.laundering import Chain
from simulation.rings.scam import opening_hour, pay_growing, talk

NAME = "investment"
DAYS = (1.5, 6.0)


def plan(plot) -> None:
    """One line that calls its victims again and again, a first "gain" paid out, then the savings go."""
    rng, world = plot.rng, plot.world
    line = plot.line("own" if rng.random() < 0.4 else None)
    layers = [[plot.mule() for _ in range(2)], [plot.mule()]]
    chain = Chain(plot, layers, plot.between(10, 180), legs=1.2, keep=0.05)
    for _ in range(int(rng.integers(1, 4))):
        victim, start = plot.victim(), opening_hour(plot)
        talk(plot, line, victim, start, 9, int(rng.integers(1, 3)))
        later = max(plot.end, start + 8 * HOUR_MS)
        for again in spread(rng, start + 3 * HOUR_MS, later, int(rng.integers(1, 5)), AWAKE):
            talk(plot, line, victim, int(again), 6, 0)
        count = int(rng.integers(2, 6))
        time = spread(rng, start + HOUR_MS // 2, max(plot.end, start + DAY_MS // 3), count, AWAKE)
        if not len(time):
            time = np.array([start + HOUR_MS])
        pay_growing(plot, victim, chain, time, plot.between(600, 200), rng.uniform(1.8, 3.5))
        gain = time[:1] + int(rng.integers(2 * HOUR_MS, 5 * HOUR_MS))
        source = int(chain.layers[0][0])
        world.pays.add(pays(gain, source, victim, int(rng.integers(5, 60)) * 1_000,
                            channel=channel_of(rng, 1), act=RING_PART))
    world.pays.add(chain.orders())
