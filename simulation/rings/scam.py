"""What the scams on the telephone share: cold calls, the long call, and payments that grow."""

import numpy as np

from simulation.clock import HOUR_MS, MINUTE_MS, spread
from simulation.dialling import dial
from simulation.frames import PERSONAL_MEMOS, RING_PART, SHARE, TALK_PART, UP_TO, calls, pays
from simulation.ordinary.calls import talk_seconds
from simulation.ordinary.transfers import channel_of
from simulation.rhythm import OFFICE
from simulation.rings.laundering import Chain


def cold_calls(plot, line: int, count: float) -> None:
    """Calls to people who hang up: the search for a victim."""
    time = spread(plot.rng, plot.begin, plot.end, plot.rng.poisson(count), OFFICE)
    plot.world.calls.add(dial(plot.world, plot.rng, line, time, answer=0.4, median_s=22, sigma=1.4, recall=0.12,
                              back=0.05, act=RING_PART))


def talk(plot, line: int, victim: int, start: int, median_min: float, count: int) -> int:
    """One short and `count` long calls to the victim; returns when the last one ends."""
    rng, number = plot.rng, plot.world.phones.number[victim]
    long = np.clip(talk_seconds(rng, count, median_min * 60, 0.5), 150, 6_000)
    seconds = np.append(talk_seconds(rng, 1, 90, 0.5), long)
    wait = np.append(0, rng.exponential(plot.between(8, 50), count) * MINUTE_MS + 20_000)
    ends = np.concatenate([[0], np.cumsum(seconds[:-1] * 1000)])
    time = start + (np.cumsum(wait) + ends).astype(np.int64)
    plot.world.calls.add(calls(time, line, number, duration=seconds, act=TALK_PART))
    return int(time[-1] + seconds[-1] * 1000)


def gather(plot, victim: int, before: int) -> None:
    """Money the victim collects first (D303): own savings, a loan."""
    rng, accounts = plot.rng, plot.world.accounts
    second, fund = int(accounts.second[victim]), accounts.groups["platform"].stop - 1
    if second >= 0 and rng.random() < 0.6:
        when = np.array([before - int(rng.integers(2, 12)) * MINUTE_MS])
        plot.world.pays.add(pays(when, second, victim, 980, mode=SHARE, step=100,
                                 channel=channel_of(rng, 1), act=RING_PART))
    if rng.random() < 0.4:
        when, lent = np.array([before - int(rng.integers(1, 9)) * MINUTE_MS]), int(plot.between(30_000, 6_000)) // 100
        plot.world.pays.add(pays(when, fund, victim, lent * 10_000, channel=channel_of(rng, 1), act=RING_PART))


def pay_growing(plot, victim: int, chain: Chain, time: np.ndarray, first_yuan: float, growth: float) -> None:
    """Payments of the victim to new payees, each larger, each passed on by the mules."""
    rng, accounts = plot.rng, plot.world.accounts
    amount = (first_yuan * growth ** np.arange(len(time)) * rng.uniform(0.85, 1.15, len(time))).astype(np.int64) * 100
    step = np.where(amount > 100_000, 10_000, 100)
    payee = rng.choice(chain.layers[0], len(time))
    enough = int(amount.sum() * rng.uniform(0.6, 1.6))
    accounts.balance[victim] = max(int(accounts.balance[victim]), enough)  # who has money is chosen
    plot.world.pays.add(pays(time, victim, payee, np.maximum(amount, 100), mode=UP_TO, step=step,
                             channel=channel_of(rng, len(time)), memo=rng.choice(PERSONAL_MEMOS, len(time)),
                             act=RING_PART))
    for moment, mule in zip(time.tolist(), payee.tolist(), strict=True):
        chain.run(moment, mule)


def opening_hour(plot) -> int:
    """A moment for the first call, early enough for something to follow."""
    latest = max(plot.begin + HOUR_MS, plot.end - 5 * HOUR_MS)
    time = spread(plot.rng, plot.begin, latest, 6, OFFICE)
    return int(plot.rng.choice(time)) if len(time) else plot.begin + int(plot.rng.integers(0, HOUR_MS))
