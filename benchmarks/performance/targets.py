"""What must be shown, and whether it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.performance.scenario import Figures


@dataclass(frozen=True)
class Target:
    """A figure and what it must reach: at least, or with `at_most` at most."""

    scenario: str
    metric: str
    title: str
    bar: float
    unit: str = "×"
    at_most: bool = False

    def value(self, figures: Mapping[str, Figures]) -> float | None:
        """What was measured; None when nothing was."""
        return figures.get(self.scenario, {}).get(self.metric)

    def is_met(self, figures: Mapping[str, Figures]) -> bool | None:
        """None when nothing was measured."""
        value = self.value(figures)
        if value is None:
            return None
        return value <= self.bar if self.at_most else value >= self.bar


def _times(name: str, title: str, bar: float) -> Target:
    return Target(name, "times", title, bar)


TARGETS = (
    _times("job_vs_pyflink_process", "Flink job against PyFlink per record, process mode", 40),
    _times("job_vs_pyflink_thread", "Flink job against PyFlink per record, thread mode", 5),
    _times("job_vs_plain_river", "Flink job against plain Python and river", 10),
    _times("job_vs_bytewax", "Flink job against Bytewax", 5),
    _times("job_vs_quix", "Flink job against Quix Streams", 5),
    _times("job_vs_jvm_decode", "Flink job against the JVM-only decode limit", 0.30),
    _times("job_vs_replay", "Flink job against the replay on the same cores", 0.35),
    Target("replay", "events_per_s", "replay, one core", 250_000, "events/s"),
    Target("half_space_trees", "times_river", "half-space trees against river, one core, same scores", 100),
    _times("many_vs_few_entities", "events/s with many entities against a hundredth of them", 0.70),
    Target("state_million", "bytes_an_entity", "state, all features, city of a million", 512, "bytes an entity", True),
    Target("checkpoint", "checkpoint_s", "checkpoint of many entities", 10, "s", True),
    Target("checkpoint", "restore_s", "restore of many entities", 20, "s", True),
    Target("memory_million", "peak_mib", "memory, whole job, city of a million", 4096, "MiB", True),
    Target("latency_half", "row_p99_s", "latency produce to readable, p99, half the top rate", 2, "s", True),
    _times("two_cores_vs_one", "parallelism 1 on one core to 2 on two", 1.6),
    Target("flink_job", "first_score_s", "start-up to first score", 15, "s", True),
)
