"""Organisers: near-equal amounts from many acquaintances and strangers, then one payment (looks like 3006)."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, MINUTE_MS, spread
from simulation.frames import HONEST_PART, M_PARTY, NO_CALLS, NO_MEMO, NO_PAYS, SHARE, UP_TO, pays
from simulation.ordinary.spending import shop_near
from simulation.ordinary.transfers import channel_of
from simulation.rhythm import AWAKE
from simulation.roles import GATHERER, HONEST

#: Organisers per resident and week; fees asked, yuan; people who pay (ours).
SHARE_OF_PEOPLE = 0.002
FEES, PAYERS = (20, 50, 68, 88, 100, 120, 150, 200, 300, 360, 500, 800, 1_280, 2_000), (8, 60)


def cast(world) -> None:
    rng = world.rng("gatherer")
    window = world.window
    plan = {}
    for _ in range(max(4, int(world.people.residents * SHARE_OF_PEOPLE * window.days / 7))):
        account = world.cast.account("first" if rng.random() < 0.8 else "second")
        world.truth.enroll_account(account, GATHERER, HONEST)
        plan.setdefault(int(rng.integers(0, window.days)), []).append(account)
    world.actors[GATHERER] = plan


def day(world, day):
    rng = world.rng("gatherer", day)
    begin = world.window.day(day)
    paid = [NO_PAYS]
    for account in world.actors[GATHERER].get(day, ()):
        owner = int(world.accounts.holder[account])
        circle = world.contacts[owner]
        count = int(rng.integers(*PAYERS))
        payers = np.where(rng.random(count) < 0.5, rng.choice(circle, count),
                          rng.integers(0, len(world.people), count))
        start = spread(rng, begin, begin + DAY_MS, 3, AWAKE)[:1]
        if not len(start):
            continue
        wait = np.sort(rng.exponential(rng.choice((0.4, 2.0, 8.0)), count) * HOUR_MS).astype(np.int64)
        fee = int(rng.choice(FEES)) * 100
        heads = rng.choice((1, 1, 1, 1, 2), count)
        into = pays(start + wait, payers, account, fee * heads, channel=channel_of(rng, count),
                    memo=np.where(rng.random(count) < 0.4, M_PARTY, NO_MEMO), act=HONEST_PART)
        delay = rng.choice((20 * MINUTE_MS, 3 * HOUR_MS, 12 * HOUR_MS)) * rng.uniform(0.3, 1.5)
        out = pays(start + wait[-1] + int(delay), account, shop_near(world, rng, np.array([owner])),
                   fee * count * rng.uniform(0.8, 1.1) // 100 * 100, mode=UP_TO, step=100,
                   channel=channel_of(rng, 1), act=HONEST_PART)
        if rng.random() < 0.2:
            out["mode"], out["amount"] = SHARE, 950
        paid += [into, out]
    return NO_CALLS, np.concatenate(paid)
