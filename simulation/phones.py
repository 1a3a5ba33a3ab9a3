"""Phone lines: who holds them, where they are, how much they are used."""

from dataclasses import dataclass

import numpy as np

from simulation.areas import AWAY, LOCAL_SHARE, N_LOCAL, Cells
from simulation.clock import DAY_MS
from simulation.numbering import imeis, imsis, phone_numbers
from simulation.people import ELDER, People

#: Residents with a second line, and the share of second lines that lie idle (ours).
SECOND_SHARE = 0.22
IDLE_SECOND, IDLE_FIRST = 0.35, 0.01
#: Outgoing calls and messages to acquaintances a day (ours; in all about 12 records a resident and day).
CALLS_A_DAY = 4.6
#: A line that moved through its SIM's life: share not at home in the county it was opened in (ours).
OPENED_ELSEWHERE = 0.16
ORDINARY, FIXED = 0, 1


@dataclass
class Phones:
    """Lines: residents' first lines ``0..residents-1``, people elsewhere, second lines.

    `rate` is outgoing calls a day, `listen` the share of ordinary calls to the line that still
    come; both 0 before the line is opened. `place` is FIXED for lines that never leave their cell.
    """

    number: np.ndarray
    owner: np.ndarray
    operator: np.ndarray
    imsi: np.ndarray
    imei: np.ndarray
    opened: np.ndarray
    home_area: np.ndarray
    home_cell: np.ndarray
    work_cell: np.ndarray
    rate: np.ndarray
    listen: np.ndarray
    place: np.ndarray
    reach: np.ndarray
    bend: np.ndarray
    turn: np.ndarray
    second: np.ndarray  # by owner: index of the second line, -1

    def __len__(self) -> int:
        return len(self.number)


def make_phones(rng: np.random.Generator, people: People, cells: Cells, begin: int) -> Phones:
    """Issue the lines of everybody; openings lie 1 day to 15 years back."""
    holders = np.flatnonzero(rng.random(people.residents) < SECOND_SHARE)
    owner = np.concatenate([np.arange(len(people)), holders]).astype(np.int32)
    total, first_second = len(owner), len(people)
    number, operator = phone_numbers(rng, total)
    area = people.area[owner].copy()
    moved = (rng.random(total) < OPENED_ELSEWHERE) & (area < N_LOCAL)
    elsewhere = rng.random(total) < 0.5
    area = np.where(moved & elsewhere, N_LOCAL + rng.integers(0, len(AWAY), total), area)
    area = np.where(moved & ~elsewhere, rng.choice(N_LOCAL, total, p=LOCAL_SHARE), area).astype(np.int16)
    rate = CALLS_A_DAY * rng.lognormal(-0.25, 0.7, total) * np.where(people.persona[owner] == ELDER, 0.7, 1.0)
    rate[people.residents : first_second] *= 0.15  # most of their calls stay elsewhere
    rate[first_second:] *= 0.35
    listen = np.ones(total, np.float32)
    idle = rng.random(total) < np.where(np.arange(total) < first_second, IDLE_FIRST, IDLE_SECOND)
    idle[people.residents : first_second] = False
    rate[idle], listen[idle] = 0, 0.02
    reach = np.clip(rng.normal(21, 6, total), 5, 28).astype(np.int8)
    reach[first_second:] = np.clip(reach[first_second:] // 2, 4, 28)
    second = np.full(len(people), -1, np.int32)
    second[holders] = np.arange(first_second, total)
    handset = imeis(rng, total)
    shared = first_second + np.flatnonzero(rng.random(total - first_second) < 0.12)
    handset[shared] = handset[owner[shared]]  # one number in both slots, as some handsets report it
    age_ms = (rng.exponential(1_100, total) * DAY_MS).astype(np.int64) % (5_400 * DAY_MS) + DAY_MS
    return Phones(number, owner, operator, imsis(rng, operator), handset, begin - age_ms, area,
                  people.home_cell[owner].copy(), people.work_cell[owner].copy(), rate.astype(np.float32),
                  listen, np.zeros(total, np.int8), reach, rng.uniform(1.3, 3.4, total).astype(np.float32),
                  np.where(rng.random(total) < 0.4, rng.integers(4, 24, total), 0).astype(np.int8), second)


def locate(phones: Phones, cells: Cells, who: np.ndarray, hour: int, weekend: bool, rng) -> np.ndarray:
    """Cell of each line in this hour: at home, at work, near by, or travelling (shares ours)."""
    at_work = 9 <= hour < 18 and not weekend
    cell = (phones.work_cell if at_work else phones.home_cell)[who].copy()
    u = rng.random((2, len(who)), dtype=np.float32)
    near = 0.10 if hour < 7 or at_work else 0.28
    mobile = phones.place[who] != FIXED
    walk = mobile & (u[0] < near)
    cell[walk] = cells.within(cells.area[cell[walk]], u[1, walk])
    far = mobile & (u[0] > 0.96) & (cells.area[cell] < N_LOCAL)
    towns = (u[0, far] - 0.96) * 25 * 0.999 * N_LOCAL
    cell[far] = cells.within(towns.astype(np.int64), u[1, far])
    return cell
