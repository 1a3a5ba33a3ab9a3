"""Estate agents and insurance salesmen: cold calls and follow-ups, moving about, with a life besides."""

import numpy as np

from simulation.clock import DAY_MS, spread
from simulation.dialling import dial
from simulation.frames import NO_CALLS, NO_PAYS
from simulation.rhythm import OFFICE
from simulation.roles import HONEST, SALESPERSON

#: Salesmen per resident and calls a working day (ours).
SHARE, CALLS_A_DAY = 0.003, 34


def cast(world) -> None:
    rng = world.rng("salesperson")
    count = max(3, int(world.people.residents * SHARE))
    lines = [world.cast.line("own" if u < 0.7 else "second") for u in rng.random(count)]
    for line in lines:
        world.truth.enroll_line(line, SALESPERSON, HONEST)
    world.actors[SALESPERSON] = lines, rng.lognormal(0, 0.5, count)


def day(world, day):
    rng = world.rng("salesperson", day)
    lines, pace = world.actors[SALESPERSON]
    begin = world.window.day(day)
    made = [NO_CALLS]
    for line, speed in zip(lines, pace, strict=True):
        time = spread(rng, begin, begin + DAY_MS, rng.poisson(CALLS_A_DAY * speed), OFFICE)
        if len(time) and rng.random() < 0.8:
            made.append(dial(world, rng, line, time, answer=0.45, median_s=32, sigma=1.2, recall=0.16, back=0.12))
    return np.concatenate(made), NO_PAYS
