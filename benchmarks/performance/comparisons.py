"""What is held against what: names are public, keys of ``build/bench.json`` beside the scenarios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.performance.scenario import Figures
from benchmarks.performance.summary import ratios


@dataclass(frozen=True)
class Comparison:
    """One scenario's figure over another's, in the same round."""

    name: str
    title: str
    over: str
    under: str
    metric: str = "events_per_s"
    under_metric: str = ""


def _against(rival: str, title: str) -> tuple[Comparison, Comparison]:
    """With everything that the engine does beside, and on the rival's own work alone."""
    return (Comparison(f"job_vs_{rival}", f"Flink job with everything / {title}", "flink_job", rival),
            Comparison(f"lane_vs_{rival}", f"Flink job on the same work / {title}", "flink_lane", rival))


COMPARISONS = (
    *_against("pyflink_process", "PyFlink per record, process mode"),
    *_against("pyflink_thread", "PyFlink per record, thread mode"),
    *_against("plain_river", "plain Python and river"),
    *_against("bytewax", "Bytewax"),
    *_against("quix", "Quix Streams"),
    *_against("flink_sql", "Flink SQL"),
    Comparison("job_vs_tutorial", "Flink job with everything / a tutorial's one feature", "flink_job",
               "pyflink_tutorial"),
    Comparison("job_vs_jvm_decode", "Flink job / JVM reading and decoding alone", "flink_job", "jvm_decode"),
    Comparison("job_vs_jvm_read", "Flink job / JVM reading alone", "flink_job", "jvm_read"),
    Comparison("events_stored_or_not", "Flink job, every event stored / hits stored", "flink_job_events", "flink_job"),
    Comparison("job_vs_replay", "Flink job on two cores / twice the replay on one", "flink_job", "replay"),
    Comparison("replay_vs_engine_decode", "replay / the engine's decoder alone", "replay", "engine_decode"),
    Comparison("replay_vs_orjson", "replay / orjson alone", "replay", "orjson_decode"),
    Comparison("replay_vs_pyarrow", "replay / pyarrow's reader alone", "replay", "pyarrow_decode"),
    Comparison("replay_vs_memory", "replay / memory touched at random", "replay", "memory_touch"),
    Comparison("many_vs_few_entities", "many entities / a hundredth", "entities_many", "entities_few"),
    Comparison("two_cores_vs_one", "Flink job, parallelism 2 on two cores / 1 on one", "flink_job", "parallel_1_core"),
    Comparison("parallel_2_vs_1", "Flink job, parallelism 2 / 1, both on two cores", "flink_job", "parallel_1"),
    # On twice the cores the same processor time an event would give twice the rate.
    Comparison("cpu_of_2_vs_4", "processor time of an event, parallelism 2 / 4", "flink_job", "parallel_4", "cpu_us"),
)
#: The replay has one core, the job two.
_HALVED = {"job_vs_replay"}


def compare(runs: Mapping[str, Sequence[Figures]]) -> dict[str, Figures]:
    """Every comparison whose two scenarios were run."""
    found = {}
    for comparison in COMPARISONS:
        figures = ratios(runs.get(comparison.over, ()), runs.get(comparison.under, ()), comparison.metric,
                         comparison.under_metric)
        if comparison.name in _HALVED:
            figures = {name: value if name == "repetitions" else value / 2 for name, value in figures.items()}
        if figures:
            found[comparison.name] = figures
    return found
