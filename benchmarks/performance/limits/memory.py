"""How fast memory lets the state be touched: rows of a phone's width read and written in random order.

    python -m benchmarks.performance.limits.memory [ENTITIES]

One core. Prints one JSON object: bytes a second of rows touched at random and of a plain copy; and the events a
second that would be left if an event did nothing but touch the rows of state of its two phones.
"""

import json
import os
import sys
import time

import numba
import numpy as np

from features.phone_columns import F, I, W

#: Bytes of a phone's row, and of its entry in the index: slot, key, entity, last.
ROW_BYTES = 4 * F.WIDTH + 8 * I.WIDTH + 4 * W.WIDTH
INDEX_BYTES = 28
#: A call touches its maker's and its receiver's.
ROWS_AN_EVENT = 2
_TOUCHES = 2_000_000


@numba.njit(cache=True)
def _touch(table, order):
    for k in range(order.size):
        row = table[order[k]]
        for j in range(row.size):
            row[j] += np.uint32(1)


def main(entities: int = 1_000_000) -> None:
    """Measure both."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    table = np.zeros((entities, (ROW_BYTES + INDEX_BYTES) // 4), np.uint32)
    order = np.random.default_rng(42).integers(0, entities, _TOUCHES)
    _touch(table, order[:1000])
    started = time.perf_counter()
    _touch(table, order)
    rows_per_s = _TOUCHES / (time.perf_counter() - started)
    other = np.empty_like(table)
    np.copyto(other, table)
    started = time.perf_counter()
    np.copyto(other, table)
    copied = 2 * table.nbytes / (time.perf_counter() - started)
    print(json.dumps({
        "bytes_an_event": ROWS_AN_EVENT * (ROW_BYTES + INDEX_BYTES),
        "random_gib_per_s": 2 * rows_per_s * table.shape[1] * 4 / 2**30,
        "copy_gib_per_s": copied / 2**30,
        "events_per_s": rows_per_s / ROWS_AN_EVENT,
    }))  # fmt: skip


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
