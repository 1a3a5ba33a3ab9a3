"""Which cards are on which lists, for one shard: a table of entries, several a card, bounded, with ends.

25 bytes a slot, a third to two thirds of the slots taken: 38 to 75 bytes an entry in memory, 25 in a snapshot.
"""

import numba
import numpy as np

#: Entries of one shard at most (ours): beyond it the eighth listed longest ago is let go of.
MOST = 1 << 20
_FIRST_SIZE = 1 << 6
_COLUMNS = {
    "keys": np.uint64, "lists": np.uint32, "reasons": np.uint32, "since_s": np.uint32, "until_s": np.uint32,
    "what": np.uint8,
}  # fmt: skip
_COUNT = 0


class WatchTable:
    """Open addressing with one slot an entry; the entries of a card lie along the same probe.

    Attributes
    ----------
    keys : ndarray of uint64, shape (a power of two,)
        Hash of the card, 0 where free.
    lists, reasons : ndarray of uint32
        See :func:`features.watch_rows.short`.
    since_s, until_s : ndarray of uint32
        When it was listed and when that ends, UTC s; 0 for no end.
    what : ndarray of uint8
        Code of the list, see :data:`features.watch_rows.LIST_CODES`, times 2, plus 1 of an allow list.
    meta : ndarray of int64, shape (1,)
        Entries.
    """

    def __init__(self):
        self._allocate(_FIRST_SIZE)

    def _allocate(self, size: int) -> None:
        for name, dtype in _COLUMNS.items():
            setattr(self, name, np.zeros(size, dtype))
        self.meta = np.zeros(1, np.int64)

    def __len__(self) -> int:
        return int(self.meta[_COUNT])

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """What the kernels take, in their order."""
        return (*(getattr(self, name) for name in _COLUMNS), self.meta)

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.arrays)

    @property
    def snapshot_nbytes(self) -> int:
        return len(self) * sum(np.dtype(dtype).itemsize for dtype in _COLUMNS.values())

    def reserve(self, entries: int, watermark_ms: int) -> None:
        """Make sure that so many more find room; entries that ended before the watermark go first.

        No row that is on time can ask for those any more, so it plays no part when that happens.
        """
        if _fits(len(self), entries, self.keys.size):
            return
        kept = self.snapshot()
        alive = (kept["until_s"] == 0) | (kept["until_s"].astype(np.int64) * 1000 > watermark_ms)
        self._fill({name: column[alive] for name, column in kept.items()}, entries)

    def _fill(self, columns: dict[str, np.ndarray], more: int) -> None:
        size = _FIRST_SIZE
        while not _fits(len(columns["keys"]), more, size):
            size *= 2
        self._allocate(size)
        place_entries(*(columns[name] for name in _COLUMNS), *self.arrays)

    def snapshot(self) -> dict[str, np.ndarray]:
        """The entries, by card and list: where they lie in the table plays no part."""
        taken = np.flatnonzero(self.keys)
        order = taken[np.lexsort((self.lists[taken], self.keys[taken]))]
        return {name: getattr(self, name)[order] for name in _COLUMNS}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Take a snapshot over; an empty one is that of a release without lists."""
        self._fill({name: arrays.get(name, np.zeros(0, dtype)) for name, dtype in _COLUMNS.items()}, 0)


def _fits(count: int, more: int, size: int) -> bool:
    return 3 * min(count + more, MOST) < 2 * size


@numba.njit(cache=True)
def find_entry(keys, lists, card, name):
    """Slot of a card's entry on a list; a free slot where there is none."""
    mask = keys.size - 1
    slot = np.int64(card & np.uint64(mask))
    while keys[slot] != 0 and (keys[slot] != card or lists[slot] != name):
        slot = (slot + 1) & mask
    return slot


