"""What is written for a cluster, and what is refused."""

import subprocess
import sys

import pytest

from connectors.errors import SchemaError
from connectors.schema.cluster_ddl import ClusterDdl
from connectors.schema.cluster_layout import ClusterLayout


@pytest.fixture
def ddl() -> ClusterDdl:
    made = ClusterDdl(ClusterLayout("{cluster}", "duanka"))
    made.render(["CREATE TABLE IF NOT EXISTS a\n(\n    k String\n)\nENGINE = MergeTree\nORDER BY k"])
    return made


@pytest.mark.parametrize(("statement", "expected"), [
    ("-- why\nALTER TABLE a ADD COLUMN IF NOT EXISTS b String",
     ["-- why\nALTER TABLE a_local ON CLUSTER '{cluster}' ADD COLUMN IF NOT EXISTS b String",
      "ALTER TABLE a ON CLUSTER '{cluster}' ADD COLUMN IF NOT EXISTS b String"]),
    ("ALTER TABLE a MODIFY SETTING index_granularity = 1",
     ["ALTER TABLE a_local ON CLUSTER '{cluster}' MODIFY SETTING index_granularity = 1"]),
    ("DROP TABLE IF EXISTS a", ["DROP TABLE IF EXISTS a ON CLUSTER '{cluster}' SYNC",
                                "DROP TABLE IF EXISTS a_local ON CLUSTER '{cluster}' SYNC"]),
    ("DROP VIEW IF EXISTS v", ["DROP VIEW IF EXISTS v ON CLUSTER '{cluster}' SYNC"]),
])
def test_changes_reach_the_tables_that_they_concern(ddl, statement, expected):
    assert ddl.render([statement]) == expected


def test_views_read_local_tables_under_their_names_and_nothing_else(ddl):
    made = ddl.render([
        "CREATE TABLE IF NOT EXISTS b\n(\n    k String\n)\nENGINE = MergeTree\nORDER BY k",
        "CREATE MATERIALIZED VIEW IF NOT EXISTS v TO b AS\nSELECT a.k FROM a\nJOIN other AS o ON o.k = a.k "
        "JOIN a AS again ON 1",
    ])
    assert made[-1] == ("CREATE MATERIALIZED VIEW IF NOT EXISTS v ON CLUSTER '{cluster}' TO b_local AS\nSELECT a.k "
                        "FROM a_local AS a\nJOIN other AS o ON o.k = a.k JOIN a_local AS again ON 1")


@pytest.mark.parametrize("statement", [
    "INSERT INTO a SELECT 1", "RENAME TABLE a TO b", "CREATE TABLE a (k String) ENGINE = Memory",
    "ALTER TABLE a DELETE WHERE 1", "CREATE MATERIALIZED VIEW IF NOT EXISTS v TO a AS\nSELECT 1 AS k",
    "CREATE TABLE IF NOT EXISTS c\n(\n    k String\n)\nENGINE = MergeTree\nORDER BY lower(k)",
])
def test_what_is_not_known_is_refused(ddl, statement):
    with pytest.raises(SchemaError):
        ddl.render([statement])


def test_the_command_writes_a_file_and_refuses_a_wrong_name(tmp_path):
    def run(*args: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-m", "jobs.cli.main", "store", "ddl", *args], text=True,
                              capture_output=True, timeout=200)

    done = run("--cluster", "city", "--out", str(tmp_path / "ddl.sql"), "--store", "clickhouse://a@b/police")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "ddl.sql").read_text()
    assert "Distributed('city', 'police', 'hits_local', cityHash64(card))" in text
    assert "CREATE DATABASE IF NOT EXISTS police ON CLUSTER 'city';" in text
    wrong = run("--cluster", "a'b")
    assert wrong.returncode == 2 and "a cluster is named by" in wrong.stderr and "Traceback" not in wrong.stderr
