"""Money between people who know each other, between own accounts, and rare large payments."""

import numpy as np

from simulation.frames import (
    COUNTER,
    EXACT,
    M_FUND,
    M_RED,
    MOBILE,
    NO_MEMO,
    ONLINE,
    PERSONAL_MEMOS,
    SHARE,
    THIRD_PARTY,
    UP_TO,
    pays,
)
from simulation.ordinary.spending import buyers, shop_near, yuan

#: A resident and day (ours): transfers to acquaintances, moves between own accounts, investments
#: and redemptions, large payments to somebody never paid before.
TO_FRIENDS, TO_SELF, FUNDS, LARGE = 0.36, 0.07, 0.05, 0.012
#: Red packets (lucky amounts, yuan) among transfers to acquaintances (ours).
RED_SHARE = 0.33
_RED = np.array((1, 2, 5, 6.66, 8.88, 10, 18.88, 20, 50, 52, 66, 66.66, 88, 88.88, 100, 131.4, 168, 188, 200)) * 100


def ordinary_transfers(world, day: int, hour: int) -> np.ndarray:
    """Transfers of one hour."""
    rng = world.rng("transfers", day, hour)
    return np.concatenate([_to_friends(world, rng, day, hour), _to_self(world, rng, day, hour),
                           _funds(world, rng, day, hour), _large(world, rng, day, hour)])


def channel_of(rng, count):
    """Channel of a personal transfer; rings order theirs the same way (shares ours)."""
    return rng.choice(np.array((MOBILE, THIRD_PARTY, ONLINE, COUNTER), np.int8), count, p=(0.66, 0.20, 0.12, 0.02))


def _to_friends(world, rng, day, hour):
    person, account, time = buyers(world, rng, day, hour, TO_FRIENDS)
    count = len(person)
    slot = (world.contacts.shape[1] * rng.random(count) ** 2.6).astype(np.int64)
    payee = world.contacts[person, slot]  # a person's first account has the person's index
    amount = yuan(rng, count, 260, 1.35)
    tidy = rng.random(count)
    step = np.where(tidy < 0.45, 10_000, np.where(tidy < 0.75, 1_000, np.where(tidy < 0.9, 100, 1)))
    amount = np.maximum(amount // step, 1) * step
    red = rng.random(count) < RED_SHARE
    amount[red] = rng.choice(_RED, int(red.sum())).astype(np.int64)
    memo = np.where(red & (tidy < 0.5), M_RED, rng.choice(PERSONAL_MEMOS, count))
    return pays(time, account, payee, amount, channel=channel_of(rng, count), memo=memo)


def _to_self(world, rng, day, hour):
    person, _, time = buyers(world, rng, day, hour, TO_SELF)
    second = world.accounts.second[person]
    keep = (second >= 0) & (world.accounts.active[second] > 0)
    person, second, time = person[keep], second[keep], time[keep]
    out = rng.random(len(person)) < 0.55
    whole = rng.random(len(person)) < 0.15  # some people empty one account into the other
    amount = np.where(whole, rng.integers(900, 1_000, len(person)), yuan(rng, len(person), 900, 1.1, 10_000))
    return pays(time, np.where(out, person, second), np.where(out, second, person), amount,
                mode=np.where(whole, SHARE, EXACT), step=np.where(whole, 100, 1), channel=channel_of(rng, len(person)))


def _funds(world, rng, day, hour):
    person, account, time = buyers(world, rng, day, hour, FUNDS)
    platforms = world.accounts.groups["platform"]
    fund = platforms.stop - 1 - (person % 3)
    amount = yuan(rng, len(person), 2_600, 1.2, 10_000)
    back = rng.random(len(person)) < 0.45
    return pays(time, np.where(back, fund, account), np.where(back, account, fund), amount,
                channel=np.where(rng.random(len(person)) < 0.6, MOBILE, THIRD_PARTY),
                memo=np.where(back, NO_MEMO, M_FUND))


def _large(world, rng, day, hour):
    """Deposits, second-hand cars, tuition: one large payment, often after a small one to be sure."""
    person, account, time = buyers(world, rng, day, hour, LARGE)
    count = len(person)
    to_person = rng.random(count) < 0.55
    payee = np.where(to_person, rng.integers(0, len(world.people), count), shop_near(world, rng, person))
    amount = yuan(rng, count, 4_800, 1.0, 10_000)
    channel, memo = channel_of(rng, count), rng.choice(PERSONAL_MEMOS, count)
    main = pays(time, account, payee, amount, mode=UP_TO, step=100, channel=channel, memo=memo)
    tried = rng.random(count) < 0.12
    first = pays(time[tried] - rng.integers(40_000, 600_000, int(tried.sum())), account[tried], payee[tried],
                 rng.choice(np.array((1, 10, 100, 1_000)), int(tried.sum())), channel=channel[tried])
    begin = world.window.day(day) + hour * 3_600_000
    return np.concatenate([main, first[first["time"] >= begin]])
