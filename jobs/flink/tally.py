"""What an operator counts, in plain Python; who tells it to Flink is :mod:`jobs.flink.metrics`."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jobs.flink.metric_names import WORK_CALLS, WORK_US, Metric

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

    def raise_to(self, metric: Metric, value: int, *labels: str) -> None:
        """Set a gauge to the largest value given so far."""
        self.set(metric, max(value, self._values.get((metric, labels), value)), *labels)

    @contextmanager
    def timed(self, stage: str, calls: int = 1) -> Iterator[None]:
        """Count a piece of work, or `calls` done as one, and how long it took, also when it fails."""
        begun = time.perf_counter_ns()
        try:
            yield
        finally:
            self.worked(stage, begun, calls)

    def worked(self, stage: str, begun_ns: int, calls: int = 1) -> None:
        """The same for work that began at `begun_ns` of `time.perf_counter_ns`."""
        self.add(WORK_US, (time.perf_counter_ns() - begun_ns) // 1000, stage)
        self.add(WORK_CALLS, calls, stage)

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Drop what is counted meanwhile: work done a second time, to get back to where one was."""
        kept, self._added = self._added, {}
        try:
            yield
        finally:
            self._added = kept

    def take_added(self) -> dict[Series, int]:
        """What was added since the last call."""
        added, self._added = self._added, {}
        return added

    def values(self) -> dict[Series, int]:
        """Gauges as they stand."""
        return {series: value() if callable(value) else value for series, value in self._values.items()}


def now_and_then(ask: Callable[[], int], period_s: float) -> Callable[[], int]:
    """A gauge's callable that asks `ask` at most once in `period_s` and repeats the answer."""
    answer, due_s = 0, 0.0

    def reading() -> int:
        nonlocal answer, due_s
        if time.monotonic() >= due_s:
            answer, due_s = ask(), time.monotonic() + period_s
        return answer

    return reading


def tally_of(pipeline: object) -> Tally:
    """The pipeline's own tally, so that it and its operator are told as one; a new one without."""
    tally = getattr(pipeline, "tally", None)
    return Tally() if tally is None else tally
