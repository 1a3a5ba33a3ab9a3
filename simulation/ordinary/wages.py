"""Wages on payday: one employer pays many people within the hour, and some pass it on at once."""

import numpy as np

from simulation.clock import HOUR_MS, MINUTE_MS
from simulation.frames import HONEST_PART, M_LOAN, M_WAGE, MOBILE, NO_PAYS, ONLINE, UP_TO, pays
from simulation.roles import HONEST, PAYDAY_PASS

#: Days of the month on which employers pay, and how many do (ours); one in eight pays by the week.
PAYDAYS, PAYDAY_SHARE = (3, 5, 8, 10, 12, 15, 20, 25, 28), (0.06, 0.10, 0.10, 0.24, 0.08, 0.24, 0.08, 0.07, 0.03)
WEEKLY_SHARE = 0.125
#: Of those paid, the share whose mortgage or family takes most of it within hours (ours).
PASS_SHARE = 0.10


def cast_wages(world) -> None:
    """Give every employer a payday and some employees a standing order."""
    rng = world.rng("wages")
    people, accounts = world.people, world.accounts
    employers = people.employers
    weekly = rng.random(employers) < WEEKLY_SHARE
    payday = np.where(weekly, -1 - rng.integers(0, 7, employers), rng.choice(PAYDAYS, employers, p=PAYDAY_SHARE))
    passes = (people.employer >= 0) & (rng.random(len(people)) < PASS_SHARE)
    named = np.flatnonzero(passes)[: max(10, people.residents // 400)]
    for person in named.tolist():
        if world.cast.reserve_account(person):
            world.truth.enroll_account(person, PAYDAY_PASS, HONEST)
    lenders = np.asarray(accounts.groups["cash"])
    world.actors["wages"] = payday, weekly, passes, lenders


def wages(world, day: int) -> np.ndarray:
    """Wages of one day with what follows from them."""
    payday, weekly, passes, lenders = world.actors["wages"]
    people, accounts = world.people, world.accounts
    date = world.window.date(day)
    due = np.where(weekly, -1 - payday == date.weekday(), payday == date.day)
    person = np.flatnonzero((people.employer >= 0) & due[people.employer])
    if not len(person):
        return NO_PAYS
    rng = world.rng("payday", day)
    hour = rng.integers(9, 17, people.employers) * HOUR_MS + rng.integers(0, HOUR_MS, people.employers)
    firm = people.employer[person]
    time = world.window.day(day) + hour[firm] + rng.integers(0, 25 * MINUTE_MS, len(person))
    amount = people.income_fen[person] // np.where(weekly[firm], 4, 1)
    amount += rng.integers(-20_000, 40_000, len(person))
    payer = accounts.groups["employer"].start + firm
    paid = pays(time, payer, person, np.maximum(amount, 10_000), channel=ONLINE, memo=M_WAGE)
    on = passes[person]
    later = (rng.exponential(50, int(on.sum())) * MINUTE_MS).astype(np.int64) + MINUTE_MS
    share = rng.uniform(0.55, 0.98, int(on.sum()))
    to_bank = rng.random(int(on.sum())) < 0.6
    spouse = world.contacts[person[on], 0]
    payee = np.where(to_bank, lenders[accounts.bank[person[on]]], spouse)
    onward = pays(time[on] + later, person[on], payee, (amount[on] * share).astype(np.int64) // 100 * 100, mode=UP_TO,
                  step=100, channel=MOBILE, memo=np.where(to_bank, M_LOAN, 0), act=HONEST_PART)
    inward = paid["act"]
    inward[on] = HONEST_PART
    return np.concatenate([paid, onward])
