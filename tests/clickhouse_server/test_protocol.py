"""Greeting, statements, blocks and refusals, with a server that others made."""

import numpy as np
import pyarrow as pa
import pytest

from connectors.clickhouse import open_store
from connectors.errors import StoreDeniedError, StoreQueryError
from connectors.retry import RetryPolicy
from tests.clickhouse_server.server import READER, USER

_TABLE = """
CREATE TABLE t (u UInt64, s String, l LowCardinality(String), d DateTime, e Enum8('' = -1, 'a' = 0, 'b' = 1),
    n Nullable(Int64), f Float64, i Int8, a Array(String), al Array(LowCardinality(String)), af Array(Float64))
ENGINE = ReplacingMergeTree ORDER BY u
"""


def test_the_greeting_says_who_answers(store):
    assert store.server_version() == (18, 16, 1)
    assert store.query("SELECT 1 AS one, currentDatabase() AS db") == [{"one": 1, "db": "duanka"}]


def test_columns_of_every_kind_come_back_as_they_were(store, without_insert_settings):
    store.command(_TABLE)
    rows = store.insert("t", {
        "u": np.array([0, 1, 2**64 - 1], np.uint64), "s": pa.array(["", None, "断卡\x00"]), "l": ["x", "y", "x"],
        "d": [0, 1, 2**31], "e": ["a", -1, 1], "n": [None, -5, 2**62], "f": np.array([0.5, -1e300, 0.0]),
        "i": np.array([-1, 0, 1], np.int8), "a": [[], ["q"], ["w", "群呼"]], "al": [["x"], [], ["x", "y"]],
        "af": [[0.25], [], [1.0, 2.0]],
    })
    assert rows == 3
    got = store.query("SELECT u, s, l, toUInt32(d) AS d, toString(e) AS e, n, f, i, a, al, af FROM t ORDER BY u")
    assert got == [
        {"u": 0, "s": "", "l": "x", "d": 0, "e": "a", "n": None, "f": 0.5, "i": -1, "a": [], "al": ["x"],
         "af": [0.25]},
        {"u": 1, "s": "", "l": "y", "d": 1, "e": "", "n": -5, "f": -1e300, "i": 0, "a": ["q"], "al": [], "af": []},
        {"u": 2**64 - 1, "s": "断卡\x00", "l": "x", "d": 2**31, "e": "b", "n": 2**62, "f": 0.0, "i": 1,
         "a": ["w", "群呼"], "al": ["x", "y"], "af": [1.0, 2.0]},
    ]


def test_many_rows_in_one_insert(store, without_insert_settings):
    store.command("CREATE TABLE many (u UInt64, s String) ENGINE = MergeTree ORDER BY u")
    n = 300_000  # two blocks, see INSERT_ROWS
    u = np.arange(n, dtype=np.uint64)
    assert store.insert("many", {"u": u, "s": pa.array([str(x) for x in u.tolist()])}) == n
    assert store.query("SELECT count() AS n, sum(u) AS u, sum(toUInt64(s)) AS s FROM many") == [
        {"n": n, "u": n * (n - 1) // 2, "s": n * (n - 1) // 2}]
    assert store.query_columns("SELECT u FROM many ORDER BY u")["u"] == u.tolist()


@pytest.mark.parametrize(("statement", "code"),
                         [("SELECT * FROM nowhere", 60), ("SELEC 1", 62), ("SELECT * FROM x.y", 81)])
def test_refusals_carry_the_server_s_code_and_the_connection_goes_on(store, statement, code):
    with pytest.raises(StoreQueryError) as caught:
        store.query(statement)
    assert caught.value.code == code and "Stack trace" not in str(caught.value)
    assert store.query("SELECT 1 AS one") == [{"one": 1}]


def test_a_database_that_is_not_there(server):
    with open_store(f"{server.url[:-len('duanka')]}elsewhere") as store, pytest.raises(StoreQueryError) as caught:
        store.query("SELECT 1")
    assert caught.value.code == 81


@pytest.mark.parametrize("user", [USER, "nobody"])
def test_a_wrong_password_or_user_is_said_at_once(server, monkeypatch, user):
    monkeypatch.setenv("DUANKA_STORE_PASSWORD", "guessed")
    waits = []
    with open_store(server.url.replace(USER, user, 1), RetryPolicy(sleep=waits.append)) as store, \
            pytest.raises(StoreDeniedError, match="refused the user or password.*check DUANKA_") as caught:
        store.query("SELECT 1")
    assert not waits and "guessed" not in str(caught.value)


def test_an_insert_is_refused_where_it_could_not_be_exact(store):
    """The settings that drop a repeated insert in views as well are not left out for an old server's sake."""
    store.command("CREATE TABLE once (u UInt64) ENGINE = MergeTree ORDER BY u")
    with pytest.raises(StoreQueryError, match="Unknown setting deduplicate_blocks_in_dependent_materialized_views"):
        store.insert("once", {"u": [1]})
    assert store.query("SELECT count() AS n FROM once") == [{"n": 0}]


def test_reading_changes_no_setting_so_a_read_only_user_will_do(server, store):
    store.command("CREATE TABLE t (u UInt64) ENGINE = MergeTree ORDER BY u")
    with open_store(server.url.replace(USER, READER, 1)) as reader:
        assert reader.query("SELECT count() AS n FROM t") == [{"n": 0}]
        with pytest.raises(StoreDeniedError, match="does not let this user do that"):
            reader.command("DROP TABLE t")
