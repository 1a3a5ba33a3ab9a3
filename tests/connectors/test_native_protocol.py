"""An unchanged clickhouse-driver client against the embedded server."""

import datetime
import socket
import threading
import time
import uuid
from decimal import Decimal

import numpy as np
import pytest
from clickhouse_driver import errors

UTC = datetime.UTC

TYPES = [
    ("Int8", [-1, 2]), ("UInt64", [0, 2**64 - 1]), ("Float64", [1.5, -0.0]), ("Bool", [True, False]),
    ("String", ["", "卡" * 200]), ("FixedString(3)", ["abc", "xyz"]),
    ("LowCardinality(String)", ["x", "y"]), ("LowCardinality(Nullable(String))", [None, "k"]),
    ("Nullable(Int32)", [None, 7]), ("Nullable(String)", [None, ""]),
    ("Array(String)", [["p", "q"], []]), ("Array(LowCardinality(String))", [[], ["p", "p"]]),
    ("Array(Array(Nullable(Float64)))", [[[1.0, None], []], []]),
    ("Map(String, UInt8)", [{"a": 1}, {}]), ("Tuple(x UInt8, y String)", [(1, "z"), (2, "")]),
    ("Enum8('' = -1, 'a,b' = 1)", ["", "a,b"]), ("Decimal(18, 2)", [Decimal("1.25"), Decimal("-0.01")]),
    ("UUID", [uuid.UUID(int=5), uuid.UUID(int=6)]), ("Date", [datetime.date(2026, 1, 2)] * 2),
    ("DateTime('UTC')", [datetime.datetime(2026, 1, 2, 3, 4, 5)] * 2),  # naive UTC: see serve_select
    ("DateTime64(3, 'UTC')", [datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)] * 2),
    ("SimpleAggregateFunction(sum, Int64)", [3, 4]),
]


@pytest.mark.parametrize(("spec", "values"), TYPES, ids=[spec for spec, _ in TYPES])
def test_values_come_back_as_they_went_in(client, spec, values):
    client.execute(f"CREATE TABLE t (n UInt8, v {spec}, last String) ENGINE = Memory")
    rows = [(n, value, "end") for n, value in enumerate(values)]
    client.execute("INSERT INTO t VALUES", [list(row) for row in rows])
    assert client.execute("SELECT n, v, last FROM t ORDER BY n") == rows


def test_column_names_and_types_come_with_rows_and_without(client):
    assert client.execute("SELECT 1 AS a, 'x' AS b", with_column_types=True) == (
        [(1, "x")], [("a", "UInt8"), ("b", "String")])
    assert client.execute("SELECT 1 AS a, 'x' AS b WHERE 0;", with_column_types=True) == (
        [], [("a", "UInt8"), ("b", "String")])


def test_columns_without_rows_are_those_of_the_table_as_it_is_now_whoever_changed_it(client, connect):
    other = connect(database="scratch")

    def columns(sql: str = "SELECT * FROM t", **given) -> list[tuple[str, str]]:
        return client.execute(sql, {}, with_column_types=True, **given)[1]

    client.execute("CREATE TABLE t (a UInt8) ENGINE = Memory")
    assert columns() == columns() == [("a", "UInt8")]
    other.execute("ALTER TABLE t ADD COLUMN b String")
    assert columns() == [("a", "UInt8"), ("b", "String")]
    other.execute("INSERT INTO t VALUES", [[1, "x"]])
    assert client.execute("SELECT * FROM t") == [(1, "x")]
    other.execute("DROP TABLE t")
    with pytest.raises(errors.ServerException):
        columns()
    other.execute("CREATE TABLE t (c Date) ENGINE = Memory")
    assert columns() == [("c", "Date")]
    client.execute("CREATE DATABASE IF NOT EXISTS scratch_too")
    client.execute("CREATE TABLE scratch_too.t (d Int64) ENGINE = Memory")
    client.execute("USE scratch_too")
    assert columns() == [("d", "Int64")]
    client.execute("DROP DATABASE scratch_too")


