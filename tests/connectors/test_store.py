"""The store's client: rows, columns, retries and repeated inserts."""

import os
import signal

import numpy as np
import pyarrow as pa
import pytest

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.column_values import ABSENT
from connectors.errors import StoreDeniedError, StoreError, StoreQueryError, StoreUnavailableError
from connectors.event_rows import event_rows, insert_events
from connectors.retry import RetryPolicy
from features.events import LEAD, TOPICS, TXN


def test_rows_and_columns(store):
    sql = "SELECT number AS n, toString(number) AS s FROM numbers({k:UInt8})"
    assert store.query(sql, {"k": 2}) == [{"n": 0, "s": "0"}, {"n": 1, "s": "1"}]
    assert store.query_columns(sql, {"k": 2}) == {"n": [0, 1], "s": ["0", "1"]}
    assert store.query(sql, {"k": 0}) == [] and store.query_columns(sql, {"k": 0}) == {"n": [], "s": []}


def test_a_refused_statement_keeps_its_code_and_hides_card_numbers(store):
    with pytest.raises(StoreQueryError) as caught:
        store.query("SELECT toInt64({x:String})", {"x": "phone:13812345678"})
    assert caught.value.code == 6
    assert "13812345678" not in str(caught.value)
    assert store.query("SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize("columns", [{"version": [1], "name": []}, {"version; DROP": [1]}])
def test_a_bad_insert_is_refused_before_it_is_sent(store, columns):
    with pytest.raises(StoreError):
        store.insert("schema_migrations", columns)


def test_a_number_that_does_not_fit_leaves_nothing_behind(store):
    columns = {"run_id": ["r"], "topic": ["cdr"], "source": ["f"], "start": np.array([-1]), "bytes": [1],
               "records": [1], "dead": [0]}
    with pytest.raises(StoreError, match="column start is UInt64.*got -1"):
        store.insert("chunk_counts", columns)
    assert store.query("SELECT count() AS n FROM chunk_counts") == [{"n": 0}]


def transactions(n: int, first: int = 0) -> tuple[np.ndarray, dict]:
    uid = np.arange(first, first + n, dtype=np.uint64)
    return uid, {
        "event_id": [f"t{i}" for i in uid.tolist()], "event_time": 1767225600000 + uid.astype(np.int64) * 1000,
        "payer": pa.array([f"62{i % 5}" for i in uid.tolist()]), "payee": [f"63{i % 3}" for i in uid.tolist()],
        "amount": np.full(n, 100, np.int64), "channel": np.full(n, -1, np.int8),
        "device": pa.array(["d1", None][i % 2] for i in uid.tolist()),
        "balance_after": np.where(uid % 2 == 0, ABSENT, 5).astype(np.int64),
    }


def test_an_insert_repeated_under_its_token_changes_nothing_anywhere(store):
    uid, columns = transactions(100)
    sums = ("SELECT (SELECT count() FROM txn) AS raw, (SELECT count() FROM card_events WHERE topic = 'txn') AS events, "
            "(SELECT sum(n) FROM links_by_value) AS links")
    insert_events(store, "txn", uid, columns, token="batch-1")
    once = store.query(sums)
    assert once == [{"raw": 100, "events": 200, "links": 50}]
    insert_events(store, "txn", uid, columns, token="batch-1")
    assert store.query(sums) == once


def test_rows_that_come_again_under_another_token_collapse(store):
    uid, columns = transactions(50, first=1000)
    insert_events(store, "txn", uid, columns)
    insert_events(store, "txn", uid, columns)
    assert store.query("SELECT count() AS n FROM txn FINAL WHERE uid >= 1000") == [{"n": 50}]
    assert store.query("SELECT count() AS n FROM card_events FINAL WHERE uid >= 1000") == [{"n": 100}]


def test_absent_values_are_null_empty_or_minus_one(store):
    uid, columns = transactions(2, first=5000)
    insert_events(store, "txn", uid, columns)
    rows = store.query("SELECT balance_after_fen, device, toString(channel) AS channel FROM txn WHERE uid >= 5000 "
                       "ORDER BY uid")
    assert rows == [{"balance_after_fen": None, "device": "d1", "channel": ""},
                    {"balance_after_fen": 5, "device": "", "channel": ""}]


def test_event_rows_want_the_fields_of_the_topic():
    with pytest.raises(StoreError, match="no field 'colour'"):
        event_rows(LEAD, [1], {"colour": ["red"]})
    with pytest.raises(StoreError, match="required field 'event_time'"):
        event_rows(TXN, [1], {"event_id": ["a"]})


def test_every_topic_can_be_stored(store):
    samples = {"text": ["x"], "party": ["138"], "card": ["phone:138"], "time": np.array([1767225600000]),
               "money": np.array([5]), "seconds": np.array([5]), "flag": np.array([1], np.int8),
               "choice": np.array([0], np.int8)}
    before = store.query("SELECT count() AS n FROM card_events FINAL")[0]["n"]
    for number, topic in enumerate(TOPICS.values()):
        columns = {field.name: samples[field.type.value] for field in topic.fields}
        assert insert_events(store, topic.name, [9000 + number], columns) == 1
    assert store.query("SELECT count() AS n FROM card_events FINAL")[0]["n"] == before + 8  # cdr and txn have two roles


def test_dead_letters_keep_every_byte(store):
    raw = bytes(range(256))
    letter = {"dead_id": ["a"], "topic": ["cdr"], "source": ["f"], "offset": [7], "reason": ["bad_json"],
              "detail": [""], "raw": [raw]}
    store.insert("dead_letters", letter)
    store.insert("dead_letters", letter)
    assert store.query("SELECT hex(raw) AS raw FROM dead_letters FINAL") == [{"raw": raw.hex().upper()}]


def test_after_a_kill_the_store_starts_its_server_again(own_folder):
    with open_store(f"embedded:{own_folder}") as store:
        store.create_database()
        store.command("CREATE TABLE t (a Int64) ENGINE = MergeTree ORDER BY a")
        store.insert("t", {"a": [1]})
        os.kill(embedded.start(own_folder).pid, signal.SIGKILL)
        assert store.query("SELECT a FROM t") == [{"a": 1}]


def test_a_store_that_does_not_answer_is_tried_again_and_then_given_up():
    waits = []
    store = open_store("clickhouse://127.0.0.1:9", RetryPolicy(attempts=4, sleep=waits.append))
    with pytest.raises(StoreUnavailableError, match="127.0.0.1:9.*4 times"):
        store.query("SELECT 1")
    assert waits == [0.1, 0.2, 0.4]


def test_a_wrong_password_is_not_tried_again(server, monkeypatch):
    monkeypatch.setenv("DUANKA_STORE_PASSWORD", "wrong")
    waits = []
    store = open_store(f"clickhouse://127.0.0.1:{server.port}", RetryPolicy(sleep=waits.append))
    with pytest.raises(StoreDeniedError, match="DUANKA_STORE_PASSWORD"):
        store.query("SELECT 1")
    assert not waits and "wrong" not in repr(store)
