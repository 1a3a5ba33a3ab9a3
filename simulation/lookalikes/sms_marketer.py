"""Small shops, teachers and organisers who text their customers or parents from an ordinary SIM."""

import numpy as np

from simulation.clock import DAY_MS, spread
from simulation.dialling import sessions
from simulation.frames import HONEST_PART, NO_CALLS, NO_PAYS, SMS, calls
from simulation.rhythm import OFFICE
from simulation.roles import HONEST, SMS_MARKETER

#: Senders per resident, customers of a sender, chance of a round on a day (ours).
SHARE, CUSTOMERS, ROUND_SHARE = 0.0012, (40, 500), 0.25


def cast(world) -> None:
    rng = world.rng("sms_marketer")
    lists = []
    for u in rng.random(max(3, int(world.people.residents * SHARE))):
        line = world.cast.line("own" if u < 0.6 else "second")
        world.truth.enroll_line(line, SMS_MARKETER, HONEST)
        size = int(np.exp(rng.uniform(*np.log(CUSTOMERS))))
        lists.append((line, rng.choice(world.people.residents, min(size, world.people.residents // 3), replace=False)))
    world.actors[SMS_MARKETER] = lists


def day(world, day):
    rng = world.rng("sms_marketer", day)
    begin = world.window.day(day)
    made = [NO_CALLS]
    for line, customers in world.actors[SMS_MARKETER]:
        starts = spread(rng, begin, begin + DAY_MS, 1, OFFICE)
        if rng.random() > ROUND_SHARE or not len(starts):
            continue
        time = sessions(rng, starts, len(customers), rng.uniform(2, 12))[: len(customers)]
        whom = rng.permutation(customers)[: len(time)]
        made.append(calls(time, line, world.phones.number[whom], kind=SMS, answered=-1, duration=-1, act=HONEST_PART))
    return np.concatenate(made), NO_PAYS