def test_columns_without_rows_follow_the_settings_and_the_table_that_a_parameter_names(client):
    joined = "SELECT r.x AS x FROM (SELECT 1 AS k) AS l LEFT JOIN (SELECT 1 AS k, 2 AS x) AS r USING k WHERE 0"
    for nulls, spec in [(0, "UInt8"), (1, "Nullable(UInt8)"), (0, "UInt8")]:
        assert client.execute(joined, with_column_types=True, settings={"join_use_nulls": nulls})[1] == [("x", spec)]
    for name, spec in [("t", "UInt8"), ("u", "String"), ("t", "UInt8")]:
        client.execute(f"CREATE TABLE IF NOT EXISTS {name} (a {spec}) ENGINE = Memory")
    for name, spec in [("t", "UInt8"), ("u", "String"), ("t", "UInt8")]:
        assert client.execute("SELECT a FROM {name:Identifier}", {"name": name}, with_column_types=True,
                              settings={"server_side_params": True})[1] == [("a", spec)]


def test_server_exceptions_keep_code_and_message_and_do_not_hurt_the_next_query(client):
    for sql, code, part in [("SELECT * FROM nowhere", 60, "nowhere"), ("SELEC 1", 62, "Syntax error"),
                            ("SELECT throwIf(number = 100000) FROM numbers(200000)", 395, "throwIf")]:
        with pytest.raises(errors.ServerException) as caught:
            client.execute(sql)
        assert caught.value.code == code
        assert part in caught.value.message
        assert client.execute("SELECT 1") == [(1,)]


def test_a_type_that_cannot_be_sent_is_refused_by_name(client):
    with pytest.raises(errors.ServerException, match="AggregateFunction.*cast it"):
        client.execute("SELECT uniqState(1)")


def test_a_failed_insert_says_why_and_leaves_no_rows(client):
    client.execute("CREATE TABLE t (a UInt8, CONSTRAINT small CHECK a < 5) ENGINE = MergeTree ORDER BY a")
    with pytest.raises(errors.ServerException) as caught:
        client.execute("INSERT INTO t VALUES", [[1], [9]])
    assert caught.value.code == 469
    with pytest.raises(errors.ServerException) as caught:
        client.execute("INSERT INTO t (nothing) VALUES", [[1]])
    assert caught.value.code in (16, 47)
    assert client.execute("SELECT count() FROM t") == [(0,)]


def test_an_insert_that_fails_only_while_writing_is_not_acknowledged(client):
    # chdb's own streaming insert fails this test, see connectors/embedded/insert_spool.py
    client.execute("CREATE TABLE source (a UInt8) ENGINE = MergeTree ORDER BY a")
    client.execute("CREATE TABLE target (a UInt8) ENGINE = MergeTree ORDER BY a")
    client.execute("CREATE MATERIALIZED VIEW v TO target AS SELECT a + throwIf(a = 7) AS a FROM source")
    with pytest.raises(errors.ServerException) as caught:
        client.execute("INSERT INTO source VALUES", [[7]])
    assert caught.value.code == 395


@pytest.mark.parametrize("value", ["it's", "a\nb\tc", "\\", "{x:String}", "卡\0", "%(x)s"])
def test_parameters_on_either_side_carry_any_text(client, value):
    assert client.execute("SELECT %(x)s", {"x": value}) == [(value,)]
    assert client.execute("SELECT {x:String}, {xs:Array(String)}, {n:Int64}", {"x": value, "xs": [value], "n": -5},
                          settings={"server_side_params": True}) == [(value, [value], -5)]


def test_settings_hold_for_one_query_and_unknown_ones_are_skipped(client, connect):
    ask = "SELECT toString(getSetting('max_block_size'))"
    before = client.execute(ask)
    assert client.execute(ask, settings={"max_block_size": 1234, "async_insert": 1, "no_such": 1}) == [("1234",)]
    assert client.execute(ask) == before
    with pytest.raises(errors.ServerException, match="no_such"):
        connect(settings_is_important=True).execute("SELECT 1", settings={"no_such": 1})


def test_statements_with_rows_in_their_text(client):
    client.execute("CREATE TABLE t (a UInt8, b String) ENGINE = Memory")
    client.execute("INSERT INTO t VALUES (1, 'x; y'), (2, 'VALUES')")
    client.execute("INSERT INTO t SELECT 3, 'z'")
    client.execute("/* rows follow */ INSERT INTO scratch.t (`b`, a) VALUES", [("w", 4)])
    assert client.execute("SELECT * FROM t ORDER BY a") == [(1, "x; y"), (2, "VALUES"), (3, "z"), (4, "w")]
    assert ("t",) in client.execute("SHOW TABLES")


