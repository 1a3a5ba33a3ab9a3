"""The migrations on a cluster of two shards."""

import re

import pytest

from connectors.errors import SchemaError
from connectors.schema import RETENTION_DAYS, migrate
from connectors.schema.access import FILLED_BY_VIEWS
from connectors.schema.applied import read_applied
from connectors.schema.migrations import known_migrations
from tests.clickhouse_cluster.two_shards import CLUSTER, SHARDS


def test_migrating_twice_changes_nothing_and_the_cluster_is_remembered(cluster):
    assert migrate(cluster) == []
    assert migrate(cluster, cluster=CLUSTER) == []
    applied = read_applied(cluster)
    assert len(applied.checksums) == len(known_migrations()) and applied.cluster == CLUSTER


def test_tables_of_a_cluster_are_not_taken_for_another(cluster):
    with pytest.raises(SchemaError, match="lie on the cluster city already, got --cluster town; name another database"):
        migrate(cluster, cluster="town")


def test_every_shard_has_every_table(cluster):
    rows = cluster.query("SELECT database, name FROM system.tables WHERE database IN ('shard_1', 'shard_2') "
                         "AND engine != 'MaterializedView'")
    assert {(row["database"], row["name"]) for row in rows} == {
        (shard, f"{table}_local") for shard in SHARDS for table in cluster.tables()}


def test_rows_that_replace_one_another_meet_on_one_shard(cluster):
    """The sharding key is made of columns that the local table is sorted by, and of nothing else."""
    without = set()
    for table in cluster.tables():
        key = re.fullmatch(r"Distributed\('city', 'duanka', '\w+'(?:, (.*))?\)", cluster.engine_of(table))[1]
        if key is None:
            without.add(table)
            continue
        used = set(re.findall(r"\w+", key)) - {"cityHash64"}
        sql = "SELECT sorting_key AS k FROM system.tables WHERE database = 'shard_1' AND name = {t:String}"
        sorted_by = cluster.query(sql, {"t": f"{table}_local"})[0]["k"].split(", ")
        assert used and used <= set(sorted_by), (table, key, sorted_by)
    assert without == FILLED_BY_VIEWS


def test_both_tables_have_the_same_columns(cluster):
    """Also those that a later migration added."""
    sql = ("SELECT name, type FROM system.columns WHERE database = {db:String} AND table = {t:String} "
           "ORDER BY position")
    for table in cluster.tables():
        local = cluster.query(sql, {"db": "shard_2", "t": f"{table}_local"})
        assert cluster.query(sql, {"db": "duanka", "t": table}) == local, table


def test_retention_is_in_force_on_the_shards_and_can_be_set(cluster):
    ttl = "SELECT engine_full AS e FROM system.tables WHERE name = 'cdr_local' ORDER BY database"
    assert ["toIntervalDay(180)" in row["e"] for row in cluster.query(ttl)] == [True, True]
    migrate(cluster, retention_days={**RETENTION_DAYS, "call": 90})
    assert ["toIntervalDay(90)" in row["e"] for row in cluster.query(ttl)] == [True, True]
    migrate(cluster)
