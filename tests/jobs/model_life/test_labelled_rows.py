"""Labels count once they were known, and rows are what a card looked like at the time."""

import numpy as np
import pytest

from features.decode import decode
from features.events import TOPICS, VERDICTS
from features.partition import card_rows, event_uids
from features.roles import ACCOUNT, PHONE
from jobs.engine import END_OF_TIME_MS, Engine
from jobs.model_life.labelled_rows import UNKNOWN, FeatureTable, Knowledge, RowSampler, labels, truth_knowledge
from tests.jobs.replays import LATEST_MS, engine_settings

HOUR_MS = 3_600_000
START_MS = 1_772_420_400_000


def table(*rows) -> FeatureTable:
    time_ms, entity = zip(*rows)
    return FeatureTable(np.array(time_ms, np.int64), np.array(entity, np.uint64), np.zeros((len(rows), 1), np.float32))


def knowledge(*facts, complete=False) -> Knowledge:
    """(entity, bad, from, to, known)"""
    columns = zip(*facts)
    types = (np.uint64, bool, np.int64, np.int64, np.int64)
    return Knowledge(*(np.array(c, t) for c, t in zip(columns, types)), complete)


def test_a_truth_counts_from_its_first_bad_event_and_once_known():
    rows = table((5, 1), (10, 1), (10, 2), (20, 1))
    truth = knowledge((1, True, 10, 2**62, 15), complete=True)
    assert labels(rows, truth, 14).tolist() == [0, 0, 0, 0]
    assert labels(rows, truth, 15).tolist() == [0, 1, 0, 1]


def test_a_verdict_speaks_of_the_rows_before_it_and_the_last_word_holds():
    rows = table((5, 1), (10, 1), (10, 2), (20, 1))
    said = knowledge((1, False, -9, 18, 18), (1, True, -9, 8, 8))
    assert labels(rows, said, 7).tolist() == [UNKNOWN] * 4
    assert labels(rows, said, 8).tolist() == [1, UNKNOWN, UNKNOWN, UNKNOWN]
    assert labels(rows, said, 99).tolist() == [0, 0, UNKNOWN, UNKNOWN]


def lines(*events) -> bytes:
    import json

    return b"\n".join(json.dumps(e).encode() for e in events)


def call(number: int, minutes: int, caller="13800000001", callee="13900000002") -> dict:
    return {"event_id": f"e{number}", "event_time": START_MS + minutes * 60_000, "kind": "voice",
            "caller": caller, "callee": callee}  # fmt: skip


@pytest.fixture
def sampler():
    engine = Engine(engine_settings(4))
    engine.take("cdr", "a", 0, lines(call(1, 0), call(2, 30), call(3, 59), call(4, 60), call(5, 150)))
    engine.take("verdict", "v", 0, lines(
        {"event_time": START_MS + 99 * 60_000, "card": "phone:13800000001", "verdict": "confirmed", "officer": "o"},
        {"event_time": START_MS + 100 * 60_000, "card": "phone:13900000002", "verdict": "cleared", "officer": "o"}))
    made = RowSampler(HOUR_MS)
    for low_ms in (START_MS + 31 * 60_000, START_MS + 80 * 60_000, END_OF_TIME_MS):
        for _, outcome in engine.advance(low_ms):
            made.take(outcome)
    return made


def test_the_last_row_of_each_card_and_period_is_kept(sampler):
    rows = sampler.table(PHONE)
    assert sampler.table(ACCOUNT) is None
    minutes = ((rows.time_ms - START_MS) // 60_000).tolist()
    assert START_MS % HOUR_MS == 0 and minutes == [59, 59, 60, 60, 150, 150]
    assert np.unique(rows.entity).size == 2
    assert (np.diff(rows.time_ms) >= 0).all()
    again = sampler.table(PHONE)
    assert again.matrix.tobytes() == rows.matrix.tobytes()


def test_a_row_is_the_card_as_it_stood(sampler):
    """Three calls in the first hour, the fourth a minute later: features count up to the row."""
    from features.phone import FEATURES

    rows = sampler.table(PHONE)
    caller = entity_of("13800000001")
    calls = rows.matrix[rows.entity == caller, FEATURES.index("out_calls_7d")]
    assert calls.round().tolist() == [3, 4, 5]


def test_verdicts_of_the_stream_become_labels(sampler):
    said = sampler.verdicts()
    assert sorted(said.bad.tolist()) == [False, True] and not said.complete
    rows = sampler.table(PHONE)
    label = dict(zip(zip(rows.entity.tolist(), ((rows.time_ms - START_MS) // 60_000).tolist()),
                     labels(rows, said, START_MS + 99 * 60_000).tolist()))  # fmt: skip
    bad, good = entity_of("13800000001"), entity_of("13900000002")
    assert label == {(bad, 59): 1, (bad, 60): 1, (bad, 150): UNKNOWN, (good, 59): UNKNOWN, (good, 60): UNKNOWN,
                     (good, 150): UNKNOWN}  # fmt: skip
    assert VERDICTS[0] == "confirmed" and "verdict" in TOPICS


def entity_of(number: str) -> int:
    batch = decode("cdr", lines(call(1, 0, caller=number)), 0, LATEST_MS)
    return int(card_rows(batch, event_uids(batch))[0]["entity"][0])


def test_a_truth_names_cards_as_the_shards_know_them():
    truth = truth_knowledge({"phone:13800000001": 7, "account:6222": 9}, delay_ms=5)
    assert int(truth.entity[0]) == entity_of("13800000001")
    batch = decode("txn", lines({"event_id": "t", "event_time": START_MS, "payer": "6222", "payee": "1",
                                 "amount": 1}), 0, LATEST_MS)  # fmt: skip
    assert int(truth.entity[1]) == int(card_rows(batch, event_uids(batch))[0]["entity"][0])
    assert truth.known_ms.tolist() == [12, 14] and truth.from_ms.tolist() == [7, 9] and truth.complete
