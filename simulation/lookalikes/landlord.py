"""Landlords and sub-letters: rents come in around the turn of the month, most of it leaves for the owner or bank."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, spread
from simulation.frames import HONEST_PART, M_LOAN, M_RENT, NO_CALLS, NO_MEMO, NO_PAYS, UP_TO, pays
from simulation.ordinary.transfers import channel_of
from simulation.rhythm import AWAKE
from simulation.roles import HONEST, LANDLORD

#: Landlords per resident, tenants, median rent in yuan, share of a month's rents due on a day (ours).
SHARE, TENANTS, RENT = 0.003, (3, 26), 1_250
DUE = {1: 0.2, 2: 0.1, 3: 0.08, 4: 0.05, 5: 0.12, 10: 0.1, 15: 0.06, 20: 0.04, 25: 0.05, 28: 0.04}


def cast(world) -> None:
    rng = world.rng("landlord")
    houses = []
    for _ in range(max(4, int(world.people.residents * SHARE))):
        account = world.cast.account("first" if rng.random() < 0.7 else "second")
        world.truth.enroll_account(account, LANDLORD, HONEST)
        tenants = rng.integers(0, world.people.residents, rng.integers(*TENANTS))
        rents = np.maximum(RENT * rng.lognormal(0, 0.35) * rng.uniform(0.85, 1.15, len(tenants)) // 10, 20) * 1_000
        houses.append((account, tenants, rents.astype(np.int64), bool(rng.random() < 0.5)))
    world.actors[LANDLORD] = houses


def day(world, day):
    rng = world.rng("landlord", day)
    begin = world.window.day(day)
    share = DUE.get(world.window.date(day).day, 0.008)
    paid = [NO_PAYS]
    for account, tenants, rents, sublets in world.actors[LANDLORD]:
        due = np.flatnonzero(rng.random(len(tenants)) < share)
        time = spread(rng, begin, begin + DAY_MS, len(due), AWAKE)
        due = due[: len(time)]
        if not len(due):
            continue
        paid.append(pays(time, tenants[due], account, rents[due], channel=channel_of(rng, len(due)),
                         memo=np.where(rng.random(len(due)) < 0.6, M_RENT, NO_MEMO), act=HONEST_PART))
        bank = world.accounts.groups["cash"].start + world.accounts.bank[account]
        payee = int(tenants[0] + 1) % world.people.residents if sublets else bank
        paid.append(pays(time[-1:] + rng.integers(HOUR_MS // 6, 5 * HOUR_MS), account, payee,
                         int(rents[due].sum() * rng.uniform(0.6, 1.0)) // 10_000 * 10_000, mode=UP_TO, step=100,
                         channel=channel_of(rng, 1), memo=M_RENT if sublets else M_LOAN, act=HONEST_PART))
    return NO_CALLS, np.concatenate(paid)
