"""The score of a row by all others, against regressions that really leave the row out."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from benchmarks.detection.left_out_regression import left_out_scores, without_each


def test_every_row_as_if_it_had_been_left_out():
    rng = np.random.default_rng(0)
    points, target = rng.normal(size=(30, 4)), rng.normal(size=30)
    kernel = np.exp(-np.abs(points[:, None] - points[None]).sum(axis=2))
    noisy = kernel + 0.3 * np.eye(30)
    left_out, pull = without_each(noisy, target)
    assert noisy @ pull == pytest.approx(target)
    for row in range(30):
        rest = np.arange(30) != row
        alone = kernel[row, rest] @ np.linalg.solve(noisy[np.ix_(rest, rest)], target[rest])
        assert left_out[row] == pytest.approx(alone)


def test_labels_by_lot_stay_unknown_to_the_rows_themselves():
    rng = np.random.default_rng(1)
    rows, fraud = rng.normal(size=(400, 8)), rng.random(400) < 0.3
    left_out, again = left_out_scores(rows, fraud, rows)
    assert roc_auc_score(fraud, again) > 0.99  # rows learned from: why they are left out
    assert 0.35 < roc_auc_score(fraud, left_out) < 0.65


def test_rows_and_rows_asked_get_scores_of_one_scale():
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(800, 6))
    fraud = rows[:, 0] + 0.3 * rng.normal(size=800) > 0.5
    left_out, asked = left_out_scores(rows[:400], fraud[:400], rows[400:])
    assert roc_auc_score(fraud[400:], asked) > 0.9
    for bad in (True, False):
        assert left_out[fraud[:400] == bad].mean() == pytest.approx(asked[fraud[400:] == bad].mean(), abs=0.05)
