"""What an operator counts, in plain Python; who tells it to Flink is :mod:`jobs.flink.metrics`."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jobs.flink.metric_names import STAGE_CALLS, STAGE_US, Metric

#: A metric with the values of its labels.
Series = tuple[Metric, tuple[str, ...]]
Value = int | Callable[[], int]


class Tally:
    """Counters and gauges of one operator instance, owned by its thread.

    It knows nothing of Flink, so a pipeline counts in the same way whether anybody listens or not.
    Memory: one entry for each metric and combination of labels.
    """

    def __init__(self):
        self._added: dict[Series, int] = {}
        self._values: dict[Series, Value] = {}

    def add(self, metric: Metric, n: int = 1, *labels: str) -> None:
        """Add `n` to a counter."""
        series = metric, labels
        self._added[series] = self._added.get(series, 0) + n

    def set(self, metric: Metric, value: Value, *labels: str) -> None:
        """Set a gauge; a callable is asked whenever the gauge is told."""
        self._values[metric, labels] = value

    def move(self, metric: Metric, n: int, *labels: str) -> None:
        """Change a gauge, 0 at first, by `n`."""
        series = metric, labels
        self._values[series] = self._values.get(series, 0) + n

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count a piece of work and how long it took, also when it fails."""
        begun = time.perf_counter_ns()
        try:
            yield
        finally:
            self.worked(stage, begun)

    def worked(self, stage: str, begun_ns: int) -> None:
        """The same for work that began at `begun_ns` of `time.perf_counter_ns`."""
        self.add(STAGE_US, (time.perf_counter_ns() - begun_ns) // 1000, stage)
        self.add(STAGE_CALLS, 1, stage)

    def forget_added(self) -> None:
        """Drop what was counted since the last `take_added`: work that is done a second time."""
        self._added.clear()

    def take_added(self) -> dict[Series, int]:
        """What was added since the last call."""
        added, self._added = self._added, {}
        return added

    def values(self) -> dict[Series, int]:
        """Gauges as they stand."""
        return {series: value() if callable(value) else value for series, value in self._values.items()}
