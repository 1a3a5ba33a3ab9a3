"""Slices of the store, and candidates on their way to the registry."""

import json

import pytest

from connectors.model_registry import ModelRegistry
from features.roles import ACCOUNT, PHONE
from jobs.learning.candidates import CandidateWriter
from jobs.learning.report_rows import report_row
from jobs.learning.slices import HOUR_MS, SLICE_ROWS, SlicePlanner, join_hours
from models.learned.model_snapshot import Manifest, ModelSnapshot
from models.learned.online_learner import OnlineLearner
from models.learned.online_report import Candidate, DriftReport
from models.learned.online_settings import LearnerSettings
from models.scorer import FEATURE_NAMES
from tests.models.learned.verdict_stream import START_MS, city, run


class HourStore:
    """Answers like a store with so many rows in each hour."""

    def __init__(self, hours: dict[int, int], newest_ms: int = 0):
        self.hours, self.newest_ms = hours, newest_ms

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def query(self, sql: str, params=None) -> list[dict]:
        if "max(event_time)" in sql:
            return [{"newest_ms": self.newest_ms}]
        return [{"hour": h, "rows": n} for h, n in sorted(self.hours.items()) if h >= params["from_hour"]]


def planned(planner: SlicePlanner) -> list[tuple[int, int]]:
    got = []
    while (chunk := planner()) is not None:
        assert chunk.low_ms == chunk.start and not chunk.is_heartbeat
        got.append((chunk.start // HOUR_MS, chunk.end // HOUR_MS))
    return got


def test_slices_cover_every_hour_with_rows_once_and_in_order():
    hours = {10: SLICE_ROWS, 11: 5, 40: SLICE_ROWS - 5, 41: 3}
    planner = SlicePlanner(lambda: HourStore(hours), follow=False, settle_ms=0)
    assert planned(planner) == [(10, 11), (11, 41), (41, 42)]
    assert planner() is None
    assert join_hours([]) == []


def test_a_resumed_plan_goes_on_behind_what_was_planned():
    hours = {10: SLICE_ROWS, 11: SLICE_ROWS, 12: SLICE_ROWS}
    first = SlicePlanner(lambda: HourStore(hours), follow=True, settle_ms=0)
    first._open_store = lambda: HourStore(hours, newest_ms=100 * HOUR_MS)
    chunks = [first(), first()]
    second = SlicePlanner(lambda: HourStore(hours, newest_ms=100 * HOUR_MS), follow=True, settle_ms=0)
    second.skip(chunks)
    assert planned(second) == [(12, 13)]


def test_following_takes_an_hour_once_it_has_settled():
    store = HourStore({10: 7, 11: 8}, newest_ms=11 * HOUR_MS + 599_999)
    planner = SlicePlanner(lambda: store, follow=True, settle_ms=600_000)
    assert planner() is None
    planner._looked = float("-inf")
    store.newest_ms += 1
    assert planned(planner) == [(10, 11)]


class RowStore:
    """Keeps what is inserted."""

    def __init__(self):
        self.tables: dict[str, list[dict]] = {}

    def insert(self, table: str, columns: dict[str, list]) -> None:
        rows = [dict(zip(columns, values)) for values in zip(*columns.values(), strict=True)]
        self.tables.setdefault(table, []).extend(rows)


@pytest.fixture(scope="module")
def candidate() -> dict[int, dict]:
    """A row of a candidate that passed, of each kind; what it learned is of no matter here."""
    rows = {}
    for kind, names in FEATURE_NAMES.items():
        small = OnlineLearner(("a", "b", "c", "d", "e", "f", "g", "h"), LearnerSettings(snapshot_labels=15))
        passed = [r for r in run(small, city(days=10, honest=60)) if isinstance(r, Candidate) and r.gate.passed]
        blank = OnlineLearner(names).model
        last = passed[-1]
        rows[kind] = report_row(
            kind, Candidate(last.time_ms, last.since_ms, blank, last.calibration, last.figures, last.gate, last.learned)
        )
    return rows


def test_a_candidate_keeps_the_other_kinds_of_its_run_or_of_the_champion(tmp_path, candidate):
    registry, store = ModelRegistry(tmp_path), RowStore()
    writer = CandidateWriter(registry, store, "run-7")
    writer.write([candidate[PHONE]])
    assert set(newest(registry).cards) == {PHONE}
    writer.write([candidate[ACCOUNT]])
    assert set(newest(registry).cards) == {PHONE, ACCOUNT}
    assert set(newest(registry).manifest.training) == {"phone", "account"}
    assert registry.roles().champion == 0, "stored for a person to publish"

    entries = [entry.version for entry in registry.entries()]
    assert [row["version"] for row in store.tables["learning_reports"]] == entries
    registry.publish(2, "officer-1", "tried in shadow")
    CandidateWriter(registry, store, "run-8").write([candidate[PHONE]])
    later = newest(registry)
    assert set(later.cards) == {PHONE, ACCOUNT} and "run-8" in later.manifest.author


def test_writing_again_stores_no_second_candidate(tmp_path, candidate):
    registry = ModelRegistry(tmp_path)
    for _ in range(2):
        CandidateWriter(registry, RowStore(), "run-7").write([candidate[PHONE]])
    assert len(registry.entries()) == 1
    about = newest(registry).manifest
    assert about.created_ms == candidate[PHONE]["event_time"] > START_MS
    assert about.training["phone"].labels["bad"] > 10 and about.training["phone"].metrics["held_candidate_auc"] > 0.9


def test_what_was_refused_and_what_drifted_is_reported_and_not_stored(tmp_path, candidate):
    registry, store = ModelRegistry(tmp_path), RowStore()
    refused = candidate[PHONE] | {"passed": False, "message": "worse than the champion"}
    drift = report_row(ACCOUNT, DriftReport(START_MS, "challenger dropped"))
    CandidateWriter(registry, store, "run-7").write([refused, drift])
    assert registry.entries() == []
    rows = store.tables["learning_reports"]
    assert [(row["what"], row["version"], row["passed"]) for row in rows] == [("candidate", "", 0), ("drift", "", 0)]
    assert json.loads(rows[0]["figures"])["confirmed"] > 10


def newest(registry: ModelRegistry) -> ModelSnapshot:
    snapshot = ModelSnapshot.from_bytes(registry.read(registry.entries()[-1]))
    assert isinstance(snapshot.manifest, Manifest)
    return snapshot
