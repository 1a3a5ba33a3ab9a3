"""Large families: the same few people send each other the same amounts again and again (looks like 3008)."""

import numpy as np

from simulation.clock import DAY_MS, spread
from simulation.frames import HONEST_PART, NO_CALLS, NO_PAYS, PERSONAL_MEMOS, pays
from simulation.ordinary.transfers import channel_of
from simulation.rhythm import AWAKE
from simulation.roles import HONEST, LARGE_FAMILY

#: Such people per resident, transfers a day of each, and the amounts they are used to, yuan (ours).
SHARE, A_DAY = 0.003, 3.0
AMOUNTS = (20, 30, 50, 66, 88, 100, 188, 200, 300, 500, 1_000, 2_000)


def cast(world) -> None:
    rng = world.rng("family")
    pairs = []
    for _ in range(max(4, int(world.people.residents * SHARE))):
        account = world.cast.account("first")
        world.truth.enroll_account(account, LARGE_FAMILY, HONEST)
        pairs.append((account, int(rng.choice(AMOUNTS)) * 100))
    world.actors[LARGE_FAMILY] = pairs


def day(world, day):
    rng = world.rng("family", day)
    begin = world.window.day(day)
    paid = [NO_PAYS]
    for account, amount in world.actors[LARGE_FAMILY]:
        time = spread(rng, begin, begin + DAY_MS, rng.poisson(A_DAY), AWAKE)
        count = len(time)
        relative = rng.choice(world.contacts[account, :4], count)
        out = rng.random(count) < 0.55
        step = rng.choice((0, 0, 0, 1, -1), count) * (amount // 20)
        paid.append(pays(time, np.where(out, account, relative), np.where(out, relative, account), amount + step,
                         channel=channel_of(rng, count), memo=rng.choice(PERSONAL_MEMOS, count), act=HONEST_PART))
    return NO_CALLS, np.concatenate(paid)
