"""How cost grows: with entities, with parallelism, with the size of a chunk."""

from pathlib import Path

from benchmarks.performance.child import last_object, run_child
from benchmarks.performance.inputs import city
from benchmarks.performance.scenario import Figures, Scenario
from benchmarks.performance.scenarios.engine import run_job
from benchmarks.performance.sizes import Sizes

#: Few entities are a hundredth of the many.
_FEW = 100


def _entities(divisor: int):
    def measure(sizes: Sizes, folder: Path) -> Figures:
        return last_object(run_child("benchmarks.performance.runs.entities", sizes.entities // divisor))

    return measure


def _parallel(parallelism: int, *words: str):
    def measure(sizes: Sizes, folder: Path) -> Figures:
        return run_job(city(sizes), folder, *words, DUANKA_PARALLELISM=str(parallelism))

    return measure


def _chunk(kib: int):
    def measure(sizes: Sizes, folder: Path) -> Figures:
        return run_job(city(sizes), folder, DUANKA_CHUNK_KIB=str(kib))

    return measure


def _checkpoint(sizes: Sizes, folder: Path) -> Figures:
    return last_object(run_child("benchmarks.performance.runs.checkpoint", sizes.checkpoint_entities, folder))


SCENARIOS = (
    Scenario("entities_few", "calls between few entities (a hundredth), one core", _entities(_FEW), "growth", True),
    Scenario("entities_some", "calls between a tenth of the many, one core", _entities(10), "growth"),
    Scenario("entities_many", "calls between many entities, one core", _entities(1), "growth", True),
    Scenario("parallel_1_core", "Flink job, parallelism 1, all on one core", _parallel(1, "--one-core"), "growth"),
    Scenario("parallel_1", "Flink job, parallelism 1, two cores", _parallel(1), "growth"),
    Scenario("parallel_4", "Flink job, parallelism 4, two cores", _parallel(4), "growth"),
    Scenario("chunk_1024", "Flink job, chunks of 1 MiB", _chunk(1024), "growth"),
    Scenario("chunk_4096", "Flink job, chunks of 4 MiB", _chunk(4096), "growth"),
    Scenario("checkpoint", "checkpoint and restore of many entities", _checkpoint, "growth"),
)
