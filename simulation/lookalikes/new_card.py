"""New honest cards: a number told to all one's friends, an account that takes the savings at once."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, MINUTE_MS
from simulation.dialling import sessions
from simulation.frames import COUNTER, HONEST_PART, NO_CALLS, NO_PAYS, SMS, UP_TO, calls, pays
from simulation.ordinary.spending import shop_near, yuan
from simulation.ordinary.transfers import channel_of
from simulation.roles import HONEST, NEW_CARD

#: New lines, and new accounts, per resident and week (ours).
SHARE = 0.004


def cast(world) -> None:
    rng = world.rng("new_card")
    window, phones = world.window, world.phones
    count = max(4, int(world.people.residents * SHARE * window.days / 7))
    lines, accounts = {}, {}
    for _ in range(count):
        line, account = world.cast.line("idle"), world.cast.account("idle")
        for table, card, when in ((phones, line, lines), (world.accounts, account, accounts)):
            day = int(rng.integers(0, window.days))
            table.opened[card] = window.day(day) + 9 * HOUR_MS + rng.integers(0, 8 * HOUR_MS)
            when.setdefault(day, []).append(card)
        phones.listen[line] = phones.rate[line] = 0
        world.changes.add(phones.opened[line], phones, "rate", line, 5.0 * rng.lognormal(0, 0.5))
        world.changes.add(phones.opened[line], phones, "listen", line, 1.0)
        world.accounts.balance[account] = 0
        world.truth.enroll_line(line, NEW_CARD, HONEST)
        world.truth.enroll_account(account, NEW_CARD, HONEST)
    world.actors[NEW_CARD] = lines, accounts


def day(world, day):
    rng = world.rng("new_card", day)
    lines, accounts = world.actors[NEW_CARD]
    made = [_announce(world, rng, line) for line in lines.get(day, ())]
    paid = [_move_in(world, rng, account) for account in accounts.get(day, ())]
    return np.concatenate([NO_CALLS, *made]), np.concatenate([NO_PAYS, *paid])


def _announce(world, rng, line):
    begin = world.phones.opened[line] + rng.integers(5 * MINUTE_MS, 4 * HOUR_MS)
    friends = np.unique(world.contacts[world.phones.owner[line]])[: rng.integers(8, 28)]
    time = sessions(rng, np.array([begin]), len(friends), rng.uniform(10, 60))[: len(friends)]
    kind = SMS if rng.random() < 0.6 else 0
    answered, duration = (-1, -1) if kind == SMS else (1, rng.integers(8, 200, len(time)))
    return calls(time, line, world.phones.number[friends[: len(time)]], kind=kind, answered=answered,
                 duration=duration, act=HONEST_PART)


def _move_in(world, rng, account):
    """Savings arrive in one to four payments; rent, furniture and purchases leave."""
    owner = int(world.accounts.holder[account])
    begin = int(world.accounts.opened[account])
    first = begin + np.sort(rng.integers(2 * MINUTE_MS, 5 * HOUR_MS, rng.integers(1, 5)))
    cash = world.accounts.groups["cash"].start + world.accounts.bank[account]
    family = np.append(world.contacts[owner, :4], owner)
    payer = np.where(rng.random(len(first)) < 0.2, cash, rng.choice(family, len(first)))
    into = pays(first, payer, account, yuan(rng, len(first), 6_000, 1.0, 10_000), mode=UP_TO, step=100,
                channel=np.where(payer == cash, COUNTER, channel_of(rng, len(first))), act=HONEST_PART)
    count = rng.integers(2, 9)
    later = first[0] + np.sort((rng.exponential(14, count) * HOUR_MS).astype(np.int64)) + MINUTE_MS
    out = pays(later, account, shop_near(world, rng, np.full(count, owner)), yuan(rng, count, 350, 1.4, 100),
               mode=UP_TO, step=100, channel=channel_of(rng, count), act=HONEST_PART)
    return np.concatenate([into, out[out["time"] < begin + 3 * DAY_MS]])
