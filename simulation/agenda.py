"""Events that are already planned, handed out hour by hour."""

import numpy as np

from simulation.clock import HOUR_MS


class Agenda:
    """Rows in buckets of one hour; adding and taking cost what is added and taken, not what waits."""

    def __init__(self, dtype: np.dtype, key: str = "time"):
        self._empty = np.empty(0, dtype)
        self._key = key
        self._buckets = {}

    def add(self, rows: np.ndarray) -> None:
        """Plan rows, in any order."""
        if not len(rows):
            return
        hour = rows[self._key] // HOUR_MS
        first = hour == hour.min()
        self._put(int(hour.min()), rows[first])
        if not first.all():
            rest, hour = rows[~first], hour[~first]
            order = np.argsort(hour, kind="stable")
            keys, starts = np.unique(hour[order], return_index=True)
            for key, part in zip(keys.tolist(), np.split(rest[order], starts[1:]), strict=True):
                self._put(key, part)

    def _put(self, hour, rows):
        self._buckets.setdefault(hour, []).append(rows)

    def take(self, until_ms: int) -> np.ndarray:
        """Remove and return the rows before the full hour `until_ms`, sorted by time."""
        due = sorted(hour for hour in self._buckets if hour < until_ms // HOUR_MS)
        rows = np.concatenate([self._empty, *(part for hour in due for part in self._buckets.pop(hour))])
        return rows[np.argsort(rows[self._key], kind="stable")]
