"""What Prometheus sees of a running job is what went in and what the store holds."""

import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from jobs.flink import uids
from jobs.flink.metric_names import (
    ALERTS,
    BUNDLE_MS,
    BUS_LAG,
    CHUNKS,
    DEAD_LETTERS,
    ENTITIES,
    FLINK_PREFIX,
    HITS,
    LATE,
    LOG_BYTES,
    METRICS,
    MODEL_SHARDS,
    NEWEST_EVENT_MS,
    PLANNED,
    RECORDS,
    SCORED,
    STORE_RETRIES,
    TYPOLOGY_VERSION,
    WARNINGS,
    WATERMARK_LAG_MS,
    WORK_CALLS,
    WORK_US,
)
from jobs.model_life.shipped import shipped_models
from jobs.replay import replay
from jobs.settings import load_settings
from models.levels import Level
from models.rules import default_rules
from tests.integration.scrape import Scrape, fetch, free_port, scrape_until
from tests.waiting import PATIENCE_S

_BAD = {
    "malformed_json": [b"{broken", b"nothing at all", b"[1, 2"],
    "not_an_object": [b"[1, 2]"],
    "missing_field": [b'{"event_id":"m1"}', b'{"event_id":"m2"}'],
}


@pytest.fixture(scope="module")
def lines(city) -> dict[str, list[bytes]]:
    """A city with bad lines and repeats among the calls."""
    lines = {folder.name: b"".join(f.read_bytes() for f in sorted(folder.glob("*.ndjson"))).splitlines()
             for folder in city.iterdir() if folder.is_dir()}
    calls = lines["cdr"]
    # The same records directly behind their first copies, so that they are recognised.
    lines["cdr"] = calls[:2000] + calls[1990:2000] + [bad for bads in _BAD.values() for bad in bads] + calls[2000:]
    return lines


@pytest.fixture
def running(duanka, lines, tmp_path):
    """A job that follows these lines, and the port of its metrics."""
    for topic, records in lines.items():
        (tmp_path / "bus" / topic).mkdir(parents=True)
        (tmp_path / "bus" / topic / "a.ndjson").write_bytes(b"\n".join(records) + b"\n")
    port = free_port()
    duanka.settings = {"metrics_port": str(port), "chunk_kib": "1024", "checkpoint_s": "2"}
    process = duanka.start("run", "--bus", tmp_path / "bus", "--follow")
    yield process, port
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)


def test_metrics_of_a_running_job(duanka, lines, running, tmp_path):
    process, port = running
    sent = {topic: len(records) for topic, records in lines.items() if records}

    def all_in(seen: Scrape) -> bool:
        scored = seen.total(SCORED) + seen.total(DEAD_LETTERS)
        counted = seen.by(RECORDS, "topic") == sent and scored == sum(sent.values())
        # Calls are warned of by one operator, payments by another, which come after the cards that are counted.
        warned_by = {sample.labels["operator_name"] for sample in seen.samples if sample.name == WARNINGS.exported}
        # The lag is asked for every few seconds.
        return counted and seen.total(BUS_LAG) == 0 and warned_by == set(WARNINGS.operators)

    seen = scrape_until(port, all_in, lambda: process.poll() is None, PATIENCE_S)
    assert process.poll() is None, process.communicate()[1]
    assert seen.by(RECORDS, "topic") == sent
    injected = {("cdr", reason): len(bad) for reason, bad in _BAD.items()} | {("cdr", "duplicate"): 10}
    assert seen.by(DEAD_LETTERS, "topic", "reason") == injected
    assert seen.total(SCORED) == sum(sent.values()) - sum(injected.values())
    assert seen.total(LATE) == 0 == seen.total(STORE_RETRIES)

    # The store is written after the shards counted, so it is asked when the job has ended.
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 0
    letters = duanka.query("SELECT topic, reason, count() AS n FROM dead_letters FINAL GROUP BY topic, reason")
    assert {(row["topic"], row["reason"]): row["n"] for row in letters} == injected
    assert (seen.by(HITS, "level"), seen.total(ALERTS)) == _replayed(tmp_path / "bus")
    red = duanka.query("SELECT count() AS n FROM hits FINAL WHERE level = 'red'")[0]["n"]
    assert seen.by(HITS, "level")["red"] == red > 0
    _check_versions(duanka, seen)
    _check_places(seen)
    assert seen.total(CHUNKS) == duanka.query("SELECT count() AS n FROM chunk_counts FINAL")[0]["n"]
    with pytest.raises(OSError):
        fetch(port)


def _replayed(bus: Path) -> tuple[dict[str, int], int]:
    """Levels that hits reached, and alerts, by a replay, which needs no Flink."""
    settings = load_settings(bus=f"file://{bus}")
    reached, alerts = Counter(), {}
    for step in replay(settings.bus_folder, settings.engine(int(time.time() * 1000), shipped_models()), 1 << 20):
        for shard, outcome in step.outcomes:
            reached.update(Level(level).label for level in outcome.reached)
            alerts[shard] = outcome.counts.alerts
    return dict(reached), sum(alerts.values())


def _check_versions(duanka, seen: Scrape) -> None:
    hits = duanka.query("SELECT DISTINCT typology_version, model_version FROM hits FINAL")
    assert {row["typology_version"] for row in hits} == {default_rules().version}
    assert list(seen.by(TYPOLOGY_VERSION, "typology_version")) == [default_rules().version]
    in_force = seen.by(MODEL_SHARDS, "role", "model_version")
    champion = {row["model_version"] for row in hits} - {"built-in"}
    assert in_force == {("champion", *champion): 16, ("shadow", "built-in"): 16}


def _check_places(seen: Scrape) -> None:
    """Every metric comes from the operators that the list names, with the labels that it names."""
    for metric in METRICS:
        found = {s.labels["operator_name"] for s in seen.samples if s.name == metric.exported}
        if metric is STORE_RETRIES or (metric is WARNINGS and not found):  # there were none
            continue
        assert found == set(metric.operators), metric.name
        assert set(metric.labels) <= seen.labels(metric)
    ours = {s.name for s in seen.samples if s.name.startswith(f"{FLINK_PREFIX}duanka_")}
    assert ours <= {metric.exported for metric in METRICS}
    assert {s.labels["unit"] for s in seen.samples if s.name == BUS_LAG.exported} == {"bytes"}
    assert seen.total(BUS_LAG) == 0
    entities = seen.by(ENTITIES, "shard", "kind")
    assert {shard for shard, _ in entities} == {str(n) for n in range(16)}
    assert {kind for _, kind in entities} == {"phone", "account", "device", "linked_account", "person", "payee",
                                               "tainted_account", "holder", "held_card"}
    assert seen.total(PLANNED) >= seen.total(CHUNKS) > 6
    stages = {"decode", "write", "devices", "cards", "persons", "payees", "globals"}
    assert set(seen.by(WORK_US, "stage")) == set(seen.by(WORK_CALLS, "stage")) == stages
    assert seen.by(WORK_CALLS, "operator_name", "stage")[uids.DECODE, "decode"] >= seen.total(CHUNKS)
    assert seen.total(WATERMARK_LAG_MS) > 0 < seen.total(NEWEST_EVENT_MS)
    assert seen.total(LOG_BYTES) > 0 < seen.total(BUNDLE_MS)
