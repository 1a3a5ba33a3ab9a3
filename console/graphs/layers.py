"""A layout for flow: columns from left to right, few crossings, lines as straight as there is room for."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from scipy.optimize import isotonic_regression

#: Sweeps over the columns for the order, and for the heights (ours; more change nothing one sees).
_ORDER_SWEEPS, _HEIGHT_SWEEPS = 24, 30
#: What a line needs where it passes a column, and the room between two things (ours).
PASSAGE, ROOM = 16.0, 16.0

Edge = tuple[int, int, float]


def layered(columns: Sequence[int], heights: Sequence[float], edges: Sequence[Edge]
            ) -> tuple[np.ndarray, list[list[tuple[int, float]]]]:
    """Place things in columns that are given.

    As Sugiyama, Tagawa and Toda (1981), but for the columns: they are how many payments a card is away from the
    centre, which no general tool takes as given. Order by weighted barycentres; heights by least squares under the
    order, which is isotonic regression.

    Parameters
    ----------
    columns : sequence of int
    heights : sequence of float
    edges : sequence of (int, int, float)
        Which things are connected, and how strongly.

    Returns
    -------
    middles : ndarray
        Of each thing, downwards; no two of a column come nearer than `ROOM`.
    passages : list of list of (int, float)
        Of each edge: the columns that it passes between its ends, and where.
    """
    if not columns:
        return np.zeros(0), []
    column, height = list(columns), list(heights)
    near: dict[int, list[tuple[int, float]]] = defaultdict(list)
    between: list[list[int]] = []
    for a, b, weight in edges:
        step = 1 if column[b] > column[a] else -1
        passed = []
        for at in range(column[a] + step, column[b], step) if column[a] != column[b] else ():
            passed.append(len(column))
            column.append(at)
            height.append(PASSAGE)
        chain = [a, *passed, b]
        for one, other in zip(chain, chain[1:]):
            near[one].append((other, weight))
            near[other].append((one, weight))
        between.append(passed)
    rows: dict[int, list[int]] = defaultdict(list)
    for thing, at in enumerate(column):
        rows[at].append(thing)
    order = sorted(rows)
    _untangle(rows, order, near, column)
    middles = _heights(rows, order, near, column, np.array(height))
    return middles[: len(columns)], [[(column[thing], float(middles[thing])) for thing in passed]
                                     for passed in between]


def _untangle(rows, order, near, column) -> None:
    place = {thing: k / max(len(row), 1) for row in rows.values() for k, thing in enumerate(row)}
    for sweep in range(_ORDER_SWEEPS):
        for at in order if sweep % 2 == 0 else order[::-1]:
            towards = -1 if sweep % 2 == 0 else 1
            last = sweep >= _ORDER_SWEEPS - 4  # at the end both sides count
            middle = {thing: _mean([(place[o], w) for o, w in near[thing]
                                    if column[o] == column[thing] + towards or last], place[thing])
                      for thing in rows[at]}
            rows[at].sort(key=lambda thing: middle[thing])
            for k, thing in enumerate(rows[at]):
                place[thing] = (k + 0.5) / len(rows[at])


def _heights(rows, order, near, column, height: np.ndarray) -> np.ndarray:
    middles = np.zeros(len(height))
    offsets = {}
    for at in order:
        sizes = height[rows[at]] + ROOM
        offsets[at] = np.cumsum(sizes) - sizes / 2
        middles[rows[at]] = offsets[at] - sizes.sum() / 2
    for _ in range(_HEIGHT_SWEEPS):
        for at in (*order, *order[::-1]):
            # The heaviest partner pulls most, so that the main way is straight; a weak pull keeps all together.
            pulled = [_mean([(middles[o], w) for o, w in near[thing] if column[o] != at], middles[thing])
                      for thing in rows[at]]
            middles[rows[at]] = isotonic_regression(np.array(pulled) - offsets[at]).x + offsets[at]
    return middles - (middles - height / 2).min()


def _mean(pairs: list[tuple[float, float]], otherwise: float) -> float:
    whole = sum(weight for _, weight in pairs)
    return sum(value * weight for value, weight in pairs) / whole if whole else otherwise
