"""A server that is not our own."""

import pytest

import connectors.clickhouse
from connectors.clickhouse import open_store
from tests.clickhouse_server.server import PASSWORD, OldServer


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = OldServer(tmp_path_factory.mktemp("clickhouse-server"))
    running.start()
    yield running
    running.kill()


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.delenv("DUANKA_STORE_PASSWORD_FILE", raising=False)
    monkeypatch.setenv("DUANKA_STORE_PASSWORD", PASSWORD)


@pytest.fixture
def store(server):
    """A store with an empty database."""
    with open_store(server.url) as opened:
        opened.create_database()
        opened.command("DROP DATABASE duanka")
        opened.close()
        opened.create_database()
        yield opened


@pytest.fixture
def without_insert_settings(monkeypatch):
    """Inserts without the settings that make them exact, which this server does not have.

    It refuses an insert that has them: see ``test_an_insert_is_refused_where_it_could_not_be_exact``.
    """
    monkeypatch.setattr(connectors.clickhouse, "_insert_settings", lambda token: {})