@numba.njit(cache=True)
def put_entry(keys, lists, reasons, since_s, until_s, what, meta, card, name, reason, now_s, end_s, kind):
    """Put a card on a list, or give its entry another reason, end and kind; since when stays while it lasts."""
    slot = find_entry(keys, lists, card, name)
    if keys[slot] == 0:
        if meta[_COUNT] >= MOST:
            _let_go(keys, lists, reasons, since_s, until_s, what, meta)
            slot = find_entry(keys, lists, card, name)
        meta[_COUNT] += 1
        keys[slot], lists[slot], since_s[slot] = card, name, now_s
    elif (what[slot] & 1) != (kind & 1) or (until_s[slot] != 0 and until_s[slot] <= now_s):
        since_s[slot] = now_s
    reasons[slot], until_s[slot], what[slot] = reason, end_s, kind


@numba.njit(cache=True)
def take_off(keys, lists, reasons, since_s, until_s, what, meta, card, name):
    """Take a card off a list; nothing happens where it is not on it."""
    slot = find_entry(keys, lists, card, name)
    if keys[slot] == 0:
        return
    meta[_COUNT] -= 1
    mask = keys.size - 1
    hole = slot
    while True:
        slot = (slot + 1) & mask
        if keys[slot] == 0:
            break
        home = np.int64(keys[slot] & np.uint64(mask))
        if ((slot - home) & mask) >= ((slot - hole) & mask):
            keys[hole], lists[hole], reasons[hole] = keys[slot], lists[slot], reasons[slot]
            since_s[hole], until_s[hole], what[hole] = since_s[slot], until_s[slot], what[slot]
            hole = slot
    keys[hole] = 0


@numba.njit(cache=True)
def best_entry(keys, lists, since_s, until_s, what, card, now_ms, kind):
    """Slot of the entry of a kind (0 block, 1 allow) that counts at a time, -1 for none.

    The gravest code, then the one listed longest ago, then by the list's hash: where entries lie
    plays no part.
    """
    mask = keys.size - 1
    slot = np.int64(card & np.uint64(mask))
    best = np.int64(-1)
    while keys[slot] != 0:
        mine = keys[slot] == card and (what[slot] & 1) == kind
        begun = np.int64(since_s[slot]) * 1000 <= now_ms
        lasts = until_s[slot] == 0 or now_ms < np.int64(until_s[slot]) * 1000
        if mine and begun and lasts and (best < 0 or _before(what, since_s, lists, slot, best)):
            best = slot
        slot = (slot + 1) & mask
    return best


@numba.njit(cache=True)
def _before(what, since_s, lists, a, b):
    if what[a] != what[b]:
        return what[a] < what[b]
    if since_s[a] != since_s[b]:
        return since_s[a] < since_s[b]
    return lists[a] < lists[b]


@numba.njit(cache=True, nogil=True)
def place_entries(
    cards, names, why, since, until, kinds, keys, lists, reasons, since_s, until_s, what, meta
):
    """Put many entries into a table with room for them."""
    for k in range(cards.size):
        put_entry(
            keys, lists, reasons, since_s, until_s, what, meta, cards[k], names[k], why[k], since[k], until[k], kinds[k]
        )


@numba.njit(cache=True)
def _let_go(keys, lists, reasons, since_s, until_s, what, meta):
    """Let go of the eighth listed longest ago; equals by their hash, so that places play no part."""
    taken = np.flatnonzero(keys)
    age = np.empty(taken.size, np.uint64)
    for k in range(taken.size):
        age[k] = np.uint64(since_s[taken[k]]) << np.uint64(32) | (keys[taken[k]] >> np.uint64(32))
    kept = taken[np.argsort(age)[taken.size // 8 :]]
    c, n, r = keys[kept], lists[kept], reasons[kept]
    s, u, k = since_s[kept], until_s[kept], what[kept]
    keys[:] = 0
    meta[_COUNT] = c.size
    for j in range(c.size):
        slot = find_entry(keys, lists, c[j], n[j])
        keys[slot], lists[slot], reasons[slot] = c[j], n[j], r[j]
        since_s[slot], until_s[slot], what[slot] = s[j], u[j], k[j]
