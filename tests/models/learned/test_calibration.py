"""Probabilities come out as they should, whatever the scores were."""

import numpy as np
import pytest

from models.learned.bad_model import BadModel
from models.learned.calibration import brier, fit_isotonic, fit_platt, read_calibration, reliability
from models.learned.log_odds import BOUND, log_odds, probability


def overconfident(seed=0, rows=6000):
    """Scores whose true log-odds are half of them, less one."""
    rng = np.random.default_rng(seed)
    score = rng.normal(0, 3, rows)
    return score, rng.random(rows) < probability(0.5 * score - 1)


@pytest.mark.parametrize("fit", [fit_platt, fit_isotonic])
def test_a_calibrated_score_foretells_what_comes(fit):
    calibration = fit(*overconfident())
    score, label = overconfident(seed=1)
    before, after = probability(score), probability(calibration.apply(score))
    true = probability(0.5 * score - 1)
    assert np.abs(after - true).mean() < 0.02 < 0.1 < np.abs(before - true).mean()
    assert brier(after, label) < brier(before, label) - 0.03
    inside = [b.low <= b.foretold <= b.high for b in reliability(after, label)]
    assert sum(inside) >= 8
    assert sum(b.low <= b.foretold <= b.high for b in reliability(before, label)) <= 3


@pytest.mark.parametrize("fit", [fit_platt, fit_isotonic])
def test_the_order_of_scores_is_kept(fit):
    calibration = fit(*overconfident(rows=400))
    rising = calibration.apply(np.linspace(-BOUND, BOUND, 4001))
    assert (np.diff(rising) >= 0).all()
    assert rising[0] < rising[1] and rising[-2] < rising[-1], "no ties among the extreme"
    assert (np.diff(rising) == 0).mean() < 0.1


@pytest.mark.parametrize(("slope", "shift"), [(3.0, -4.0), (0.5, 2.0), (1.0, 0.0)])
def test_platt_is_a_straight_line_however_steep(slope, shift):
    rng = np.random.default_rng(4)
    score = rng.normal(-shift / slope, 3 / slope, 40_000)
    label = rng.random(score.size) < 1 / (1 + np.exp(-(slope * score + shift)))
    middle = -shift / slope + np.linspace(-2, 2, 5) / slope
    np.testing.assert_allclose(fit_platt(score, label).apply(middle), slope * middle + shift, atol=0.15)


def test_platt_finds_the_slope_and_the_shift():
    calibration = fit_platt(*overconfident())
    low, high = calibration.apply(np.array([-4.0, 4.0]))
    assert (high - low) / 8 == pytest.approx(0.5, abs=0.03)
    assert (high + low) / 2 == pytest.approx(-1, abs=0.1)


@pytest.mark.parametrize("fit", [fit_platt, fit_isotonic])
def test_separable_labels_stay_finite(fit):
    score = np.linspace(-5, 5, 40)
    calibration = fit(score, score > 0)
    share = probability(calibration.apply(score))
    assert share[0] < 0.1 and share[-1] > 0.9
    assert (share > 0).all() and (share < 1).all()


@pytest.mark.parametrize("fit", [fit_platt, fit_isotonic])
@pytest.mark.parametrize(
    ("score", "label"),
    [
        ([1.0, 2.0], [True, True]),
        ([1.0, np.nan], [True, False]),
        ([1.0, 2.0, 3.0], [True, False]),
        (np.arange(20.0), np.arange(20) < 10),
    ],
    ids=["one class", "nan", "lengths", "upside down"],
)
def test_what_cannot_be_calibrated_is_refused(fit, score, label):
    with pytest.raises(BadModel):
        fit(np.array(score), np.array(label))


def test_brier_and_reliability_by_hand():
    share, label = np.array([0.1, 0.9, 0.2, 0.8]), np.array([False, True, True, True])
    assert brier(share, label) == pytest.approx((0.01 + 0.01 + 0.64 + 0.04) / 4)
    low, high = reliability(share, label, bins=2)
    assert (low.rows, low.foretold, low.rate) == (2, pytest.approx(0.15), 0.5)
    assert (high.rows, high.foretold, high.rate, high.high) == (2, pytest.approx(0.85), 1.0, 1.0)
    # Wilson's interval of 2 out of 2: (0.342, 1).
    assert high.low == pytest.approx(0.342, abs=1e-3)
    assert reliability(np.empty(0), np.empty(0, bool)) == []


@pytest.mark.parametrize(
    ("knots", "values"),
    [([0.0], [0.0]), ([0.0, 0.0], [0.0, 1.0]), ([0.0, 1.0], [1.0, 0.0]), ([0.0, np.inf], [0.0, 1.0]), ([0, 1], [0, 1])],
)
def test_maps_that_are_not_monotone_are_refused(knots, values):
    with pytest.raises(BadModel):
        read_calibration({"knots": np.array(knots), "values": np.array(values)})


def test_log_odds_and_probability_are_inverse_and_finite():
    share = np.array([0.0, 1e-9, 0.25, 0.5, 0.999, 1.0])
    assert np.abs(probability(log_odds(share)) - share).max() < 2e-9
    assert probability(np.array([-1e4, 1e4])).tolist() == [0.0, 1.0]
