"""Couriers: short calls to many different people, all day, out and about; some call back."""

import numpy as np

from simulation.clock import DAY_MS, spread
from simulation.dialling import dial
from simulation.frames import NO_CALLS, NO_PAYS
from simulation.rhythm import ROUNDS
from simulation.roles import COURIER, HONEST

#: Couriers per resident and calls a working day (ours).
SHARE, CALLS_A_DAY = 0.004, 75
WORKDAYS = 0.86


def cast(world) -> None:
    rng = world.rng("courier")
    lines = np.array([world.cast.line("own") for _ in range(max(4, int(world.people.residents * SHARE)))])
    for line in lines.tolist():
        world.truth.enroll_line(line, COURIER, HONEST)
    cells = world.cells
    beat = cells.within(np.repeat(cells.area[world.phones.home_cell[lines]], 10), rng.random(10 * len(lines)))
    by_area = np.argsort(world.people.area[: world.people.residents], kind="stable")
    world.actors[COURIER] = lines, beat.reshape(-1, 10), by_area, rng.lognormal(0, 0.35, len(lines))


def day(world, day):
    rng = world.rng("courier", day)
    lines, beat, by_area, pace = world.actors[COURIER]
    begin = world.window.day(day)
    area = world.people.area[: world.people.residents][by_area]
    made = [NO_CALLS]
    for line, cells, speed in zip(lines.tolist(), beat, pace, strict=True):
        if rng.random() > WORKDAYS:
            continue
        time = spread(rng, begin, begin + DAY_MS, rng.poisson(CALLS_A_DAY * speed), ROUNDS)
        if not len(time):
            continue
        home = world.people.area[world.phones.owner[line]]
        low, high = np.searchsorted(area, [home, home + 1])
        served = by_area[rng.integers(low, high, len(time))]
        order = np.sort(rng.integers(0, len(cells), len(time)))
        made.append(dial(world, rng, line, time, answer=0.78, median_s=19, sigma=0.6, recall=0.10, back=0.35,
                         chosen=(world.phones.number[served], served), cell=cells[order]))
    return np.concatenate(made), NO_PAYS
