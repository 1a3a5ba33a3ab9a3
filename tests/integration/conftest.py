"""A small city, its hits by the replay, and folders for runs."""

import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import pytest

from jobs.model_life.shipped import shipped_models
from jobs.replay import ReplayStep, replay
from jobs.settings import load_settings
from simulation.city import CityConfig, simulate
from tests.integration.duanka import Duanka


@pytest.fixture(scope="session")
def city(tmp_path_factory) -> Path:
    """2,000 people for a day and a half or so: about 45,000 events."""
    folder = tmp_path_factory.mktemp("city") / "bus"
    simulate(CityConfig(people=3000, days=1, seed=5), folder)
    return folder


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
            hits |= {hit.hit_id: _comparable(asdict(hit)) for hit in outcome.hits}
    return hits


def _comparable(hit: dict) -> dict:
    del hit["typology_version"], hit["version"]
    return hit


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
