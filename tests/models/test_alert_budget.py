"""Levels from an alert budget: never more alerts than allowed, as many as ties let."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.alert_budget import BadBudget, levels_from_budget

BUDGET = {"blue": 40.0, "yellow": 20.0, "orange": 6.0, "red": 2.0}


def test_no_more_alerts_than_people_can_work():
    rng = np.random.default_rng(1)
    risk = rng.beta(0.3, 5, 20_000) * 1000
    levels = levels_from_budget(risk, days=7, people=10_000, budget=BUDGET)
    assert list(levels) == ["blue", "yellow", "orange", "red"]
    for label, per_day in BUDGET.items():
        alerts = (risk >= levels[label]).sum()
        assert 0.98 * per_day * 7 <= alerts <= per_day * 7


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([0.0, 1.0, 30.0, 500.0, 900.0, 995.0]), min_size=300, max_size=400))
def test_ties_stay_out_together_and_levels_rise(risk):
    risk = np.array(risk)
    levels = levels_from_budget(risk, 1, 10_000, BUDGET)
    values = list(levels.values())
    assert values == sorted(set(values)) and values[0] > 0 and values[-1] <= 1000
    assert all((risk >= least).sum() <= BUDGET[label] for label, least in levels.items())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"red": 7.0}, "fall from blue to red"),
        ({"red": 0.0}, "above 0"),
        ({"purple": 1.0}, "each of blue"),
        ({"blue": 4000.0}, "only 500 cards"),
    ],
)
def test_what_cannot_be_met_is_refused(change, words):
    with pytest.raises(BadBudget, match=words):
        levels_from_budget(np.linspace(1, 999, 500), 1, 10_000, BUDGET | change)


def test_more_cards_at_the_top_than_red_allows():
    with pytest.raises(BadBudget, match="share the highest"):
        levels_from_budget(np.full(100, 1000.0), 1, 10_000, BUDGET)
