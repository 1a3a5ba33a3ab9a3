"""Near-equal amounts (3008): the same pairs trade almost the same sum again and again ("running points")."""

import numpy as np

from simulation.clock import DAY_MS, spread
from simulation.rhythm import AWAKE
from simulation.rings.laundering import Chain, deposits, payers_elsewhere

NAME = "near_equal"
DAYS = (0.4, 3.5)
#: Sums asked for, yuan; some hug a limit of 2,000, 10,000 or 50,000 yuan (pattern D106).
SUMS = (300, 500, 998, 1_000, 1_990, 2_000, 2_980, 4_990, 5_000, 9_900)


def plan(plot) -> None:
    """Three to seven payers, each at least four times, sums within two percent."""
    rng, mule = plot.rng, plot.mule()
    days = max((plot.end - plot.begin) / DAY_MS, 0.4)
    payers = payers_elsewhere(plot, int(rng.integers(3, 8)))
    plot.world.accounts.balance[payers] += int(plot.between(30_000, 9_000) * 100)
    time = spread(rng, plot.begin, plot.end, max(len(payers) * 4, rng.poisson(plot.between(30, 8) * days)), AWAKE)
    base = int(rng.choice(SUMS)) * 100
    amount = (base * (1 - rng.uniform(0, plot.between(0.004, 0.03), len(time)))).astype(np.int64) // 100 * 100
    chain = Chain(plot, [[mule]], plot.between(8, 100), legs=1.1)
    for moment in time[rng.integers(1, 4) :: rng.integers(2, 5)].tolist():
        chain.run(moment, mule)
    plot.world.pays.add(deposits(plot, time, payers[np.arange(len(time)) % len(payers)], mule, amount))
    plot.world.pays.add(chain.orders())
