"""Tells Flink's metric system what an operator counted, once a bundle."""

import time
from collections.abc import Callable

from pyflink.datastream.functions import RuntimeContext
from pyflink.metrics import Counter, MetricGroup

from jobs.flink.metric_names import BUNDLE_MS, GROUP, Metric
from jobs.flink.tally import Series, Tally


def publish(tally: Tally, runtime_context: RuntimeContext) -> None:
    """Publish `tally` at the end of every bundle, where ``python.metric.enabled`` is on.

    PyFlink asks all gauges when a bundle ends, the last moment at which a counter still belongs to
    it. So one gauge of ours, asked first, hands over what was counted meanwhile. Counting straight
    into PyFlink's counters would cost a microsecond or two each time instead.
    """
    group = runtime_context.get_metrics_group()
    if group is not None:
        # In the outermost group: PyFlink walks it first, and the groups below may grow meanwhile.
        group.gauge(f"{GROUP}_{BUNDLE_MS.name}", _Publisher(tally, group.add_group(GROUP)))


class _Publisher:
    """Callable that hands over and returns the time, UTC ms."""

    def __init__(self, tally: Tally, group: MetricGroup):
        self._tally = tally
        self._group = group
        self._counters: dict[Series, Counter] = {}
        self._told: dict[Series, int] = {}

    def __call__(self) -> int:
        for series, n in self._tally.take_added().items():
            counter = self._counters.get(series)
            if counter is None:
                counter = self._counters[series] = self._labelled(*series).counter(series[0].name)
            counter.inc(n)
        for series, value in self._tally.values().items():
            if series not in self._told:
                self._labelled(*series).gauge(series[0].name, self._reader(series))
            self._told[series] = value
        return int(time.time() * 1000)

    def _reader(self, series: Series) -> Callable[[], int]:
        return lambda: self._told[series]

    def _labelled(self, metric: Metric, labels: tuple[str, ...]) -> MetricGroup:
        group = self._group
        for key, value in zip(metric.labels, labels, strict=True):
            group = group.add_group(key, value)
        return group
