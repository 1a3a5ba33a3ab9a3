"""Trial, then large (D102): a few fen or yuan to see whether the account works, then the real sums."""

import numpy as np

from simulation.clock import MINUTE_MS
from simulation.frames import EXACT
from simulation.ordinary.spending import yuan
from simulation.rings.laundering import Chain, deposits, order, payers_elsewhere

NAME = "trial"
DAYS = (0.3, 2.0)


def plan(plot) -> None:
    """A trial in, often a trial out as well, then one to six large deposits that move on."""
    rng, mule, world = plot.rng, plot.mule(), plot.world
    tester = plot.collector()
    world.accounts.balance[tester] += 500_000
    small = rng.choice(np.array((1, 10, 100, 200, 500, 1_000)), 2)
    start = plot.begin + int(rng.integers(0, 10 * MINUTE_MS))
    world.pays.add(deposits(plot, np.array([start]), tester, mule, small[:1], 1))
    if rng.random() < 0.6:
        back = np.array([start + int(plot.between(2, 25) * MINUTE_MS)])
        world.pays.add(order(plot, back, mule, tester, small[:1], EXACT, 1))
    count = int(rng.integers(1, 7))
    wait = np.sort(rng.exponential(plot.between(20, 300), count) * MINUTE_MS).astype(np.int64)
    time = start + int(plot.between(10, 120) * MINUTE_MS) + wait
    payers = payers_elsewhere(plot, count)
    world.accounts.balance[payers] += int(plot.between(20_000, 4_000) * 100)
    chain = Chain(plot, [[mule]], plot.between(4, 90), legs=1.4)
    for moment in time.tolist():
        chain.run(moment, mule)
    world.pays.add(deposits(plot, time, payers, mule, yuan(rng, count, plot.between(16_000, 3_000), 0.6, 10_000)))
    world.pays.add(chain.orders())
