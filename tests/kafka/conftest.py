"""One real broker for all tests of this room, with every kind of listener; topics of its own for each test."""

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from connectors.kafka.bus_url import KafkaBus, parse_bus_url
from connectors.kafka.topics import create_topics
from deploy.errors import DeployError
from deploy.local import broker as local_broker
from deploy.local.broker import Broker
from deploy.local.broker_plan import SECURED
from deploy.local.broker_process import broker_jars
from simulation.city import CityConfig, simulate
from tests.integration.duanka import Duanka


def require_jars() -> None:
    """Skip where no broker can be had, with the reason; in CI that is a failure."""
    try:
        broker_jars()
    except DeployError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(autouse=True)
def no_password_from_outside(monkeypatch):
    for name in ("", "_FILE"):
        monkeypatch.delenv(f"DUANKA_KAFKA_PASSWORD{name}", raising=False)


@pytest.fixture(scope="session")
def broker(tmp_path_factory) -> Iterator[Broker]:
    """A running broker; whoever breaks one starts another."""
    require_jars()
    folder = tmp_path_factory.mktemp("kafka")
    yield local_broker.start(folder, 0, SECURED)
    local_broker.stop(folder)


@dataclass(frozen=True)
class Topics:
    """Topics of a test's own, under a prefix that no other test has."""

    broker: Broker
    prefix: str

    def url(self, listener: str = "PLAINTEXT") -> str:
        return self.broker.plan.url(listener, self.prefix)

    @property
    def bus(self) -> KafkaBus:
        return parse_bus_url(self.url())


@pytest.fixture
def make_topics(broker) -> Callable[..., Topics]:
    """``make_topics(partitions)``: all topics of events under a new prefix; 0 partitions make none."""

    def make(partitions: int = 3) -> Topics:
        topics = Topics(broker, f"t{uuid.uuid4().hex[:12]}.")
        if partitions:
            create_topics(topics.bus, partitions, 1, -1)
        return topics

    return make


@pytest.fixture
def topics(make_topics) -> Topics:
    return make_topics()


@pytest.fixture
def password(broker, monkeypatch) -> str:
    """The password of the broker's user, given to this process and those that it starts."""
    monkeypatch.setenv("DUANKA_KAFKA_PASSWORD_FILE", str(broker.plan.password_file))
    return broker.plan.password_file.read_text()


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """Bus folder of 1,000 people and a day."""
    folder = tmp_path_factory.mktemp("city") / "bus"
    simulate(CityConfig(people=1_000, days=1, seed=7), folder)
    return folder


@pytest.fixture
def duanka(tmp_path) -> Iterator[Duanka]:
    """The command line, with folders of the test's own."""
    made = Duanka(tmp_path)
    yield made
    made.close()
