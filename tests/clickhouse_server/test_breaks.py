"""Broken connections and a server that dies and comes back."""

import threading

import numpy as np
import pytest

from connectors.clickhouse import open_store
from connectors.column_block import ColumnBlockStream
from connectors.errors import StoreUnavailableError
from connectors.retry import RetryPolicy


def test_a_cut_connection_is_made_again(store):
    assert store.query("SELECT 1 AS one") == [{"one": 1}]
    store._client.connection.socket.shutdown(2)
    assert store.query("SELECT 2 AS two") == [{"two": 2}]


def test_a_statement_waits_for_a_server_that_restarts(server, store):
    assert store.query("SELECT 1 AS one") == [{"one": 1}]
    server.kill()
    restart = threading.Timer(0.5, server.start)
    restart.start()
    assert store.query("SELECT 2 AS two") == [{"two": 2}]
    restart.join()


def test_an_insert_that_a_dying_server_took_half_of_is_there_once(server, store, without_insert_settings, monkeypatch):
    store.command("CREATE TABLE t (u UInt64, x Int64) ENGINE = ReplacingMergeTree ORDER BY u")
    write, deaths = ColumnBlockStream._write_values, []

    def write_and_die(stream, name, spec, values):
        if name == "x" and not deaths:  # the first column is on its way
            stream.fout.flush()
            server.kill()
            deaths.append(name)
            threading.Timer(0.5, server.start).start()
        write(stream, name, spec, values)

    monkeypatch.setattr(ColumnBlockStream, "_write_values", write_and_die)
    u = np.arange(200_000, dtype=np.uint64)
    assert store.insert("t", {"u": u, "x": u.astype(np.int64)}) == 200_000
    assert deaths == ["x"]
    assert store.query("SELECT count() AS n, sum(x) AS x FROM t FINAL") == [{"n": 200_000, "x": int(u.sum())}]


def test_a_server_that_stays_away_is_given_up(server):
    server.kill()
    try:
        waits = []
        with open_store(server.url, RetryPolicy(attempts=4, sleep=waits.append)) as store, \
                pytest.raises(StoreUnavailableError, match="did not answer 4 times.*check that it runs"):
            store.query("SELECT 1")
        assert waits == [0.1, 0.2, 0.4]
    finally:
        server.start()
