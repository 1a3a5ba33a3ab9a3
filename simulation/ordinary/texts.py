"""Text messages: between people, from platforms, and a bank's notice after a payment."""

import numpy as np

from simulation.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from simulation.contacts import choose_slot
from simulation.frames import NO_LINE, SMS, calls
from simulation.ordinary.calls import heard
from simulation.rhythm import PROFILE, SERVICE

#: Platform messages a resident and day, the part of them sent in campaigns (ours).
SERVICE_A_DAY, CAMPAIGN_SHARE = 2.9, 0.25
#: Messages to acquaintances per call to them (ours; chat applications took most of them).
TEXTS_PER_CALL = 0.09
#: Service numbers of the banks, in the order of `simulation.numbering.BANKS`, then the operators.
BANK_SENDERS = np.array((95588, 95533, 95599, 95566, 95559, 95580, 95555, 95568, 95561, 95558, 962001, 96511))
OPERATOR_SENDERS = np.array((10086, 10010, 10000))
#: Accounts of a hundred whose payer, or payee, is told by text (ours).
TOLD_PAYER, TOLD_PAYEE = 45, 35


def platform_senders(world) -> np.ndarray:
    """Numbers beginning 106 (MIIT, short message service access codes), and the operators' own."""
    rng = world.rng("senders")
    count = 40 + world.people.residents // 2_000
    codes = 10_690_000_000_000 + rng.integers(0, 10**10, count)
    short = rng.random(count) < 0.5
    return np.concatenate([OPERATOR_SENDERS, np.where(short, codes // 1_000, codes)])


def service_texts(world, day: int, hour: int, senders: np.ndarray) -> np.ndarray:
    """Messages of platforms in one hour; a quarter of them campaigns of one sender."""
    rng = world.rng("service", day, hour)
    begin = world.window.day(day) + hour * HOUR_MS
    volume = world.people.residents * SERVICE_A_DAY * SERVICE[hour] / SERVICE.sum()
    single, campaign = rng.poisson(volume * (1 - CAMPAIGN_SHARE)), rng.poisson(volume * CAMPAIGN_SHARE)
    time = begin + rng.integers(0, HOUR_MS, single)
    burst = begin + rng.integers(0, 40 * MINUTE_MS) + rng.integers(0, 12 * MINUTE_MS, campaign)
    who = senders[(rng.random(single) ** 2.5 * len(senders)).astype(np.int64)]
    blaster = senders[rng.integers(len(OPERATOR_SENDERS), len(senders))]
    phones = world.phones
    line = rng.integers(0, len(phones), single + campaign)
    keep = (phones.owner[line] < world.people.residents) & heard(rng, phones, line)
    rows = calls(np.concatenate([time, burst]), NO_LINE, phones.number[line], kind=SMS, answered=-1, duration=-1,
                 number=np.concatenate([who, np.full(campaign, blaster)]))
    return rows[keep]


def personal_texts(world, day: int, hour: int) -> np.ndarray:
    """Messages between people of one hour."""
    rng = world.rng("texts", day, hour)
    phones, people = world.phones, world.people
    profile = PROFILE[int(world.window.is_weekend(day))][:, hour].astype(np.float32)
    rate = phones.rate * profile[people.persona[phones.owner]] * TEXTS_PER_CALL
    who = np.repeat(np.arange(len(phones)), rng.poisson(rate))
    slot = choose_slot(rng, phones.reach[who], phones.bend[who], phones.turn[who])
    whom = world.contacts[phones.owner[who], slot]
    keep = heard(rng, phones, whom) & ((phones.owner[who] < people.residents) | (whom < people.residents))
    who, whom = who[keep], whom[keep]
    time = world.window.day(day) + hour * HOUR_MS + rng.integers(0, HOUR_MS, len(who))
    reply = (rng.random(len(who)) < 0.5) & (phones.rate[whom] > 0)
    wait = 10 * SECOND_MS + (rng.exponential(5, int(reply.sum())) * MINUTE_MS).astype(np.int64)
    return calls(np.concatenate([time, time[reply] + wait]), np.concatenate([who, whom[reply]]),
                 phones.number[np.concatenate([whom, who[reply]])], kind=SMS, answered=-1, duration=-1)


def bank_notices(world, rows: np.ndarray, day: int, hour: int) -> np.ndarray:
    """Messages about payments that went through, a few seconds later, to those who subscribed."""
    rng = world.rng("notices", day, hour)
    accounts, phones = world.accounts, world.phones
    who = np.concatenate([rows["payer"], rows["payee"]])
    told = np.repeat([TOLD_PAYER, TOLD_PAYEE], len(rows))
    line = accounts.phone[who]
    keep = (line >= 0) & (who.astype(np.int64) * 7919 % 100 < told)
    keep[keep] = phones.listen[line[keep]] > 0
    time = np.concatenate([rows["time"], rows["time"]])[keep] + rng.integers(1, 20, int(keep.sum())) * SECOND_MS
    time += rng.integers(0, SECOND_MS, len(time))
    return calls(time, NO_LINE, phones.number[line[keep]], kind=SMS, answered=-1, duration=-1,
                 number=BANK_SENDERS[accounts.bank[who[keep]]])
