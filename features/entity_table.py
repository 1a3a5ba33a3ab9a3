"""One kind of entity in one shard: a row of numbers each, found by hash, bounded in number."""

import numpy as np

from features import entity_index as index

_FIRST_CAPACITY = 1 << 8


class EntityTable:
    """Columns of accumulators for the entities of one kind.

    Parameters
    ----------
    floats, integers, words : int
        Columns of float32, int64 and uint32 each row has.
    max_entities : int
        Rows at most; beyond it the most silent of 16 looked at makes room.
    silence_ms : int
        An entity silent for longer is forgotten, by and by.

    Attributes
    ----------
    f, i, w : ndarray, shape (capacity, floats | integers | words)
    """

    def __init__(self, floats: int, integers: int, words: int, max_entities: int, silence_ms: int):
        self._widths = (floats, integers, words)
        self.meta = np.zeros(8, np.int64)
        self.meta[index.MAX_ENTITIES] = max_entities
        self.meta[index.SILENCE_MS] = silence_ms
        self.meta[index.SINCE_MS] = np.iinfo(np.int64).max
        self._allocate(_FIRST_CAPACITY)

    def _allocate(self, capacity: int) -> None:
        floats, integers, words = self._widths
        self.f = np.zeros((capacity, floats), np.float32)
        self.i = np.zeros((capacity, integers), np.int64)
        self.w = np.zeros((capacity, words), np.uint32)
        self.entity = np.zeros(capacity, np.uint64)
        self.last = np.zeros(capacity, np.int64)
        self.holes = np.zeros(capacity, np.int32)
        self._build_index(capacity)

    def _build_index(self, capacity: int) -> None:
        # At most half full, so that a probe stays short.
        self.keys = np.zeros(2 * capacity, np.uint64)
        self.slots = np.zeros(2 * capacity, np.int32)
        index.place_all(self.keys, self.slots, self.entity)

    def __len__(self) -> int:
        return int(self.meta[index.USED])

    @property
    def evicted(self) -> int:
        return int(self.meta[index.EVICTED])

    @property
    def nbytes(self) -> int:
        """Memory of the table, index and spare rows included."""
        arrays = (self.f, self.i, self.w, self.entity, self.last, self.holes, self.keys, self.slots)
        return sum(a.nbytes for a in arrays)

    @property
    def snapshot_nbytes(self) -> int:
        """Bytes that a snapshot of the rows in use takes."""
        floats, integers, words = self._widths
        return int(self.meta[index.HIGH]) * (4 * floats + 8 * integers + 4 * words + 16)

    def reserve(self, rows: int) -> None:
        """Make sure that `rows` new entities find room, doubling."""
        need = int(self.meta[index.HIGH]) + rows
        capacity = self.entity.size
        if need <= capacity:
            return
        while capacity < need:
            capacity *= 2
        old = (self.f, self.i, self.w, self.entity, self.last, self.holes)
        self._allocate(capacity)
        for new, kept in zip((self.f, self.i, self.w, self.entity, self.last, self.holes), old):
            new[: len(kept)] = kept
        self._build_index(capacity)

    def snapshot(self) -> dict[str, np.ndarray]:
        high, holes = int(self.meta[index.HIGH]), int(self.meta[index.HOLES])
        return {
            "meta": self.meta,
            "f": self.f[:high],
            "i": self.i[:high],
            "w": self.w[:high],
            "entity": self.entity[:high],
            "last": self.last[:high],
            "holes": self.holes[:holes],
        }

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        # Bounds are settings, not state: a restart may change them.
        bounds = self.meta[[index.MAX_ENTITIES, index.SILENCE_MS]].copy()
        self.meta[:] = arrays["meta"]
        self.meta[[index.MAX_ENTITIES, index.SILENCE_MS]] = bounds
        high = len(arrays["entity"])
        capacity = _FIRST_CAPACITY
        while capacity < high:
            capacity *= 2
        self._allocate(capacity)
        for name in ("f", "i", "w", "entity", "last", "holes"):
            kept = arrays[name]
            getattr(self, name)[: len(kept)] = kept
        self._build_index(capacity)
