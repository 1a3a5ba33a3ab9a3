"""Fan-in (3006): many payers into one account, concentrated out a few times."""

import numpy as np

from simulation.clock import DAY_MS, spread
from simulation.ordinary.spending import yuan
from simulation.rhythm import AWAKE
from simulation.rings.laundering import Chain, deposits, payers_elsewhere

NAME = "fan_in"
DAYS = (0.4, 3.5)


def plan(plot) -> None:
    """Up to forty payers a day; every few deposits the account is emptied."""
    rng, mule = plot.rng, plot.mule()
    days = max((plot.end - plot.begin) / DAY_MS, 0.4)
    time = spread(rng, plot.begin, plot.end, max(6, rng.poisson(plot.between(40, 9) * days)), AWAKE)
    chain = Chain(plot, [[mule]], plot.between(6, 120), legs=1.1)
    every = int(rng.integers(3, 9))
    for at in np.arange(every - 1, len(time), every):
        chain.run(int(time[at]), mule)
    amount = yuan(rng, len(time), plot.between(1_800, 500), 0.8, 100)
    plot.world.pays.add(deposits(plot, time, payers_elsewhere(plot, len(time)), mule, amount))
    plot.world.pays.add(chain.orders())
