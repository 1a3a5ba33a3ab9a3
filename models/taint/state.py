"""Everything that the follower knows, as arrays that grow and that kernels use in place."""

from typing import NamedTuple

import numpy as np

from features import entity_index as index
from models.taint import columns as c
from models.taint.limits import MOST_HOPS, Limits
from models.taint.lots import empty

_FIRST_ROWS, _FIRST_LOTS = 1 << 8, 1 << 10
#: What one payment may need at most: a new account; lots for clean money at either end of what is
#: taken, for its cut, and for what a source adds.
SPARE_ROWS, SPARE_LOTS = 2, 8


class State(NamedTuple):
    """See :mod:`models.taint.columns`; `keys` and `slots` as in :mod:`features.entity_index`."""

    acc: np.ndarray
    avg: np.ndarray
    entity: np.ndarray
    holes: np.ndarray
    keys: np.ndarray
    slots: np.ndarray
    lots: np.ndarray
    pool: np.ndarray
    parts: np.ndarray
    ends: np.ndarray
    dwells: np.ndarray
    meta: np.ndarray
    limits: np.ndarray
    share: np.ndarray


def new_state(limits: Limits) -> State:
    """A state that follows nobody yet."""
    meta = np.zeros(c.M_WIDTH, np.int64)
    meta[c.LOT_FREE] = -1
    rows, lots = min(_FIRST_ROWS, limits.max_accounts), min(_FIRST_LOTS, limits.max_lots)
    return _allocated(rows, lots, meta, limits.array(), np.array([limits.least_share]))


def _allocated(rows: int, lots: int, meta: np.ndarray, limits: np.ndarray, share: np.ndarray) -> State:
    places = 1 << (2 * rows).bit_length()  # a power of two, at most half full
    hops = 0 if limits[c.FIFO] else int(limits[c.MAX_HOPS]) + 1
    return State(
        np.zeros((rows, c.WIDTH), np.int64),
        np.zeros((rows, c.F_WIDTH)),
        np.zeros(rows, np.uint64),
        np.zeros(rows, np.int64),
        np.zeros(places, np.uint64),
        np.zeros(places, np.int32),
        np.zeros((lots, c.L_WIDTH), np.int64),
        np.zeros((rows, hops, c.POOL_WIDTH), np.int64),
        np.zeros((lots + MOST_HOPS + SPARE_LOTS, c.P_WIDTH), np.int64),
        np.zeros((c.ENDS, 2), np.int64),
        np.zeros(c.ENDS),
        meta,
        limits,
        share,
    )


def with_room(s: State, limits: Limits) -> State | None:
    """The same with room for a payment; None where the limits do not allow it and some must be let go of."""
    rows, lots = len(s.acc), len(s.lots)
    free_rows = rows - int(s.meta[c.USED])
    free_lots = lots - int(s.meta[c.LOTS])
    want_rows = rows if free_rows >= SPARE_ROWS else max(min(2 * rows, limits.max_accounts), rows)
    want_lots = lots if free_lots >= SPARE_LOTS else max(min(2 * lots, limits.max_lots), lots)
    if want_rows - s.meta[c.USED] < SPARE_ROWS or want_lots - s.meta[c.LOTS] < SPARE_LOTS:
        return None
    if (want_rows, want_lots) == (rows, lots):
        return s
    return _filled(_allocated(want_rows, want_lots, s.meta, s.limits, s.share), s)


def _filled(new: State, old: State) -> State:
    for name in ("acc", "avg", "entity", "holes", "lots", "pool"):
        kept = getattr(old, name)
        getattr(new, name)[: len(kept)] = kept
    index.place_all(new.keys, new.slots, new.entity)
    return new


def let_go(s: State, which: np.ndarray) -> None:
    """Forget the accounts of these rows; what lies there is counted as let go of."""
    for row in which.tolist():
        s.meta[c.M_LET_GO] += s.acc[row, c.HERE]
        empty(s, row)
    s.acc[which], s.avg[which], s.entity[which], s.pool[which] = 0, 0, 0, 0
    first = int(s.meta[c.HOLES])
    s.holes[first : first + len(which)] = which
    s.meta[c.HOLES] += len(which)
    s.meta[c.USED] -= len(which)
    s.keys[:] = 0
    index.place_all(s.keys, s.slots, s.entity)


def arrays_of(s: State) -> dict[str, np.ndarray]:
    """What :func:`state_of` makes the same state of, whatever the capacity."""
    high, lots, holes = int(s.meta[c.HIGH]), int(s.meta[c.LOT_HIGH]), int(s.meta[c.HOLES])
    return {
        "acc": s.acc[:high],
        "avg": s.avg[:high],
        "entity": s.entity[:high],
        "holes": s.holes[:holes],
        "lots": s.lots[:lots],
        "pool": s.pool[:high],
        "meta": s.meta,
    }


def state_of(arrays: dict[str, np.ndarray], limits: Limits) -> State:
    """A state like the one that :func:`arrays_of` described; limits are settings and come from outside."""
    rows = _capacity(_FIRST_ROWS, len(arrays["acc"]), limits.max_accounts)
    lots = _capacity(_FIRST_LOTS, len(arrays["lots"]), limits.max_lots)
    new = _allocated(rows, lots, arrays["meta"].copy(), limits.array(), np.array([limits.least_share]))
    return _filled(new, State(*(arrays.get(name) for name in State._fields)))


def _capacity(first: int, need: int, most: int) -> int:
    while first < need:
        first *= 2
    return max(min(first, most), need)  # a state from before the limit was lowered
