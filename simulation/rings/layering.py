"""Layering (D108): deposits run through three to five layers of pass-through accounts."""

import numpy as np

from simulation.clock import spread
from simulation.ordinary.spending import yuan
from simulation.rhythm import AWAKE
from simulation.rings.laundering import Chain, deposits, payers_elsewhere

NAME = "layering"
DAYS = (0.3, 2.5)


def plan(plot) -> None:
    """Four to eight accounts; each deposit takes its own way through the layers."""
    rng = plot.rng
    layers = [[plot.mule() for _ in range(int(rng.integers(1, 3)))] for _ in range(int(rng.integers(3, 6)))]
    chain = Chain(plot, layers, plot.between(4, 70), legs=1.25, keep=0.01 + 0.08 * plot.hardness)
    time = spread(rng, plot.begin, plot.end, max(3, rng.poisson(plot.between(12, 4))), AWAKE)
    if not len(time):
        time = np.array([plot.begin])
    payers = payers_elsewhere(plot, len(time))
    plot.world.accounts.balance[payers] += int(plot.between(15_000, 5_000) * 100)
    first = rng.choice(layers[0], len(time))
    for moment, mule in zip(time.tolist(), first.tolist(), strict=True):
        chain.run(moment, mule)
    amount = yuan(rng, len(time), plot.between(18_000, 6_000), 0.6, 100)
    plot.world.pays.add(deposits(plot, time, payers, first, amount))
    plot.world.pays.add(chain.orders())
