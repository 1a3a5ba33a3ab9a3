"""Figures and intervals from counts against those from rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from benchmarks.detection.bootstrap import interval
from benchmarks.detection.ranking_figures import ranking_figures


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=40))
def test_like_scikit_learn_with_ties(rows):
    score, bad = np.array([r[0] for r in rows], float), np.array([r[1] for r in rows])
    if bad.all() or not bad.any():
        return
    figures = ranking_figures(score, bad, resamples=2)
    assert figures["roc_auc"] == pytest.approx(roc_auc_score(bad, score))
    assert figures["average_precision"] == pytest.approx(average_precision_score(bad, score))


def test_intervals_like_those_of_drawn_rows():
    rng = np.random.default_rng(1)
    bad = rng.random(3000) < 0.02
    score = np.round(rng.normal(size=3000) + 1.5 * bad, 1)
    figures = ranking_figures(score, bad, resamples=1000)
    for name, figure in (("roc_auc", roc_auc_score), ("average_precision", average_precision_score)):
        low, high = interval(lambda s, b, figure=figure: figure(b, s), score, bad, resamples=400)
        width = high - low
        assert figures[f"{name}_low"] == pytest.approx(low, abs=0.15 * width)
        assert figures[f"{name}_high"] == pytest.approx(high, abs=0.15 * width)
