"""Purchasing agents and small wholesalers: a customer pays, the supplier is paid minutes later (looks like D101)."""

import numpy as np

from simulation.clock import DAY_MS, MINUTE_MS, spread
from simulation.frames import HONEST_PART, M_GOODS, NO_CALLS, NO_MEMO, NO_PAYS, UP_TO, pays
from simulation.ordinary.spending import yuan
from simulation.ordinary.transfers import channel_of
from simulation.rhythm import AWAKE
from simulation.roles import HONEST, RESELLER

#: Resellers per resident and orders a day (ours).
SHARE, ORDERS = 0.003, 5.0


def cast(world) -> None:
    rng = world.rng("reseller")
    traders = []
    for _ in range(max(4, int(world.people.residents * SHARE))):
        account = world.cast.account("first" if rng.random() < 0.6 else "second")
        world.truth.enroll_account(account, RESELLER, HONEST)
        suppliers = rng.integers(0, len(world.people), 3)
        customers = rng.integers(0, len(world.people), rng.integers(15, 80))
        traders.append((account, suppliers, customers, ORDERS * rng.lognormal(0, 0.6), 400 * rng.lognormal(0, 0.9),
                        rng.choice((4, 40, 240))))
    world.actors[RESELLER] = traders


def day(world, day):
    rng = world.rng("reseller", day)
    begin = world.window.day(day)
    paid = [NO_PAYS]
    for account, suppliers, customers, orders, price, patience_min in world.actors[RESELLER]:
        time = spread(rng, begin, begin + DAY_MS, rng.poisson(orders), AWAKE)
        count = len(time)
        amount = yuan(rng, count, price, 0.6, 100)
        memo = np.where(rng.random(count) < 0.3, M_GOODS, NO_MEMO)
        wait = (rng.exponential(patience_min, count) * MINUTE_MS).astype(np.int64) + MINUTE_MS
        into = pays(time, rng.choice(customers, count), account, amount, channel=channel_of(rng, count),
                    memo=memo, act=HONEST_PART)
        out = pays(time + wait, account, rng.choice(suppliers, count),
                   (amount * rng.uniform(0.82, 0.97, count)).astype(np.int64) // 100 * 100, mode=UP_TO, step=100,
                   channel=channel_of(rng, count), memo=memo, act=HONEST_PART)
        paid += [into, out]
    return NO_CALLS, np.concatenate(paid)
