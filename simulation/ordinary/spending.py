"""Everyday money: purchases, bills, cash, refunds."""

import numpy as np

from simulation.clock import HOUR_MS
from simulation.frames import ATM, EXACT, M_BILL, M_SHOP, MOBILE, NO_MEMO, ONLINE, POS, THIRD_PARTY, UP_TO, pays
from simulation.rhythm import PROFILE, WEEKEND_VOLUME

#: A resident and day: purchases, bills, withdrawals, deposits, refunds (ours).
PURCHASES, BILLS, WITHDRAWALS, DEPOSITS, REFUNDS = 2.05, 0.09, 0.035, 0.012, 0.03
#: Purchases at a platform instead of a shop of the county (ours).
PLATFORM_SHARE = 0.30


def buyers(world, rng, day, hour, per_day):
    """Residents who do something in this hour, each as often as drawn, and the account they use."""
    people, accounts = world.people, world.accounts
    weekend = world.window.is_weekend(day)
    profile = PROFILE[int(weekend)][:, hour] * (1 / WEEKEND_VOLUME if weekend else 1.0)
    share = profile[people.persona[: people.residents]]
    total = rng.poisson(per_day * share.sum())
    # ways of life differ in rhythm only, so people are drawn by the weight of theirs
    at = np.searchsorted(np.cumsum(share), rng.random(total) * share.sum())
    person = np.minimum(at, people.residents - 1)
    second = accounts.second[person]
    other = (second >= 0) & (rng.random(total) < accounts.active[second])
    time = world.window.day(day) + hour * HOUR_MS + rng.integers(0, HOUR_MS, total)
    return person, np.where(other, second, person), time


def shop_near(world, rng, person):
    """A shop of each person's county, some far more popular than others."""
    accounts, area = world.accounts, world.people.area[person].astype(np.int64)
    low, high = accounts.shop_first[area], accounts.shop_first[area + 1]
    none = high <= low
    low, high = np.where(none, 0, low), np.where(none, len(accounts.shop_order), high)
    return accounts.shop_order[low + ((high - low) * rng.random(len(area)) ** 2.2).astype(np.int64)]


def yuan(rng, count, median, sigma, step=1):
    """Lognormal amounts in fen, multiples of `step` fen, at least one step."""
    return np.maximum(rng.lognormal(np.log(median * 100), sigma, count).astype(np.int64) // step, 1) * step


def ordinary_spending(world, day: int, hour: int) -> np.ndarray:
    """Purchases, bills, cash and refunds of one hour."""
    rng = world.rng("spending", day, hour)
    return np.concatenate([_purchases(world, rng, day, hour), _bills(world, rng, day, hour),
                           _cash(world, rng, day, hour), _refunds(world, rng, day, hour)])


def _purchases(world, rng, day, hour):
    person, account, time = buyers(world, rng, day, hour, PURCHASES)
    platforms = world.accounts.groups["platform"]
    online = rng.random(len(person)) < PLATFORM_SHARE
    site = platforms.start + (rng.random(len(person)) ** 2 * len(platforms)).astype(np.int64)
    payee = np.where(online, site, shop_near(world, rng, person))
    amount = yuan(rng, len(person), 24, 1.0)
    round_price = rng.random(len(person)) < 0.6
    amount[round_price] = np.maximum(amount[round_price] // 100, 1) * 100
    channel = rng.choice(np.array((THIRD_PARTY, POS, MOBILE, ONLINE), np.int8), len(person), p=(0.70, 0.09, 0.15, 0.06))
    memo = np.where(rng.random(len(person)) < 0.3, M_SHOP, NO_MEMO)
    return pays(time, account, payee, amount, channel=channel, memo=memo)


def _bills(world, rng, day, hour):
    person, account, time = buyers(world, rng, day, hour, BILLS)
    billers = world.accounts.groups["biller"]
    payee = billers.start + (person * 31 + rng.integers(0, 3, len(person))) % len(billers)
    channel = np.where(rng.random(len(person)) < 0.8, THIRD_PARTY, MOBILE)
    return pays(time, account, payee, yuan(rng, len(person), 85, 0.6), channel=channel, memo=M_BILL)


def _cash(world, rng, day, hour):
    person, account, time = buyers(world, rng, day, hour, WITHDRAWALS)
    cash = world.accounts.groups["cash"].start
    taken = pays(time, account, cash + world.accounts.bank[account], yuan(rng, len(person), 700, 0.9, 10_000),
                 mode=UP_TO, step=10_000, channel=ATM)
    person, account, time = buyers(world, rng, day, hour, DEPOSITS)
    brought = pays(time, cash + world.accounts.bank[account], account, yuan(rng, len(person), 1_800, 1.0, 10_000),
                   mode=EXACT, channel=ATM)
    return np.concatenate([taken, brought])


def _refunds(world, rng, day, hour):
    person, account, time = buyers(world, rng, day, hour, REFUNDS)
    platforms = world.accounts.groups["platform"]
    payer = platforms.start + (rng.random(len(person)) ** 2 * len(platforms)).astype(np.int64)
    return pays(time, payer, account, yuan(rng, len(person), 45, 1.0), channel=THIRD_PARTY)
