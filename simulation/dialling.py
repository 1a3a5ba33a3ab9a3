"""Calling people one does not know: salesmen, couriers, call centres and rings all dial through here."""

import numpy as np

from simulation.clock import MINUTE_MS, SECOND_MS
from simulation.frames import HONEST_PART, SMS, UNSET, calls
from simulation.numbering import strange_numbers
from simulation.ordinary.calls import talk_seconds

#: Of numbers dialled, those outside the city's register, and how often anybody answers them (ours).
UNKNOWN_SHARE, UNKNOWN_ANSWERS = 0.25, 0.55


def targets(world, rng, count: int, unknown: float = UNKNOWN_SHARE) -> tuple[np.ndarray, np.ndarray]:
    """Numbers to dial and, where they are lines of the city, the line (else -1)."""
    line = rng.integers(0, len(world.phones), count)
    line[(rng.random(count) < unknown) | (world.phones.listen[line] < 1)] = -1
    number = np.where(line >= 0, world.phones.number[line], strange_numbers(rng, count))
    return number, line


def dial(world, rng, caller, time, *, answer, median_s=24.0, sigma=1.3, recall=0.12, back=0.03, chosen=None,
         imei=UNSET, cell=UNSET, act=HONEST_PART) -> np.ndarray:
    """Calls to strangers, some repeated, some called back.

    Parameters
    ----------
    caller, time : arrays
        Line and time of each call, by caller and time.
    answer : float
        Share answered.
    recall : float
        Share that repeats the caller's call before.
    back : float
        Share of unanswered callees of the city who call back within two hours or so.
    chosen : (numbers, lines), optional
        Whom to dial; drawn at random when absent.
    """
    count = len(time)
    number, line = targets(world, rng, count) if chosen is None else chosen
    number, line, caller = number.copy(), line.copy(), np.broadcast_to(caller, count)
    again = np.flatnonzero(rng.random(count) < recall)
    again = again[again > 0]
    again = again[caller[again] == caller[again - 1]]
    number[again], line[again] = number[again - 1], line[again - 1]
    answered = rng.random(count) < np.where(line >= 0, answer, answer * UNKNOWN_ANSWERS)
    duration = np.where(answered, talk_seconds(rng, count, median_s, sigma), 0)
    out = calls(time, caller, number, answered=answered, duration=duration, act=act, imei=imei, cell=cell)
    returns = np.flatnonzero(~answered & (line >= 0) & (rng.random(count) < back))
    wait = MINUTE_MS + (rng.exponential(40, len(returns)) * MINUTE_MS).astype(np.int64)
    taken = rng.random(len(returns)) < 0.5
    inward = calls(time[returns] + wait, line[returns], world.phones.number[caller[returns]], answered=taken,
                   duration=np.where(taken, talk_seconds(rng, len(returns)), 0))
    return np.concatenate([out, inward])


def blast(world, rng, caller, time, imei=UNSET, cell=UNSET, act=HONEST_PART) -> np.ndarray:
    """Text messages to strangers."""
    number, _ = targets(world, rng, len(time))
    return calls(time, caller, number, kind=SMS, answered=-1, duration=-1, act=act, imei=imei, cell=cell)


def sessions(rng, starts, per_session, gap_s) -> np.ndarray:
    """Times of calls made one after another: at each start about `per_session` of them, `gap_s` apart.

    The gap between two calls holds ringing and talking; it is gamma distributed.
    """
    counts = rng.poisson(per_session, len(starts)) + 1
    gaps = rng.gamma(2.0, gap_s / 2, int(counts.sum())) * SECOND_MS
    first = np.cumsum(counts) - counts
    total = np.cumsum(gaps)
    offset = total - np.repeat(total[first] - gaps[first] * 0.1, counts)
    return np.sort((np.repeat(starts, counts) + np.maximum(offset, 0)).astype(np.int64))
