"""Ranking figures against their definitions, counted by hand or pair by pair."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.ranking_metrics import ranking, top


def slow_auc(score, bad) -> float:
    pairs = [(g, b) for g, is_bad in zip(score, bad) if not is_bad for b, other in zip(score, bad) if other]
    return sum(1.0 if b > g else 0.5 if b == g else 0.0 for g, b in pairs) / len(pairs)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=25))
def test_auc_is_the_share_of_pairs_in_order(rows):
    score, bad = np.array([r[0] for r in rows], float), np.array([r[1] for r in rows])
    auc, precision = ranking(score, bad)
    if bad.all() or not bad.any():
        assert math.isnan(auc) and math.isnan(precision)
    else:
        assert auc == pytest.approx(slow_auc(score, bad))


def test_average_precision_by_hand():
    bad = np.array([True, False, True, False])
    # In order of score: bad, good, bad, good; precision 1 at the first bad one, 2/3 at the second.
    assert ranking(np.array([0.9, 0.8, 0.7, 0.1]), bad)[1] == pytest.approx((1 + 2 / 3) / 2)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(0, 40))
def test_the_highest_scores_each_once(scores, alerts):
    score = np.array(scores, float)
    chosen = top(score, alerts)
    assert len(set(chosen.tolist())) == len(chosen) == min(alerts, len(scores))
    assert sorted(score[chosen], reverse=True) == sorted(scores, reverse=True)[:alerts]


def test_ties_are_broken_by_lot_and_the_lot_by_the_seed():
    score = np.zeros(1000)
    first = [top(score, 100, seed).tolist() for seed in (1, 1, 2)]
    assert first[0] == first[1] != first[2]
    assert 400 < np.mean([k for seed in range(20) for k in top(score, 100, seed)]) < 600
