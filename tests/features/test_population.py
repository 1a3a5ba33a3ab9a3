"""Standing in the population, against numpy's moments."""

import math

import numpy as np
import pytest

from features.population import LEAST_SD, MEMORY, MOST_Z, WARM_UP, WEIGHT, Population, learn, typical, z_of


def learned(values, weights, columns: int = 2) -> Population:
    people = Population(columns)
    for value, weight in zip(values, weights):
        learn(people.moments, 1, value, weight)
    return people


def test_like_numpys_moments_while_nothing_is_forgotten():
    rng = np.random.default_rng(1)
    values, weights = rng.lognormal(1, 1, 900), rng.uniform(0.2, 2, 900)
    people = learned(values, weights)
    logs = np.log1p(values)
    mean = np.average(logs, weights=weights)
    sd = math.sqrt(np.average((logs - mean) ** 2, weights=weights))
    for value in (0.0, 3.0, 40.0):
        assert z_of(people.moments, 1, value) == pytest.approx((math.log1p(value) - mean) / sd)
    assert typical(people.moments, 1) == pytest.approx(math.expm1(mean))
    assert (people.moments[0] == 0).all(), "another column was touched"


def test_nothing_is_said_before_the_warm_up():
    people = learned([5.0] * int(WARM_UP - 1), [1.0] * int(WARM_UP - 1))
    assert z_of(people.moments, 1, 1e6) == typical(people.moments, 1) == 0
    learn(people.moments, 1, 5.0, 1.0)
    assert z_of(people.moments, 1, 1e6) == MOST_Z and z_of(people.moments, 1, 0.0) == -MOST_Z
    assert z_of(people.moments, 1, 6.0) == pytest.approx(math.log(7 / 6) / LEAST_SD)


def test_what_changed_becomes_the_population():
    people = learned([1.0] * 1000 + [9.0] * 1000, [MEMORY / 400] * 2000)
    old = (400 / 401) ** 1000  # each value learned takes one part of 401
    mean = old * math.log1p(1.0) + (1 - old) * math.log1p(9.0)
    assert typical(people.moments, 1) == pytest.approx(math.expm1(mean), rel=1e-3)
    assert people.moments[1, WEIGHT] == pytest.approx(MEMORY + MEMORY / 400)


def test_restored_it_goes_on_alike():
    one, other = learned([1.0, 7.0, 3.0], [1.0, 2.0, 0.5]), Population(2)
    other.restore(one.snapshot())
    for people in (one, other):
        learn(people.moments, 1, 4.0, 1.0)
    assert one.moments.tobytes() == other.moments.tobytes()