def test_a_large_insert_and_a_large_result_are_complete(client):
    rows = 400_000
    names = [f"name{i}" if i % 1000 else "n" * 70_000 for i in range(rows)]
    client.execute("CREATE TABLE t (i Int64, s String) ENGINE = MergeTree ORDER BY i")
    client.execute("INSERT INTO t VALUES", [list(range(rows)), names], columnar=True,
                   settings={"insert_block_size": 150_000})
    assert client.execute("SELECT count(), sum(i), uniqExact(s) FROM t") == [
        (rows, rows * (rows - 1) // 2, len(set(names)))]
    numbers, texts = client.execute("SELECT i, s FROM t ORDER BY i", columnar=True)
    assert list(numbers) == list(range(rows)) and list(texts) == names


def test_numpy_clients_are_served(connect, client):
    numpy_client = connect(database="scratch", settings={"use_numpy": True})
    numpy_client.execute("CREATE TABLE t (a Int64, b String) ENGINE = Memory")
    numpy_client.execute("INSERT INTO t VALUES", [np.arange(5), np.array(list("abcde"), object)], columnar=True)
    assert numpy_client.execute("SELECT sum(a) FROM t")[0][0] == 10


def test_many_clients_at_once_do_not_mix(connect, client):
    client.execute("CREATE TABLE t (who UInt8, i Int64) ENGINE = MergeTree ORDER BY (who, i)")
    failures = []

    def work(who: int) -> None:
        try:
            mine = connect(database="scratch")
            for turn in range(5):
                mine.execute("INSERT INTO t VALUES", [[who] * 200, list(range(turn * 200, turn * 200 + 200))],
                             columnar=True)
                assert mine.execute("SELECT %(w)s, count() FROM t WHERE who = %(w)s", {"w": who}) == [
                    (who, (turn + 1) * 200)]
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert client.execute("SELECT count() FROM t") == [(8000,)]


@pytest.mark.parametrize("options", [{"password": "wrong"}, {"password": ""}, {"user": "somebody"}])
def test_without_the_password_nobody_comes_in(connect, options):
    with pytest.raises(errors.ServerException) as caught:
        connect(**options).execute("SELECT 1")
    assert caught.value.code == 516


def test_compression_is_refused_with_the_way_out(client):
    client.execute("SELECT 1")
    client.connection.compression = 1  # as if an LZ4 package were installed and asked for
    with pytest.raises(errors.ServerException, match="compression=False"):
        client.execute("SELECT 1")


def test_it_listens_on_loopback_only(server):
    with open("/proc/net/tcp") as table:
        bound = [line.split()[1] for line in table if f":{server.port:04X}" in line.split()[1]]
    assert set(bound) <= {f"0100007F:{server.port:04X}"} and bound


def test_clients_that_misbehave_do_not_hurt_others(server, client):
    silent = socket.create_connection((server.host, server.port))
    babbling = socket.create_connection((server.host, server.port))
    babbling.sendall(b"GET / HTTP/1.1\r\n\r\n" * 100)
    torn = socket.create_connection((server.host, server.port))
    torn.sendall(b"\x00\x05abc")
    torn.close()
    assert client.execute("SELECT 1") == [(1,)]
    silent.close()
    babbling.close()


def test_a_statement_nobody_waits_for_is_stopped(connect, client):
    leaver = connect(send_receive_timeout=0.4)
    with pytest.raises((errors.Error, OSError)):
        leaver.execute("SELECT sum(sipHash64(number)) FROM numbers(1000000000000)")
    deadline = time.monotonic() + 5
    while client.execute("SELECT count() FROM system.processes WHERE query LIKE '%numbers(1000000000000)%' "
                         "AND query NOT LIKE '%system.processes%'") != [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_insert_that_breaks_off_leaves_nothing(connect, client):
    client.execute("CREATE TABLE t (a Int64) ENGINE = MergeTree ORDER BY a")

    def rows():
        yield [1]
        yield [2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        connect(database="scratch", settings={"insert_block_size": 1}).execute("INSERT INTO t VALUES", rows())
    time.sleep(0.2)
    assert client.execute("SELECT count() FROM t") == [(0,)]
