"""Residents and the people elsewhere whom they know."""

from dataclasses import dataclass

import numpy as np

from simulation.areas import AWAY, LOCAL_SHARE, N_LOCAL, Cells
from simulation.rhythm import PERSONA_SHARE

#: People elsewhere per resident (ours).
AWAY_SHARE = 0.12
#: Household sizes 1..6 (rounded from the 2020 census, seventh national).
HOUSEHOLD_SHARE = (0.25, 0.30, 0.21, 0.13, 0.08, 0.03)
#: Residents per employer (ours); sizes are heavy-tailed.
PEOPLE_PER_EMPLOYER = 25
#: Median monthly income, fen (ours, near the urban median).
MEDIAN_INCOME_FEN = 520_000
WORKER, YOUNG, ELDER, NIGHT = range(4)


@dataclass(frozen=True)
class People:
    """Residents are ``0 .. residents - 1``; people elsewhere follow."""

    residents: int
    area: np.ndarray
    persona: np.ndarray
    household: np.ndarray  # first member
    household_size: np.ndarray
    employer: np.ndarray  # -1: none
    income_fen: np.ndarray  # a month
    home_cell: np.ndarray
    work_cell: np.ndarray
    code: np.ndarray  # pseudonymous identifier

    def __len__(self) -> int:
        return len(self.area)

    @property
    def employers(self) -> int:
        return max(4, self.residents // PEOPLE_PER_EMPLOYER)


def make_people(rng: np.random.Generator, residents: int, cells: Cells, codes: np.ndarray) -> People:
    """Draw households, homes, ways of life, employers and incomes."""
    away = int(residents * AWAY_SHARE)
    total = residents + away
    sizes = rng.choice(np.arange(1, 7), residents, p=HOUSEHOLD_SHARE)
    sizes = sizes[: np.searchsorted(np.cumsum(sizes), residents) + 1]
    sizes[-1] -= sizes.sum() - residents
    homes = rng.choice(N_LOCAL, len(sizes), p=LOCAL_SHARE)
    start = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of_person = np.repeat(np.arange(len(sizes)), sizes)
    area = np.concatenate([homes[of_person], N_LOCAL + rng.integers(0, len(AWAY), away)]).astype(np.int16)
    home = cells.within(homes, rng.random(len(sizes)))[of_person]
    home = np.concatenate([home, cells.within(area[residents:], rng.random(away))])
    persona = rng.choice(4, total, p=PERSONA_SHARE).astype(np.int8)
    employers = max(4, residents // PEOPLE_PER_EMPLOYER)
    works = (persona == WORKER) | (persona == NIGHT) | ((persona == YOUNG) & (rng.random(total) < 0.35))
    works[residents:] = False
    employer = np.where(works, (rng.random(total) ** 2 * employers).astype(np.int64), -1).astype(np.int32)
    site_area = rng.choice(N_LOCAL, employers, p=LOCAL_SHARE)
    site = cells.within(site_area, rng.random(employers))
    work_cell = np.where(employer >= 0, site[employer], home).astype(np.int32)
    factor = np.array((1.0, 0.45, 0.6, 0.95))[persona]
    income = MEDIAN_INCOME_FEN * factor * rng.lognormal(0, 0.5, total)
    return People(residents, area, persona,
                  np.concatenate([start[of_person], np.arange(residents, total)]),
                  np.concatenate([sizes[of_person], np.ones(away, np.int64)]),
                  employer, (income // 100 * 100).astype(np.int64), home.astype(np.int32), work_cell, codes[:total])
