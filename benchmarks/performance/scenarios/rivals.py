"""What people would use instead, on the lane's work; each one's hits are held against the reference."""

from pathlib import Path

from benchmarks.performance.child import MeasurementFailed, last_object, run_child
from benchmarks.performance.environments import python_of
from benchmarks.performance.hits import differing, read_hits
from benchmarks.performance.inputs import prefix
from benchmarks.performance.lane.call import read_call
from benchmarks.performance.lane_run import measured, rate
from benchmarks.performance.rivals.flink_sql import reference
from benchmarks.performance.scenario import Figures, Scenario
from benchmarks.performance.sizes import Sizes

_RIVALS = "benchmarks.performance.rivals"


def _pyflink(mode: str, slow: bool):
    def measure(sizes: Sizes, folder: Path) -> Figures:
        records = sizes.slow_records if slow else sizes.rival_records
        run_child(f"{_RIVALS}.pyflink_per_record", prefix(sizes, records), folder, mode, log=folder / "log")
        return measured(sizes, folder, records)

    return measure


def _in_python(module: str):
    def measure(sizes: Sizes, folder: Path) -> Figures:
        records = sizes.rival_records
        run_child(f"{_RIVALS}.{module}", prefix(sizes, records), folder, log=folder / "log")
        return measured(sizes, folder, records)

    return measure


def _quix(sizes: Sizes, folder: Path) -> Figures:
    from deploy.local import broker

    python, records = python_of("quix"), sizes.rival_records
    kafka = (folder / "kafka").absolute()
    address = broker.start(kafka, port=0).url.removeprefix("kafka://")
    try:
        run_child(f"{_RIVALS}.quix_app", prefix(sizes, records), folder, address, python=python, log=folder / "log")
    finally:
        broker.stop(kafka)
    return measured(sizes, folder, records)


def _flink_sql(sizes: Sizes, folder: Path) -> Figures:
    records = sizes.rival_records
    file = prefix(sizes, records)
    run_child(f"{_RIVALS}.flink_sql", file, folder, log=folder / "log")
    found, wanted = read_hits(folder / "hits"), reference([read_call(line) for line in file.read_text().splitlines()])
    if found != wanted:
        raise MeasurementFailed(f"Flink SQL found {len(found)} hits, plain Python {len(wanted)}, "
                                f"{differing(found, wanted)} are in one alone")
    return {"hits": len(found)} | rate(sizes, records, float((folder / "seconds").read_text()))


def _tutorial(sizes: Sizes, folder: Path) -> Figures:
    """Two runs; the rate is that of the difference, so that the start does not count."""
    some = sizes.slow_records // 10
    runs = [last_object(run_child(f"{_RIVALS}.tutorial", prefix(sizes, sizes.slow_records), n))
            for n in (some, sizes.slow_records)]
    records, seconds = (runs[1][name] - runs[0][name] for name in ("records", "seconds"))
    return {"events": records, "seconds": seconds, "events_per_s": records / seconds}


SCENARIOS = (
    Scenario("pyflink_process", "PyFlink per record, process mode, river", _pyflink("process", True), "rival", True),
    Scenario("pyflink_thread", "PyFlink per record, thread mode, river", _pyflink("thread", False), "rival", True),
    Scenario("plain_river", "plain Python and river, one process", _in_python("plain"), "rival", True),
    Scenario("bytewax", "Bytewax, two processes, river", _in_python("bytewax_flow"), "rival", True),
    Scenario("quix", "Quix Streams on Kafka, two processes, river", _quix, "rival"),
    Scenario("flink_sql", "Flink SQL, OVER windows of two lengths, no detector", _flink_sql, "rival"),
    Scenario("pyflink_tutorial", "PyFlink as a tutorial has it: one feature, no detector", _tutorial, "rival"),
)
