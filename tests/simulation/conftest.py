"""One small city, made once, read by every test of the simulation."""

from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from simulation.city import CityConfig, CitySummary, simulate


@dataclass(frozen=True)
class Made:
    config: CityConfig
    folder: Path
    summary: CitySummary
    _read: dict = field(default_factory=dict, repr=False)

    def files(self, topic):
        return sorted((self.folder / topic).glob("*.ndjson"))

    def events(self, topic):
        if topic not in self._read:
            self._read[topic] = [orjson.loads(line) for path in self.files(topic)
                                 for line in path.read_bytes().splitlines()]
        return self._read[topic]

    def truth(self):
        head, *rows = (self.folder / "truth.csv").read_text(encoding="utf-8").splitlines()
        return [dict(zip(head.split(","), row.split(","), strict=True)) for row in rows]


@pytest.fixture(scope="session")
def make_city(tmp_path_factory):
    """Makes a city from settings."""
    def make(**settings):
        config, folder = CityConfig(**settings), tmp_path_factory.mktemp("city") / "out"
        return Made(config, folder, simulate(config, folder))
    return make


@pytest.fixture(scope="session")
def city(make_city):
    """2,000 people, three days: every scenario at least once."""
    return make_city(people=2_000, days=3, seed=11)


@pytest.fixture(scope="session")
def cdr(city):
    return city.events("cdr")


@pytest.fixture(scope="session")
def txn(city):
    return city.events("txn")
