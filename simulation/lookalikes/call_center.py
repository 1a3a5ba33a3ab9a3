"""Call centres: mass calling in office hours from one place, few answers, almost nothing comes back.

Some centres use gateways with several SIMs, as SIM boxes do; their numbers keep regular hours and
exist for years.
"""

import numpy as np

from simulation.clock import DAY_MS, HOUR_MS
from simulation.dialling import dial, sessions
from simulation.frames import NO_CALLS, NO_PAYS
from simulation.phones import FIXED
from simulation.roles import CALL_CENTER, HONEST

#: Lines of call centres per resident, lines of a centre, calls a line and working day (ours).
SHARE, LINES, CALLS_A_DAY = 0.0015, (3, 9), 130
#: Centres that dial through a gateway with several SIMs (ours).
GATEWAY_SHARE = 0.4


def cast(world) -> None:
    rng = world.rng("call_center")
    left, centers = max(6, int(world.people.residents * SHARE)), []
    while left > 0:
        lines = np.array([world.cast.line("second" if u < 0.6 else "idle") for u in rng.random(rng.integers(*LINES))])
        cell = world.cells.within(world.people.area[world.phones.owner[lines[:1]]].astype(int), rng.random(1))[0]
        phones = world.phones
        phones.home_cell[lines] = phones.work_cell[lines] = cell
        phones.place[lines], phones.rate[lines], phones.listen[lines] = FIXED, 0, 0.25
        if rng.random() < GATEWAY_SHARE:
            phones.imei[lines] = phones.imei[lines[rng.integers(0, 2, len(lines))]]
        for line in lines.tolist():
            world.truth.enroll_line(line, CALL_CENTER, HONEST)
        centers.append((lines, rng.uniform(0.3, 1.6), rng.uniform(0.25, 0.5), bool(rng.random() < 0.35)))
        left -= len(lines)
    world.actors[CALL_CENTER] = centers


def day(world, day):
    rng = world.rng("call_center", day)
    begin = world.window.day(day)
    made = [NO_CALLS]
    for lines, pace, answer, works_weekends in world.actors[CALL_CENTER]:
        if world.window.is_weekend(day) and not works_weekends:
            continue
        for line in lines.tolist():
            starts = begin + (np.array((9, 10.5, 13.5, 15, 16.5)) * HOUR_MS).astype(np.int64)
            starts = starts + rng.integers(0, HOUR_MS // 2, len(starts))
            time = sessions(rng, starts, CALLS_A_DAY * pace / len(starts), 95)
            time = time[time < begin + DAY_MS]
            made.append(dial(world, rng, line, time, answer=answer, median_s=26, sigma=1.2, recall=0.06, back=0.03))
    return np.concatenate(made), NO_PAYS
