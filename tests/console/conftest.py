"""One embedded server for the console's tests; tables, users and clock are each module's own."""

import time

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.schema import migrate
from console.accounts import passwords
from console.accounts.user_file import UserFile
from console.app import create_app
from console.serve import opened
from jobs.settings import load_settings
from tests.console.station import Browser, Clock, fill, register
from tests.waiting import PATIENCE_S


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Hundreds of hashings of 64 MiB would be most of these tests' time; test_passwords.py has the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session")
def store_url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("console") / "store"
    yield f"embedded:{folder}"
    embedded.stop(folder, PATIENCE_S)


@pytest.fixture(scope="module")
def store(store_url):
    """The same tables for each module, whatever the one before did to them."""
    with open_store(store_url) as made:
        made.create_database()
        made.command("DROP DATABASE duanka SYNC")
        made.close()
        migrate(made)
        fill(made, time.time_ns() // 1_000_000)
        yield made


@pytest.fixture(scope="module")
def ground(store, store_url, tmp_path_factory):
    """Users, clock and context of a module's tests."""
    clock = Clock()
    folder = tmp_path_factory.mktemp("state")
    users = UserFile(folder / "console.sqlite", clock)
    register(store, users)
    settings = load_settings(store=store_url, state=folder, bus=f"file://{folder}/bus")
    with opened(settings, users, now_ms=clock) as context:
        yield context, clock
    users.close()


@pytest.fixture(scope="module")
def app(ground):
    return create_app(ground[0])


@pytest.fixture
def browser(app, ground):
    """Make browsers that know nothing yet."""
    def make() -> Browser:
        return Browser(TestClient(app), ground[1])

    return make


@pytest.fixture(scope="module")
def signed_in(app, ground):
    """Browsers of users who are signed in, one each for a module."""
    made = {}

    def of(name: str) -> Browser:
        if name not in made:
            made[name] = Browser(TestClient(app), ground[1]).sign_in(name)
        return made[name]

    return of
