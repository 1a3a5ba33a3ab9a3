"""What no engine on the same bytes can be faster than."""

from pathlib import Path

from benchmarks.performance.child import last_object, run_child
from benchmarks.performance.inputs import city
from benchmarks.performance.scenario import Figures, Scenario
from benchmarks.performance.sizes import Sizes

_LIMITS = "benchmarks.performance.limits"


def _jvm(form: str):
    def measure(sizes: Sizes, folder: Path) -> Figures:
        return last_object(run_child(f"{_LIMITS}.jvm_decode", city(sizes), folder, form, log=folder / "log"))

    return measure


def _python(reader: str):
    def measure(sizes: Sizes, folder: Path) -> Figures:
        return last_object(run_child(f"{_LIMITS}.python_decode", city(sizes), reader))

    return measure


def _memory(sizes: Sizes, folder: Path) -> Figures:
    return last_object(run_child(f"{_LIMITS}.memory"))


SCENARIOS = (
    Scenario("jvm_decode", "JVM only: read, decode JSON, black hole; two cores", _jvm("json"), "limit", True),
    Scenario("jvm_read", "JVM only: read lines, black hole; two cores", _jvm("raw"), "limit"),
    Scenario("orjson_decode", "orjson, line by line, one core", _python("orjson"), "limit"),
    Scenario("pyarrow_decode", "pyarrow's JSON reader, one core", _python("pyarrow"), "limit"),
    Scenario("engine_decode", "the engine's decoder with all its checks, one core", _python("engine"), "limit"),
    Scenario("memory_touch", "memory: two phones' rows touched at random, one core", _memory, "limit", True),
)
