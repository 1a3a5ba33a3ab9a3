"""A cluster of two shards answers what one server answers, also when rows come again."""

import numpy as np
import pytest

from connectors.clickhouse import Store
from connectors.errors import StoreQueryError
from connectors.event_rows import insert_events
from connectors.queries import card_view, hits
from connectors.queries.run_counts import run_counts
from connectors.queries.stream_clock import newest_event_ms
from connectors.schema import migrate
from tests.clickhouse_cluster.two_shards import SHARDS

T0_MS = 1767225600000
CARDS = 25


def calls(n: int) -> tuple[np.ndarray, dict]:
    random = np.random.default_rng(8)
    a, b = random.integers(0, CARDS, (2, n))
    return random.integers(0, 2**63, n).astype(np.uint64), {
        "event_id": [f"c{i}" for i in range(n)], "event_time": T0_MS + random.integers(0, 86_400_000, n),
        "kind": np.zeros(n, np.int8), "caller": [f"138{x}" for x in a], "callee": [f"139{x}" for x in b],
        "duration_s": random.integers(0, 300, n), "imei": [f"86{x // 3}" for x in a]}


def payments(n: int) -> tuple[np.ndarray, dict]:
    random = np.random.default_rng(9)
    a, b = random.integers(0, CARDS, (2, n))
    return random.integers(0, 2**63, n).astype(np.uint64), {
        "event_id": [f"t{i}" for i in range(n)], "event_time": T0_MS + random.integers(0, 86_400_000, n),
        "payer": [f"62{x}" for x in a], "payee": [f"63{x}" for x in b], "amount": random.integers(1, 10**6, n),
        "device": [f"d{x // 3}" for x in a]}


def hit_columns(version: int) -> dict:
    n = 60
    same = {"first_seen": [T0_MS] * n, "peak_time": [T0_MS] * n, "level": [1 + i % 4 for i in range(n)],
            "typologies": [["D201"]] * n, "reasons_zh": [["群呼"]] * n, "reasons_en": [["mass calling"]] * n,
            "feature_names": [["out_share"]] * n, "feature_values": [[0.5]] * n, "trigger_uid": list(range(n)),
            "model_version": ["m1"] * n, "typology_version": ["t1"] * n, "run_id": ["r1"] * n}
    return same | {"hit_id": [f"{i:016x}" for i in range(n)], "card": [f"phone:138{i % CARDS}" for i in range(n)],
                   "last_seen": [T0_MS + version * 1000] * n, "alerts": [version] * n,
                   "risk": [100 + version] * n, "version": [version] * n}


def fill(store: Store) -> None:
    """Rows of one day, some of them again: under the same token, under another, as a later version."""
    for topic, (uid, columns) in (("cdr", calls(600)), ("txn", payments(500))):
        insert_events(store, topic, uid, columns, token=f"{topic}-1")
        insert_events(store, topic, uid, columns, token=f"{topic}-1")
        late = {name: values[100:200] for name, values in columns.items()}
        insert_events(store, topic, uid[100:200], late, token=f"{topic}-2")
    for version in (1, 3, 2):
        store.insert("hits", hit_columns(version))
    for scored in (5, 9, 7):
        store.insert("shard_counts", {"run_id": ["r1"] * 8, "shard": list(range(8)), "scored": [scored] * 8,
                                      "repeated": [1] * 8, "late": [0] * 8, "alerts": [0] * 8})


@pytest.fixture(scope="module")
def answers(cluster):
    """The same rows in the cluster, and in one server's tables beside it: (reader, single)."""
    single = Store(cluster._connect, cluster.name, "single", cluster._policy)
    migrate(single)
    fill(cluster)
    fill(single)
    with cluster.reader() as reader, single:
        yield reader, single


def test_every_table_holds_the_same_rows(cluster, answers):
    reader, single = answers
    filled = 0
    for table in sorted(set(cluster.tables()) - {"schema_migrations"}):
        names = [row["name"] for row in single.query(
            "SELECT name FROM system.columns WHERE database = 'single' AND table = {t:String}", {"t": table})]
        left_out = [name for name in names if name in ("ingested_at", "inserted_at", "updated_at", "stored_at",
                                                       "received_at")]
        what = f"* EXCEPT ({', '.join(left_out)})" if left_out else "*"
        sql = f"SELECT count() AS rows, sum(cityHash64({what})) AS sum FROM {table} FINAL"
        if table in ("links", "links_by_value"):  # sums over the shards of a card's events
            sql = ("SELECT count() AS rows, sum(cityHash64(card, kind, value, first, last, times)) AS sum FROM (SELECT "
                   "card, kind, value, min(first_seen) AS first, max(last_seen) AS last, sum(n) AS times "
                   f"FROM {table} GROUP BY card, kind, value)")
        alone = single.query(sql)
        assert reader.query(sql) == alone, table
        filled += alone[0]["rows"] > 0
    assert filled >= 8


def test_rows_are_dealt_to_both_shards_and_a_card_s_hits_to_one(cluster, answers):
    for table in ("cdr", "txn", "hits", "card_events", "links", "shard_counts"):
        counts = [cluster.query(f"SELECT count() AS n FROM {shard}.{table}_local")[0]["n"] for shard in SHARDS]
        assert min(counts) > 0, (table, counts)
    for table in ("hits", "hit_updates"):
        shared = cluster.query(f"SELECT count() AS n FROM (SELECT DISTINCT card FROM shard_1.{table}_local) AS a "
                               f"JOIN (SELECT DISTINCT card FROM shard_2.{table}_local) AS b USING (card)")
        assert shared == [{"n": 0}], table


def test_the_queries_give_the_same(answers):
    reader, single = answers
    assert hits(reader, limit=1000) == hits(single, limit=1000)
    assert len(hits(single, level="red", since_ms=T0_MS + 3000)) == 15
    assert run_counts(reader, "r1") == run_counts(single, "r1") and run_counts(single, "r1").scored == 72
    assert newest_event_ms(reader) == newest_event_ms(single)
    for card in (*(f"phone:138{i}" for i in range(CARDS)), *(f"account:62{i}" for i in range(CARDS)), "phone:1390"):
        one = card_view(single, card)
        assert one.events and card_view(reader, card) == one


def test_a_table_that_views_fill_takes_no_rows_of_its_own(cluster):
    """The engine says so itself, of the table as ``migrate`` made it: there is no sharding key to deal them by."""
    with pytest.raises(StoreQueryError, match="sharding key"):
        Store.insert(cluster, "card_events", {"card": ["phone:1"], "uid": [1]})
