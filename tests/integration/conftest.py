"""A small city, its hits by the replay, and folders for runs."""

import json
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import pytest

from jobs.model_life.shipped import shipped_models
from jobs.replay import ReplayStep, replay
from jobs.settings import load_settings
from simulation.city import CityConfig, simulate
from tests.integration.duanka import Duanka
from tests.integration.findings import comparable

#: Warns early and follows every fen, so that a small city brings many; limits that a few openings reach.
_EAGER = """[warnings]
warn_from = 0.05
targeted_risk = 5
targeted_talk_s = 60
[taint]
least_yuan = 1
least_share = 0
[openings]
debit_cards = 2
phone_cards = 2
"""


@pytest.fixture(scope="session")
def city(tmp_path_factory) -> Path:
    """2,000 people for a day and a half or so: about 45,000 events."""
    folder = tmp_path_factory.mktemp("city") / "bus"
    simulate(CityConfig(people=3000, days=1, seed=5), folder)
    return folder


@pytest.fixture(scope="session")
def eager_rules(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("rules") / "rules.toml"
    file.write_text(_EAGER, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def reported_city(city, tmp_path_factory):
    """The city, with thirty accounts confirmed early on: those that most payments go to, so that money is followed."""
    bus = tmp_path_factory.mktemp("reported") / "bus"
    shutil.copytree(city, bus)
    lines = [json.loads(line) for file in sorted((bus / "txn").iterdir()) for line in file.read_text().splitlines()]
    paid = Counter(line["payee"] for line in lines)
    at = lines[len(lines) // 10]["event_time"]
    said = [{"event_time": at, "card": f"account:{payee}", "verdict": "confirmed", "officer": "Li"}
            for payee, _ in sorted(paid.items(), key=lambda item: (-item[1], item[0]))[:30]]
    (bus / "verdict" / "0.ndjson").write_text("".join(json.dumps(one) + "\n" for one in said))
    return bus


def replayed_hits(bus: Path, **settings) -> dict[str, dict]:
    """Hits of a replay by id, in the form of :meth:`Duanka.hits`."""
    chosen = load_settings(bus=f"file://{bus}", **settings)
    engine = chosen.engine(int(time.time() * 1000), shipped_models())
    return comparable_hits(replay(chosen.bus_folder, engine, chosen.chunk_kib << 10))


def comparable_hits(steps: Iterable[ReplayStep]) -> dict[str, dict]:
    """Hits of a replay's steps by id, in the form of :meth:`Duanka.hits`."""
    hits = {}
    for step in steps:
        for _, outcome in step.outcomes:
            hits |= {hit.hit_id: comparable(asdict(hit)) for hit in outcome.hits}
    return hits


@pytest.fixture(scope="session")
def reference(city) -> dict[str, dict]:
    hits = replayed_hits(city)
    assert len(hits) > 10
    return hits


@pytest.fixture
def duanka(tmp_path):
    made = Duanka(tmp_path)
    yield made
    made.close()
