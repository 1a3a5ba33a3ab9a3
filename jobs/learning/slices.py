"""Which slice of event time the learning job reads next from the store."""

import time
from collections.abc import Callable, Iterable

from connectors.clickhouse import Store
from connectors.queries.learning_rows import learning_hours, newest_sample_ms
from jobs.flink.protocol import Chunk
from jobs.learning.sampling import FEATURE_SETS

#: Rows of a slice at least, when there are as many (ours; about a megabyte).
SLICE_ROWS = 4000
HOUR_MS = 3_600_000
#: Following, pause between two looks at the store, s (ours).
_LOOK_S = 5.0
#: What the plan log calls these chunks.
TOPIC = "learning"


class SlicePlanner:
    """Callable that gives the next slice as a chunk whose bytes are milliseconds: ``[start, end)``.

    Whole hours, joined until they hold :data:`SLICE_ROWS` rows. Bounded, all that is stored when it
    is first asked. Following, the hours that have settled: ended `settle_ms` before the newest
    sample. What reaches the store later than that is left to the next bounded run.

    Parameters
    ----------
    open_store : callable
    follow : bool
    settle_ms : int
    """

    def __init__(self, open_store: Callable[[], Store], follow: bool, settle_ms: int):
        self._open_store = open_store
        self._follow = follow
        self._settle_ms = settle_ms
        self._from_ms = 0
        self._slices: list[tuple[int, int]] | None = None
        self._looked = float("-inf")

    def skip(self, planned: Iterable[Chunk]) -> None:
        """Go on after what an earlier attempt planned."""
        for chunk in planned:
            self._from_ms = max(self._from_ms, chunk.end)

    def __call__(self) -> Chunk | None:
        if not self._slices:
            self._look()
        if not self._slices:
            return None
        start, end = self._slices.pop(0)
        self._from_ms = end
        return Chunk(TOPIC, "store", start, end, start)

    def _look(self) -> None:
        if self._slices is not None and not self._follow:
            return
        self._slices = self._slices or []
        if time.monotonic() - self._looked < _LOOK_S:
            return
        self._looked = time.monotonic()
        with self._open_store() as store:
            hours = learning_hours(store, FEATURE_SETS.values(), self._from_ms)
            if self._follow:
                settled_ms = newest_sample_ms(store) - self._settle_ms
                hours = [(hour, rows) for hour, rows in hours if hour + HOUR_MS <= settled_ms]
        self._slices = join_hours(hours)


def join_hours(hours: list[tuple[int, int]], least: int = SLICE_ROWS) -> list[tuple[int, int]]:
    """Slices ``[start, end)`` of consecutive hours that hold `least` rows each, but for the last.

    >>> join_hours([(0, 3), (3_600_000, 3), (7_200_000, 9)], 5)
    [(0, 7200000), (7200000, 10800000)]
    """
    slices = []
    start, rows = None, 0
    for hour, count in hours:
        start = hour if start is None else start
        rows += count
        if rows >= least:
            slices.append((start, hour + HOUR_MS))
            start, rows = None, 0
    if start is not None:
        slices.append((start, hours[-1][0] + HOUR_MS))
    return slices
