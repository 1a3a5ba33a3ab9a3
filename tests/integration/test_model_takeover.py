"""Publish a model while the job follows its topics; kill and resume it; hold it against the replay."""

import os
import signal
import time
from dataclasses import asdict
from pathlib import Path

from connectors.model_registry import ModelRegistry
from jobs.model_life.load import models_of_run
from jobs.model_life.shadow_rows import shadow_rows
from jobs.replay import replay
from jobs.settings import load_settings
from models.scorer import BUILT_IN
from tests.jobs.model_life.models import stored
from tests.jobs.replays import lines_of, time_of
from tests.waiting import PATIENCE_S, wait_until

WHO = ("Li Wei", "why")
#: Midnight, noon, six in the evening of the city's one day, UTC+8.
_CUTS_MS = (0, 1_772_424_000_000, 1_772_445_600_000, 2**62)


def test_a_following_job_takes_models_over_without_a_restart(duanka, city, tmp_path):
    bus, registry = tmp_path / "bus", ModelRegistry(duanka.folder / "models")
    _deliver(city, bus, 0)
    stored(registry, -2.0, -1.0, 0.0)
    damaged = registry.find(2).path
    damaged.write_bytes(damaged.read_bytes()[:-9])
    duanka.settings = {"chunk_kib": "64", "checkpoint_s": "0.5", "idle_ms": "300"}

    process = duanka.start("run", "--follow", "--bus", bus)
    try:
        wait_until(lambda: _records(duanka) == _lines(bus), "the first delivery", process)
        registry.publish(1, *WHO)
        registry.shadow(3, *WHO)
        wait_until(lambda: _taken(registry) == [1, 3], "the takeover", process)
        registry.publish(2, *WHO)
        wait_until(lambda: _refused(registry), "the refusal", process)
        _deliver(city, bus, 1)
        wait_until(lambda: _records(duanka) == _lines(bus), "the second delivery", process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    resumed = duanka.start("run", "--follow", "--resume", "--bus", bus)
    try:
        wait_until(lambda: "Job duanka" in _flink_log(duanka), "Flink", resumed)
        registry.promote(*WHO)
        wait_until(lambda: _taken(registry) == [1, 3, 3, 0], "the promotion", resumed)
        _deliver(city, bus, 2)
        expected, shadowed = _replayed(bus, registry)
        wait_until(lambda: _records(duanka) == _lines(bus) and _stored(duanka) == expected, "the same hits", resumed)
    finally:
        os.killpg(resumed.pid, signal.SIGINT)
        _, said = resumed.communicate(timeout=PATIENCE_S)
    assert resumed.returncode == 0, said

    assert duanka.query("SELECT sum(late) AS n FROM shard_counts FINAL")[0]["n"] == 0
    versions = [registry.find(1).version, registry.find(3).version]
    assert {hit["model_version"] for hit in expected.values()} - {BUILT_IN} == set(versions)
    assert "model 2" in _refused(registry)[0].why and "damaged" in _refused(registry)[0].why
    beside = duanka.query("SELECT uid, card, model_version, shadow_version, shadow_score FROM shadow_scores FINAL")
    assert {(row["uid"], row["card"]): row["shadow_score"] for row in beside} == shadowed != {}
    assert {(row["model_version"], row["shadow_version"]) for row in beside} == {tuple(versions)}
    counts = duanka.query("SELECT count() AS n, uniqExact(version) AS models FROM model_versions FINAL")[0]
    assert counts["models"] == 2  # the damaged one is no model
    assert duanka.query("SELECT count() AS n FROM model_events FINAL")[0]["n"] == len(registry.events())


def _deliver(city: Path, bus: Path, part: int) -> None:
    """Put the calls of one stretch of time into a file of their own.

    Of one topic, since files of several cannot come at the same instant, and what comes after is late.
    """
    low, high = _CUTS_MS[part : part + 2]
    mine = [line for line in lines_of(city, "cdr") if low <= time_of("cdr", line) < high]
    (bus / "cdr").mkdir(parents=True, exist_ok=True)
    hidden = bus / "cdr" / f".{part}.ndjson"
    hidden.write_bytes(b"".join(line + b"\n" for line in mine))
    hidden.rename(bus / "cdr" / f"{part}.ndjson")


def _lines(bus: Path) -> int:
    return len(lines_of(bus, "cdr"))


def _records(duanka) -> int:
    return duanka.query("SELECT sum(records) AS n FROM chunk_counts FINAL")[0]["n"]


def _taken(registry) -> list[int]:
    return [event.number for event in registry.events() if event.action == "taken"]


def _refused(registry) -> list:
    return [event for event in registry.events() if event.action == "refused"]


def _flink_log(duanka) -> str:
    return "".join(file.read_text() for file in (duanka.folder / "state").glob("run-*/log/*.log"))


_SAME = ("model_version", "alerts", "risk", "level", "reason_codes", "reason_points", "evidence_codes",
         "evidence_strength", "feature_values", "trigger_uid", "reasons_zh")  # fmt: skip


def _stored(duanka) -> dict[str, dict]:
    rows = duanka.query(f"SELECT hit_id, {', '.join(_SAME)} FROM hits FINAL")
    return {row["hit_id"]: {name: row[name] for name in _SAME} for row in rows}


def _replayed(bus: Path, registry) -> tuple[dict[str, dict], dict[tuple, float]]:
    """Hits by id, and what the shadow said by event and card."""
    chosen = load_settings(bus=f"file://{bus}")
    engine = chosen.engine(int(time.time() * 1000), models_of_run(registry, "latest"))
    hits, shadowed = {}, {}
    for step in replay(chosen.bus_folder, engine):
        for shard, outcome in step.outcomes:
            hits |= {hit.hit_id: {name: asdict(hit)[name] for name in _SAME} for hit in outcome.hits}
            for table in shadow_rows(step.engine.cards[shard].features, outcome, engine.rules, every=False):
                shadowed.update(zip(zip(table["uid"], table["card"]), table["shadow_score"]))
    return hits, shadowed
