"""What takes many minutes: a city of a million, latency on a whole installation. Run when named, or with ``--long``."""

import json
from pathlib import Path

from benchmarks.performance.child import run_child
from benchmarks.performance.inputs import simulated
from benchmarks.performance.scenario import Figures, Scenario
from benchmarks.performance.scenarios.engine import run_job
from benchmarks.performance.sizes import Sizes

_PEOPLE, _DAYS = 1_000_000, 1


def _million(sizes: Sizes) -> Path:
    return simulated(sizes.folder / f"city-{_PEOPLE}-{_DAYS}-{sizes.seed}", _PEOPLE, _DAYS, sizes.seed)


def _state(sizes: Sizes, folder: Path) -> Figures:
    return state_figures(_million(sizes), folder)


def state_figures(bus: Path, folder: Path) -> Figures:
    """What the state of a city weighs, in all and by kind of shard."""
    folder.mkdir(parents=True, exist_ok=True)
    run_child("benchmarks.state_size", "--bus", bus, "--json", folder / "state.json")
    weighed = json.loads((folder / "state.json").read_text())
    kinds = {kind: found for kind, found in weighed.items() if isinstance(found, dict)}
    entities = sum(found["entities"] for found in kinds.values())
    total = sum(found["snapshot"] for found in kinds.values())
    each = {f"{kind}_bytes": found["snapshot"] / max(1, found["entities"]) for kind, found in kinds.items()}
    return {"entities": entities, "snapshot_mib": total / 2**20, "bytes_an_entity": total / max(1, entities),
            "replay_peak_mib": weighed["peak_mib"], **each}


def _memory(sizes: Sizes, folder: Path) -> Figures:
    return run_job(_million(sizes), folder)


def _latency(linger_ms: int):
    def measure(sizes: Sizes, folder: Path) -> Figures:
        folder.mkdir(parents=True, exist_ok=True)
        run_child("benchmarks.production.latency", "--json", (folder / "latency.json").absolute(), log=folder / "log",
                  DUANKA_LINGER_MS=str(linger_ms))
        return latency_figures(json.loads((folder / "latency.json").read_text())) | {"linger_ms": linger_ms}

    return measure


def latency_figures(measured: dict) -> Figures:
    """Of the rates, the half of the highest."""
    half = measured["50%"]
    return {"top_per_s": measured["top"], "rate_per_s": half["rate"], "row_p50_s": half["row_p50_s"],
            "row_p99_s": half["row_p99_s"], "hit_p50_s": half["hit_p50_s"], "hit_p99_s": half["hit_p99_s"]}


SCENARIOS = (
    Scenario("state_million", "state of a city of a million people", _state, "long"),
    Scenario("memory_million", "the whole job over a city of a million people", _memory, "long"),
    Scenario("latency_half", "latency from produce to readable, at half the top rate", _latency(200), "long"),
    Scenario("latency_linger_50", "the same, a short chunk waits 50 ms instead of 200", _latency(50), "long"),
    Scenario("latency_linger_1000", "the same, a short chunk waits 1 s", _latency(1000), "long"),
)
