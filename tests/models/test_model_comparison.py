"""The comparison of two models, against scikit-learn, and on what is known beforehand."""

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from models.model_comparison import LEAST, Decision, compare, weighted_ranking


@pytest.mark.parametrize("steps", [3, 20, 10_000])
def test_ranking_under_weights_is_that_of_scikit_learn(steps):
    rng = np.random.default_rng(steps)
    score, bad = rng.integers(0, steps, 300) / steps, rng.random(300) < 0.2
    weight = rng.multinomial(300, np.full(300, 1 / 300), 7).astype(float)
    auc, average = weighted_ranking(score, bad, weight)
    for k in range(7):
        assert auc[k] == pytest.approx(roc_auc_score(bad, score, sample_weight=weight[k]))
        assert average[k] == pytest.approx(average_precision_score(bad, score, sample_weight=weight[k]))


def test_one_sort_of_cards_or_none_gives_no_figures_and_no_decision():
    for n in (0, 1, 50):
        told = compare(np.full(n, 0.5), np.full(n, 0.6), np.zeros(n, bool))
        assert told.decision is Decision.UNDECIDED and math.isnan(told.champion.auc.value)
        assert (told.confirmed, told.cleared) == (0, n)


def test_a_model_compared_with_itself_is_neither_better_nor_worse():
    rng = np.random.default_rng(3)
    bad = rng.random(2000) < 0.4
    score = np.clip(rng.random(2000) + 0.2 * bad, 0, 1)
    told = compare(score, score, bad)
    assert told.decision is Decision.UNDECIDED
    assert told.difference.auc.value == told.difference.average_precision.low == 0.0


def test_noise_is_called_better_or_worse_as_seldom_as_the_interval_says():
    rng = np.random.default_rng(11)
    decided = 0
    for trial in range(100):
        bad = rng.random(200) < 0.4
        base = 0.2 * bad + rng.random(200)
        champion, shadow = (np.clip(base + 0.3 * rng.random(200), 0, 2) / 2 for _ in range(2))
        decided += compare(champion, shadow, bad, seed=trial).decision is not Decision.UNDECIDED
    assert decided <= 12, "of a hundred, about five"


def test_too_few_verdicts_decide_nothing_however_clear_they_are():
    def clear(n):
        bad = np.arange(2 * n) < n
        return compare(1.0 - bad, bad * 1.0, bad).decision

    assert clear(LEAST) is Decision.BETTER and clear(LEAST - 1) is Decision.UNDECIDED


def test_better_in_one_way_and_worse_in_the_other_is_not_decided():
    """The shadow puts most of the bad on top and the rest at the very end."""
    bad = np.arange(2000) < 400
    rng = np.random.default_rng(1)
    champion = np.where(bad, rng.uniform(0.5, 0.7, 2000), rng.uniform(0.0, 0.75, 2000))
    shadow = np.where(bad, np.where(rng.random(2000) < 0.7, 1.0, 0.0), rng.uniform(0.1, 0.9, 2000))
    told = compare(champion, shadow, bad)
    assert told.difference.average_precision.low > 0 > told.difference.auc.high
    assert told.decision is Decision.UNDECIDED


def test_intervals_hold_the_figure_and_shrink_with_more_cards():
    rng = np.random.default_rng(2)

    def width(n):
        bad = rng.random(n) < 0.3
        told = compare(rng.random(n), np.clip(0.3 * bad + 0.7 * rng.random(n), 0, 1), bad).shadow
        for each in (told.auc, told.average_precision, told.brier):
            assert each.low < each.value < each.high
        return told.auc.high - told.auc.low

    assert width(4000) < width(200) / 3
