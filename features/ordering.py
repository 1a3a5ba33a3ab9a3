"""Hold rows until the watermark passes them, then give them out in event-time order.

::

    arrived:    e5  e2  e9  e4        watermark 5        e7  e3(late)     watermark 9
                └── held ──┘   ──►  e2 e4 e5 │ e9 held   └──┘     ──►  e3 e7 e9

Order is (event time, event id, role), so that what a shard computes does not depend on how rows
were batched or which way they came, as long as none arrives after the watermark. One that does is
given out at once and counted as late; nothing is dropped but exact repeats.
"""

from dataclasses import dataclass

import numba
import numpy as np

from features.hashing import combine
from features.roles import PRIMARY, pick

#: Rows whose repetition a shard recognises, the most recent ones (ours); 8 bytes each in a snapshot.
RECENT_ROWS = 1 << 14
_MASK = np.uint64(4 * RECENT_ROWS - 1)
_NEVER = np.iinfo(np.int64).min


@numba.njit(cache=True, nogil=True)
def _drop_seen(uid, entity, role, ring, table, cursor, repeated):
    """Mark rows seen among the last `ring.size`; linear probing, deletion by shifting back."""
    at = cursor[0]
    for i in range(uid.size):
        key = combine(uid[i] + np.uint64(role[i]), entity[i])
        if key == 0:
            key = np.uint64(1)
        slot = np.int64(key & _MASK)
        while table[slot] != 0 and table[slot] != key:
            slot = (slot + 1) & np.int64(_MASK)
        if table[slot] == key:
            repeated[i] = True
            continue
        old = ring[at]
        if old != 0:
            _remove(table, old)
            slot = np.int64(key & _MASK)
            while table[slot] != 0:
                slot = (slot + 1) & np.int64(_MASK)
        table[slot] = key
        ring[at] = key
        at = (at + 1) % ring.size
    cursor[0] = at


@numba.njit(cache=True)
def _remove(table, key):
    mask = np.int64(_MASK)
    slot = np.int64(key & _MASK)
    while table[slot] != key:
        slot = (slot + 1) & mask
    hole = slot
    while True:
        slot = (slot + 1) & mask
        if table[slot] == 0:
            break
        home = np.int64(table[slot] & _MASK)
        if ((slot - home) & mask) >= ((slot - hole) & mask):
            table[hole] = table[slot]
            hole = slot
    table[hole] = 0


@dataclass(frozen=True)
class Released:
    """Rows in order, the repeats taken out of them, and how many records came late."""

    rows: np.ndarray
    repeats: np.ndarray
    late: int


class EventTimeOrder:
    """The waiting room of one shard.

    Parameters
    ----------
    dtype : numpy.dtype
        A row type with fields `time`, `uid`, `entity` and `role`.
    by_kind : bool
        Whether rows are given out kind of card by kind of card, in order within each.
    """

    def __init__(self, dtype: np.dtype, by_kind: bool = False):
        self._dtype = dtype
        self._by_kind = by_kind
        self._held: list[tuple[np.ndarray, int, int]] = []  # rows, first and last time
        self._ring = np.zeros(RECENT_ROWS, np.uint64)
        self._table = np.zeros(4 * RECENT_ROWS, np.uint64)
        self._cursor = np.zeros(1, np.int64)
        self.watermark_ms = _NEVER

    def push(self, rows: np.ndarray) -> None:
        """Take rows in, shape (n,); copies nothing."""
        if rows.size:
            self._held.append(_with_span(rows))

    @property
    def held(self) -> int:
        return sum(part.size for part in self.parts())

    @property
    def held_from_ms(self) -> int:
        """Event time of the first row held; the largest int64 when nothing waits."""
        return min((first_ms for _, first_ms, _ in self._held), default=np.iinfo(np.int64).max)

    def release(self, watermark_ms: int) -> Released:
        """Give out all rows not after `watermark_ms`, in order, each once.

        The watermark never goes back: an older one counts as the newest seen.
        """
        before = self.watermark_ms
        self.watermark_ms = max(before, watermark_ms)
        rows = self._take_due()
        if rows.size == 0:
            return Released(rows, rows, 0)
        order = _in_order(rows)
        repeated = np.zeros(rows.size, bool)
        keys = (rows[name][order] for name in ("uid", "entity", "role"))
        _drop_seen(*keys, self._ring, self._table, self._cursor, repeated)
        kept = order[~repeated]
        behind = rows["time"][kept] <= before
        if self._by_kind:
            behind &= (rows["flags"][kept] & PRIMARY) != 0  # a record counts once, not once a card
        late = int(np.count_nonzero(behind))
        if self._by_kind:
            # Kinds do not meet in any table: kind by kind, each becomes a slice instead of a copy.
            kept = kept[np.argsort(rows["card_kind"][kept], kind="stable")]
        return Released(pick(rows, kept), pick(rows, order[repeated]), late)

    def _take_due(self) -> np.ndarray:
        due, held = [], []
        for part, first_ms, last_ms in self._held:
            if last_ms <= self.watermark_ms:
                due.append(part)
            elif first_ms > self.watermark_ms:
                held.append((part, first_ms, last_ms))
            else:
                now = part["time"] <= self.watermark_ms
                due.append(pick(part, now))
                held.append(_with_span(pick(part, ~now)))
        self._held = held
        if len(due) == 1:
            return due[0]
        return self._join(due)

    def _join(self, parts: list[np.ndarray]) -> np.ndarray:
        if not parts:
            return np.empty(0, self._dtype)
        # As opaque records: numpy would promote every field of every part by itself.
        opaque = np.dtype((np.void, self._dtype.itemsize))
        return np.concatenate([part.view(opaque) for part in parts]).view(self._dtype)

    def parts(self) -> list[np.ndarray]:
        """The rows held, as they came."""
        return [part for part, _, _ in self._held]

    def snapshot(self) -> dict[str, np.ndarray]:
        """Arrays that :meth:`restore` rebuilds this waiting room from."""
        held = self._join(self.parts())
        return {
            "held": held.view(np.uint8).reshape(-1),
            "ring": self._ring,
            "cursor": np.array([self._cursor[0], self.watermark_ms]),
        }

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        held = arrays["held"].view(self._dtype)
        self._held = [_with_span(held)] if held.size else []
        self._ring = arrays["ring"].copy()
        self._cursor[0], self.watermark_ms = (int(v) for v in arrays["cursor"])
        self._table[:] = 0
        _fill(self._ring, self._table)


@numba.njit(cache=True)
def _fill(ring, table):
    for key in ring:
        if key == 0:
            continue
        slot = np.int64(key & _MASK)
        while table[slot] != 0:
            slot = (slot + 1) & np.int64(_MASK)
        table[slot] = key


def _with_span(rows: np.ndarray) -> tuple[np.ndarray, int, int]:
    return rows, int(rows["time"].min()), int(rows["time"].max())


def _in_order(rows: np.ndarray) -> np.ndarray:
    time = rows["time"]
    order = np.argsort(time, kind="stable")
    sorted_time = time[order]
    if (sorted_time[1:] == sorted_time[:-1]).any():
        keys = (rows["role"], rows["uid"], time)
        # Of exact repeats the one that stands first in its source is taken, the others refused.
        order = np.lexsort((rows["offset"], *keys) if "offset" in rows.dtype.names else keys)
    return order
