"""Counties of the city, places elsewhere, and their radio cells."""

from dataclasses import dataclass

import numpy as np

#: GB/T 2260 codes of Chengdu's districts and counties with rough population weights (weights ours).
LOCAL = (("510104", 9), ("510105", 10), ("510106", 13), ("510107", 12), ("510108", 14), ("510112", 14),
         ("510113", 5), ("510114", 16), ("510115", 10), ("510116", 15), ("510117", 14), ("510121", 8),
         ("510129", 5), ("510131", 3))
#: Places where relatives, customers and criminals of other cities are (selection ours).
AWAY = ("110105", "120101", "130102", "210102", "310115", "320102", "330102", "340102", "350203", "360102",
        "370102", "410102", "420106", "430102", "440305", "440106", "450102", "460105", "500103", "510704",
        "511302", "511702", "520102", "530102", "530902", "610103", "620102", "650102")
CODES = tuple(code for code, _ in LOCAL) + AWAY
N_LOCAL = len(LOCAL)
LOCAL_SHARE = np.array([weight for _, weight in LOCAL], float) / sum(weight for _, weight in LOCAL)

#: People served by one radio cell (ours).
PEOPLE_PER_CELL = 300


@dataclass(frozen=True)
class Cells:
    """Radio cells: the cells of area `a` are ``first[a] .. first[a] + count[a] - 1``."""

    area: np.ndarray
    first: np.ndarray
    count: np.ndarray
    code: np.ndarray  # location area (5 digits) and cell (7 digits) as one number

    def within(self, area: np.ndarray, u: np.ndarray) -> np.ndarray:
        """A cell of each area, chosen by uniform numbers `u`."""
        return (self.first[area] + (u * self.count[area]).astype(np.int64)).astype(np.int32)


def make_cells(rng: np.random.Generator, people: int) -> Cells:
    """Cells in proportion to the residents, at least 12 a county and 6 a place elsewhere."""
    local = np.maximum(12, (people * LOCAL_SHARE / PEOPLE_PER_CELL).astype(np.int64))
    count = np.concatenate([local, np.full(len(AWAY), 6)])
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    area = np.repeat(np.arange(len(CODES)), count).astype(np.int16)
    lac = rng.permutation(np.arange(20_000, 60_000))[: len(CODES)][area].astype(np.int64)
    cell = rng.permutation(len(area)) * 17 + 1_000_003
    return Cells(area, first, count, lac * 10**7 + cell % 10**7)
