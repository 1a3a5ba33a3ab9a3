"""Bad settings are refused with what is wrong, what was given, what to do."""

import pytest

from simulation.config import CityConfig

GOOD = {"people": 2_000, "days": 1, "seed": 1}


@pytest.mark.parametrize(("change", "words"), [
    ({"people": 10}, "people .* got 10: choose a larger city"),
    ({"people": 9_000_000}, "people .* got 9000000: choose a smaller city"),
    ({"people": 2e3}, "people must be a whole number, got 2000.0"),
    ({"days": 0}, "days .* got 0: choose a longer window"),
    ({"days": True}, "days must be a whole number, got True"),
    ({"seed": -1}, "seed .* got -1"),
    ({"start": "02.03.2026"}, "start must be an ISO date, got '02.03.2026': write it like 2026-03-02"),
    ({"start": None}, "start must be an ISO date"),
    ({"fraud_phones_per_1000": -1}, "fraud_phones_per_1000 must be a number from 0 to 30, got -1"),
    ({"mules_per_1000": float("nan")}, "mules_per_1000 .* got nan"),
    ({"verdict_share": 1.5}, "verdict_share .* got 1.5"),
    ({"lead_share": "half"}, "lead_share .* got 'half'"),
    ({"late": 0.1}, "late must be .* got 0.1: write it like"),
    ({"late": (0.1, 0)}, "late has a share but no minutes"),
    ({"late": (2, 10)}, "late share must be a number from 0 to 1, got 2"),
    ({"snapshot": "yes"}, "snapshot must be True or False, got 'yes'"),
])
def test_refuses(change, words):
    with pytest.raises(ValueError, match=words):
        CityConfig(**{**GOOD, **change})


def test_defaults_are_good():
    assert CityConfig(**GOOD).window.days == 1
