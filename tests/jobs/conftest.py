"""A small city, simulated and replayed once for all tests of this room."""

import pytest

from simulation.city import CityConfig, simulate
from tests.jobs.replays import Replayed, replayed, slice_of


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """Bus folder of 2,000 people and a day, with truth.csv."""
    folder = tmp_path_factory.mktemp("city") / "bus"
    simulate(CityConfig(people=2_000, days=1, seed=7), folder)
    return folder


@pytest.fixture(scope="session")
def city_replayed(city) -> Replayed:
    """The whole city through the engine, at the replay's own batch sizes."""
    return replayed(city)


@pytest.fixture(scope="session")
def slice_bus(city, tmp_path_factory):
    """About a thousand of the city's records: those of some fraud cards, and whom they met."""
    return slice_of(city, tmp_path_factory.mktemp("slice"))
