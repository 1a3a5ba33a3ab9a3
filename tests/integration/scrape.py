"""Fetch and read the metrics of a running job, as Prometheus does."""

import contextlib
import socket
import time
import urllib.request
from collections import Counter
from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families

from jobs.flink.metric_names import Metric


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Scrape:
    """Samples of one look."""

    def __init__(self, text: str):
        self.samples = [s for family in text_string_to_metric_families(text) for s in family.samples]

    def by(self, metric: Metric, *labels: str) -> dict:
        """Values of a metric that are not 0, summed over all labels but `labels`."""
        sums: Counter = Counter()
        for sample in self.samples:
            if sample.name == metric.exported:
                key = tuple(sample.labels[label] for label in labels)
                sums[key[0] if len(labels) == 1 else key] += int(sample.value)
        return {key: value for key, value in sums.items() if value}

    def total(self, metric: Metric) -> int:
        return sum(self.by(metric).values())

    def labels(self, metric: Metric) -> set[str]:
        return {label for s in self.samples if s.name == metric.exported for label in s.labels}


def fetch(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read().decode()


def scrape_until(port: int, enough: Callable[[Scrape], bool], alive: Callable[[], bool], timeout_s: float) -> Scrape:
    """Look once a second until `enough`; the last look when the job ended or time is up."""
    deadline = time.monotonic() + timeout_s
    seen = Scrape("")
    while alive() and time.monotonic() < deadline:
        with contextlib.suppress(OSError):  # not listening yet, or not any more
            seen = Scrape(fetch(port))
        if enough(seen):
            break
        time.sleep(1.0)
    return seen
