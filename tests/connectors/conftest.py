"""Real embedded stores for the tests, each in a folder of its own, stopped at the end."""

import os
import tempfile

import pytest
from clickhouse_driver import Client

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.schema import migrate
from tests.waiting import PATIENCE_S

os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", tempfile.mkdtemp(prefix="hypothesis-"))


@pytest.fixture(autouse=True)
def no_password_from_outside(monkeypatch):
    monkeypatch.delenv("DUANKA_STORE_PASSWORD", raising=False)
    monkeypatch.delenv("DUANKA_STORE_PASSWORD_FILE", raising=False)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One running store for all tests that do not break it."""
    for name in ("DUANKA_STORE_PASSWORD", "DUANKA_STORE_PASSWORD_FILE"):
        os.environ.pop(name, None)
    folder = tmp_path_factory.mktemp("embedded")
    yield embedded.start(folder)
    embedded.stop(folder, PATIENCE_S)


@pytest.fixture
def own_folder(tmp_path):
    """A folder whose store the test starts and may kill."""
    yield tmp_path / "store"
    embedded.stop(tmp_path / "store", PATIENCE_S)


@pytest.fixture
def connect(server):
    """Make unchanged clickhouse-driver clients of the shared server."""
    clients = []

    def make(**options) -> Client:
        options = {"password": server.password, "send_receive_timeout": 20} | options
        clients.append(Client(server.host, port=server.port, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.disconnect()


@pytest.fixture
def client(connect):
    """A client in a database of its own, which is empty."""
    connect().execute("DROP DATABASE IF EXISTS scratch")
    connect().execute("CREATE DATABASE scratch")
    return connect(database="scratch")


@pytest.fixture(scope="module")
def store(server):
    """A migrated store with empty tables, fresh for each module."""
    with open_store(f"embedded:{server.data_dir}") as opened:
        opened.create_database()
        opened.command("DROP DATABASE duanka SYNC")
        opened.close()
        migrate(opened)
        yield opened
