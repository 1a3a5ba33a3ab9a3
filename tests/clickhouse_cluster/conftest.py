"""A migrated cluster of two shards, and a Keeper."""

import pytest

from connectors.schema import migrate
from tests.clickhouse_cluster.two_shards import CLUSTER, EngineWithConfig, TwoShards
from tests.clickhouse_cluster.zookeeper import zookeeper


@pytest.fixture(autouse=True)
def no_password_from_outside(monkeypatch):
    monkeypatch.delenv("DUANKA_STORE_PASSWORD", raising=False)
    monkeypatch.delenv("DUANKA_STORE_PASSWORD_FILE", raising=False)


@pytest.fixture(scope="session")
def keeper(tmp_path_factory):
    with zookeeper(tmp_path_factory.mktemp("zookeeper") / "zk") as port:
        yield port


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster whose shards are not replicated; fresh for each module."""
    with EngineWithConfig(tmp_path_factory.mktemp("cluster")) as engine, engine.open() as opened, \
            TwoShards.of(opened) as store:
        migrate(store, cluster=CLUSTER)
        yield store
