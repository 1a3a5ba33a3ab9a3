"""Cards that lay silent and are taken up again honestly: back from abroad, a spare account for a flat."""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS, MINUTE_MS, spread
from simulation.frames import HONEST_PART, NO_CALLS, NO_PAYS, UP_TO, calls, pays
from simulation.ordinary.calls import talk_seconds
from simulation.ordinary.spending import shop_near, yuan
from simulation.ordinary.transfers import channel_of
from simulation.rhythm import AWAKE
from simulation.roles import HONEST, REAWAKENED

#: Awakened lines, and accounts, per resident and week (ours).
SHARE = 0.002


def cast(world) -> None:
    rng = world.rng("reawakened")
    window, phones = world.window, world.phones
    count = max(4, int(world.people.residents * SHARE * window.days / 7))
    accounts, lines = {}, {}
    for _ in range(count):
        line, account = world.cast.line("idle"), world.cast.account("idle")
        when = int(rng.integers(window.begin, window.end - HOUR_MS))
        phones.rate[line] = 0
        world.changes.add(when, phones, "rate", line, 6.0 * rng.lognormal(0, 0.6))
        world.changes.add(when, phones, "listen", line, 0.9)
        world.truth.enroll_line(line, REAWAKENED, HONEST)
        lines.setdefault((when - window.begin) // DAY_MS, []).append((line, when))
        accounts.setdefault(int(rng.integers(0, window.days)), []).append(account)
        world.truth.enroll_account(account, REAWAKENED, HONEST)
    world.actors[REAWAKENED] = accounts, lines


def day(world, day):
    rng = world.rng("reawakened", day)
    begin = world.window.day(day)
    paid = [NO_PAYS]
    accounts, lines = world.actors[REAWAKENED]
    for account in accounts.get(day, ()):
        owner = int(world.accounts.holder[account])
        start = spread(rng, begin, begin + DAY_MS, 3, AWAKE)[:1]
        if not len(start):
            continue
        payers = rng.choice(np.append(world.contacts[owner, :6], owner), rng.integers(1, 6))
        time = start + np.sort(rng.integers(0, 5 * HOUR_MS, len(payers)))
        into = pays(time, payers, account, yuan(rng, len(payers), 8_000, 0.8, 10_000), mode=UP_TO, step=100,
                    channel=channel_of(rng, len(payers)), act=HONEST_PART)
        count = int(rng.integers(1, 4))
        out = pays(time[-1] + np.sort(rng.integers(3 * MINUTE_MS, 20 * HOUR_MS, count)), account,
                   shop_near(world, rng, np.full(count, owner)), yuan(rng, count, 9_000, 0.8, 10_000), mode=UP_TO,
                   step=100, channel=channel_of(rng, count), act=HONEST_PART)
        paid += [into, out]
    made = [_ring_round(world, rng, line, when) for line, when in lines.get(day, ())]
    return np.concatenate([NO_CALLS, *made]), np.concatenate(paid)


def _ring_round(world, rng, line, when):
    """The first calls after the silence, to acquaintances; by day where `when` is at night."""
    time = spread(rng, when, when + DAY_MS // 2, int(rng.integers(3, 12)), AWAKE)
    friends = rng.choice(world.contacts[world.phones.owner[line]], len(time))
    answered = rng.random(len(time)) < 0.8
    return calls(time, line, world.phones.number[friends], answered=answered,
                 duration=np.where(answered, talk_seconds(rng, len(time)), 0), act=HONEST_PART)
