"""Ordinary calls between people who know each other, and a few strangers."""

import numpy as np

from simulation.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from simulation.contacts import HOUSEHOLD_SLOTS, choose_slot
from simulation.frames import NO_LINE, calls
from simulation.numbering import strange_numbers
from simulation.rhythm import PROFILE, WEEKEND_VOLUME

#: Share of calls that are answered, redialled when not, called back when not (ours).
ANSWERED, REDIAL, CALL_BACK = 0.76, 0.28, 0.34
#: Share of calls to somebody outside one's circle: workmen, drivers, wrong numbers (ours).
STRANGER = 0.09
#: Of those calls, the share to numbers of other registers; calls from such numbers, a resident and day (ours).
UNREGISTERED, FROM_OUTSIDE = 0.35, 0.12
#: One in so many pairs of people use the second line, where there is one (ours).
TO_SECOND = 5


def talk_seconds(rng, count, median_s=42.0, sigma=1.05):
    """Lognormal talk time, 1 s to 2 h (the shape is that of `data/sichuan`, the parameters ours)."""
    return np.clip(rng.lognormal(np.log(median_s), sigma, count), 1, 7_200).astype(np.int32)


def day_rates(world, weekend: bool) -> np.ndarray:
    """Share of a working day's calls in each hour: [persona, hour]."""
    return PROFILE[int(weekend)] * (WEEKEND_VOLUME if weekend else 1.0)


def ordinary_calls(world, day: int, hour: int) -> np.ndarray:
    """Calls of one hour; redials and call-backs may lie after it."""
    rng = world.rng("calls", day, hour)
    phones, people = world.phones, world.people
    begin = world.window.day(day) + hour * HOUR_MS
    profile = day_rates(world, world.window.is_weekend(day))
    rate = phones.rate * profile[:, hour].astype(np.float32)[people.persona[phones.owner]]
    caller = np.repeat(np.arange(len(phones)), rng.poisson(rate))
    count = len(caller)
    time = begin + rng.integers(0, HOUR_MS, count)
    slot = choose_slot(rng, phones.reach[caller], phones.bend[caller], phones.turn[caller])
    callee = world.contacts[phones.owner[caller], slot]
    stranger = rng.random(count) < STRANGER
    callee[stranger] = rng.integers(0, people.residents, int(stranger.sum()))
    other = phones.second[callee]
    callee = np.where((other >= 0) & ((caller ^ callee) % TO_SECOND == 0), other, callee)
    away = (phones.owner[caller] >= people.residents) & (phones.owner[callee] >= people.residents)
    keep = ~away & (phones.owner[caller] != phones.owner[callee]) & heard(rng, phones, callee)
    caller, callee, time, slot = caller[keep], callee[keep], time[keep], slot[keep]
    stranger = stranger[keep]
    rows = _with_follow_ups(rng, phones, caller, callee, time, np.where(slot < HOUSEHOLD_SLOTS, 34.0, 50.0))
    elsewhere = np.flatnonzero(stranger & (rng.random(len(caller)) < UNREGISTERED))
    rows["callee"][elsewhere] = strange_numbers(rng, len(elsewhere))
    share = float(profile[:, hour].mean())
    outside = rng.poisson(people.residents * FROM_OUTSIDE * share)
    return np.concatenate([rows, _from_outside(world, rng, begin, outside)])


def _from_outside(world, rng, begin, count):
    """Calls from numbers of other registers: agents, clients, wrong numbers; no handset is known."""
    line = rng.integers(0, world.people.residents, count)
    line = line[world.phones.listen[line] == 1]
    answered = rng.random(len(line)) < 0.6
    return calls(begin + rng.integers(0, HOUR_MS, len(line)), NO_LINE, world.phones.number[line], answered=answered,
                 duration=np.where(answered, talk_seconds(rng, len(line), 30), 0),
                 number=strange_numbers(rng, len(line)))


def heard(rng, phones, callee):
    """Which ordinary calls still come to lines that are closed, sold or forgotten."""
    listen = phones.listen[callee]
    keep = listen > 0
    dull = np.flatnonzero(listen < 1)
    keep[dull] = rng.random(len(dull)) < listen[dull]
    return keep


def _with_follow_ups(rng, phones, caller, callee, time, median_s):
    answered = rng.random(len(caller)) < ANSWERED
    missed = np.flatnonzero(~answered)
    u = rng.random(len(missed))
    redial, back = missed[u < REDIAL], missed[(u >= REDIAL) & (u < REDIAL + CALL_BACK)]
    back = back[phones.rate[callee[back]] > 0]
    later = 20 * SECOND_MS + (rng.exponential(4, len(redial)) * MINUTE_MS).astype(np.int64)
    much_later = MINUTE_MS + (rng.exponential(35, len(back)) * MINUTE_MS).astype(np.int64)
    who = np.concatenate([caller, caller[redial], callee[back]])
    whom = np.concatenate([callee, callee[redial], caller[back]])
    when = np.concatenate([time, time[redial] + later, time[back] + much_later])
    median_s = np.concatenate([median_s, median_s[redial], median_s[back]])
    answered = np.concatenate([answered, rng.random(len(redial)) < 0.6, rng.random(len(back)) < 0.85])
    duration = np.where(answered, talk_seconds(rng, len(who), median_s), 0)
    return calls(when, who, phones.number[whom], answered=answered, duration=duration)
