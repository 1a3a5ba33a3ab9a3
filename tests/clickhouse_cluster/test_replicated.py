"""The statements of ``duanka store ddl`` on a real engine with a real Keeper: the tables that they make."""

import re

import pytest

from connectors.schema.cluster_layout import ClusterLayout
from connectors.schema.ddl_file import ddl_text
from connectors.schema.migrations import Migration
from features.events import TOPICS
from tests.clickhouse_cluster.two_shards import CLUSTER, EngineWithConfig


def statements() -> list[str]:
    return Migration(1, "all", ddl_text(ClusterLayout(CLUSTER, "duanka"))).statements()


@pytest.fixture(scope="module")
def engine(keeper, tmp_path_factory):
    with EngineWithConfig(tmp_path_factory.mktemp("replicated"), keeper) as running, running.open() as store:
        store.create_database()
        yield store


def test_the_engine_understands_every_statement(engine):
    """Those that cannot be run here as well: formatQuery parses as the server does."""
    everything = statements()
    assert len(everything) > 80
    for statement in everything:
        assert engine.query("SELECT formatQuery({text:String}) AS text", {"text": statement})[0]["text"]
        if re.search(r"^(CREATE|ALTER|DROP)", statement, re.MULTILINE):
            assert f"ON CLUSTER '{CLUSTER}'" in statement


def test_tables_replicate_under_paths_of_their_own(engine):
    for statement in statements():
        if re.search(r"^CREATE (TABLE|MATERIALIZED)", statement, re.MULTILINE):
            engine.command(statement.replace(f" ON CLUSTER '{CLUSTER}'", ""))
    rows = engine.query("SELECT table, engine, zookeeper_path, replica_name, engine_full FROM system.replicas AS r "
                        "JOIN system.tables AS t ON t.name = r.table WHERE t.database = 'duanka' ORDER BY table")
    assert len(rows) >= 21 and {f"{topic}_local" for topic in TOPICS} <= {row["table"] for row in rows}
    for row in rows:
        assert row["zookeeper_path"] == f"/clickhouse/tables/1/duanka/{row['table']}" and row["replica_name"] == "r1"
        if row["table"] != "schema_migrations_local":
            assert re.search(r"[ ,]replicated_deduplication_window = 1000, "
                             r"replicated_deduplication_window_seconds = 604800", row["engine_full"]), row
        assert "non_replicated" not in row["engine_full"]
    plain = engine.query("SELECT name FROM system.tables WHERE database = 'duanka' AND engine LIKE '%MergeTree' "
                         "AND engine NOT LIKE 'Replicated%'")
    assert plain == []
