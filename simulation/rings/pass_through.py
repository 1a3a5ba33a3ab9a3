"""Pass-through (D101): money leaves minutes after it came and little stays."""

import numpy as np

from simulation.clock import DAY_MS, spread
from simulation.ordinary.spending import yuan
from simulation.rhythm import AWAKE, ROUND_THE_CLOCK
from simulation.rings.laundering import Chain, deposits, payers_elsewhere

NAME = "pass_through"
DAYS = (0.4, 4.0)


def plan(plot) -> None:
    """Easy: out in three minutes, all of it, at any hour. Hard: by day, after hours, a sixth stays."""
    rng, mule = plot.rng, plot.mule()
    days = max((plot.end - plot.begin) / DAY_MS, 0.4)
    profile = ROUND_THE_CLOCK if plot.hardness < 0.25 else AWAKE
    time = spread(rng, plot.begin, plot.end, max(3, rng.poisson(plot.between(14, 3) * days)), profile)
    if not len(time):
        time = np.array([plot.begin])
    chain = Chain(plot, [[mule]], plot.between(3, 150), legs=1.5, keep=0.01 + 0.15 * plot.hardness)
    for moment in time.tolist():
        chain.run(moment, mule)
    amount = yuan(rng, len(time), plot.between(7_000, 1_500), 0.8, 100)
    plot.world.pays.add(deposits(plot, time, payers_elsewhere(plot, len(time)), mule, amount))
    plot.world.pays.add(chain.orders())
