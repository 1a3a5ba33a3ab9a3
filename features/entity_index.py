"""Which row of the table an entity has: an open-addressing hash index with eviction, in numba.

The index is a bundle of arrays so that kernels can use it in place:

``keys`` uint64 (power of two), ``slots`` int32, ``entity`` uint64 per row, ``last`` int64 per row
(last activity, UTC ms), ``holes`` int32 stack of rows let go, ``meta`` int64, see the constants.

Which row an entity gets depends on the order of events alone: holes first, then the next row never
used; spare capacity plays no part.
"""

import numba
import numpy as np

USED, HIGH, HOLES, CLOCK, EVICTED, MAX_ENTITIES, SILENCE_MS, SINCE_MS = range(8)
#: Rows looked at by the eviction clock for each new entity (ours).
_SWEEP = 2


@numba.njit(cache=True)
def find(keys, slots, entity):
    """Row of `entity`, -1 if it has none."""
    mask = np.int64(keys.size - 1)
    slot = np.int64(entity & np.uint64(mask))
    while keys[slot] != 0:
        if keys[slot] == entity:
            return np.int64(slots[slot])
        slot = (slot + 1) & mask
    return np.int64(-1)


@numba.njit(cache=True)
def insert(keys, slots, entity_of, last, holes, meta, entity, now):
    """Give `entity` a blank row; first let go of what fell silent, or of the most silent in sight.

    Which entity goes depends on the table alone, hence on the order of events, never on batches.
    The caller clears the row's columns and makes sure that a row and a key slot are left.
    """
    _evict_silent(keys, slots, entity_of, last, holes, meta, now)
    if meta[USED] >= meta[MAX_ENTITIES]:
        _evict_oldest_in_sight(keys, slots, entity_of, last, holes, meta)
    if meta[HOLES] > 0:
        meta[HOLES] -= 1
        row = np.int64(holes[meta[HOLES]])
    else:
        row = np.int64(meta[HIGH])
        meta[HIGH] += 1
    meta[USED] += 1
    entity_of[row] = entity
    last[row] = now
    place(keys, slots, entity, row)
    return row


@numba.njit(cache=True)
def place(keys, slots, entity, row):
    mask = np.int64(keys.size - 1)
    slot = np.int64(entity & np.uint64(mask))
    while keys[slot] != 0:
        slot = (slot + 1) & mask
    keys[slot] = entity
    slots[slot] = row


@numba.njit(cache=True, nogil=True)
def place_all(keys, slots, entity_of):
    """Build the index anew from the rows' entities (0 where a row is unused)."""
    for row in range(entity_of.size):
        if entity_of[row] != 0:
            place(keys, slots, entity_of[row], row)


@numba.njit(cache=True)
def _evict_silent(keys, slots, entity_of, last, holes, meta, now):
    for _ in range(min(_SWEEP, meta[HIGH])):
        row = _tick(meta)
        if entity_of[row] != 0 and now - last[row] > meta[SILENCE_MS]:
            _evict(keys, slots, entity_of, holes, meta, row)


@numba.njit(cache=True)
def _evict_oldest_in_sight(keys, slots, entity_of, last, holes, meta):
    oldest = np.int64(-1)
    seen = 0
    while seen < 16:
        row = _tick(meta)
        if entity_of[row] != 0:
            seen += 1
            if oldest < 0 or last[row] < last[oldest]:
                oldest = row
    _evict(keys, slots, entity_of, holes, meta, oldest)


@numba.njit(cache=True)
def _tick(meta):
    meta[CLOCK] = (meta[CLOCK] + 1) % meta[HIGH]
    return meta[CLOCK]


@numba.njit(cache=True)
def _evict(keys, slots, entity_of, holes, meta, row):
    _unplace(keys, slots, entity_of[row])
    entity_of[row] = 0
    holes[meta[HOLES]] = row
    meta[HOLES] += 1
    meta[USED] -= 1
    meta[EVICTED] += 1


@numba.njit(cache=True)
def _unplace(keys, slots, entity):
    mask = np.int64(keys.size - 1)
    slot = np.int64(entity & np.uint64(mask))
    while keys[slot] != entity:
        slot = (slot + 1) & mask
    hole = slot
    while True:
        slot = (slot + 1) & mask
        if keys[slot] == 0:
            break
        home = np.int64(keys[slot] & np.uint64(mask))
        if ((slot - home) & mask) >= ((slot - hole) & mask):
            keys[hole], slots[hole] = keys[slot], slots[slot]
            hole = slot
    keys[hole] = 0
