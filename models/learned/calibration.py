"""Calibration: scores made into probabilities, and how far to trust them."""

from dataclasses import dataclass

import numpy as np

from models.learned.bad_model import BadModel
from models.learned.log_odds import BOUND, checked, log_odds, probability

#: Beyond the outermost knots log-odds go on with this slope (ours): little trust, but no ties.
_OUTER_SLOPE = 0.1
_Z = 1.959964  # 97.5 % quantile of the normal distribution


@dataclass(frozen=True)
class Calibration:
    """A monotone map of log-odds, linear between knots.

    Attributes
    ----------
    knots : ndarray of float64, shape (k,), rising
    values : ndarray of float64, shape (k,), not falling
    """

    knots: np.ndarray
    values: np.ndarray

    def apply(self, score: np.ndarray) -> np.ndarray:
        """Calibrated log-odds of log-odds; constant beyond the knots."""
        return np.interp(score, self.knots, self.values)

    def to_arrays(self) -> dict[str, np.ndarray]:
        return {"knots": self.knots, "values": self.values}


def read_calibration(arrays: dict[str, np.ndarray]) -> Calibration:
    """What :meth:`Calibration.to_arrays` gave.

    Raises
    ------
    BadModel
        Missing, of another type or shape, not finite, not monotone.
    """
    knots = checked(arrays, "knots", np.float64, (None,))
    values = checked(arrays, "values", np.float64, (knots.size,))
    if knots.size < 2 or (np.diff(knots) <= 0).any() or (np.diff(values) < 0).any():
        raise BadModel("a calibration needs two knots or more that rise, with values that do not fall")
    return Calibration(knots, values)


def fit_platt(score: np.ndarray, label: np.ndarray) -> Calibration:
    """Platt's sigmoid, for few labels: log-odds ``a * score + b``.

    Fitted by Newton's method to Platt's smoothed targets (Platt 1999; Lin, Lin and Weng 2007).

    Parameters
    ----------
    score : ndarray of float, shape (n,)
        Log-odds of rows the model was not trained on.
    label : ndarray of bool, shape (n,)

    Raises
    ------
    BadModel
        One class only, or higher scores are not likelier to be positive.
    """
    score, label = _two_classes(score, label)
    positive, negative = label.sum(), (~label).sum()
    target = np.where(label, (positive + 1) / (positive + 2), 1 / (negative + 2))
    design = np.column_stack([score, np.ones(score.size)])
    # From a flat line at the prior: the loss is convex, and steps that do not improve are halved.
    weights = np.array([0.0, float(log_odds(target.mean()))])
    loss = _log_loss(design @ weights, target)
    for _ in range(100):
        p = probability(design @ weights)
        curvature = (design * (p * (1 - p))[:, None]).T @ design + 1e-10 * np.eye(2)
        step = np.linalg.solve(curvature, design.T @ (p - target))
        while (after := _log_loss(design @ (weights - step), target)) > loss and np.abs(step).max() > 1e-12:
            step = step / 2
        weights = weights - step
        if loss - after < 1e-12 * score.size:
            break
        loss = after
    if weights[0] <= 0:
        raise BadModel(f"higher scores are not likelier to be positive (slope {weights[0]:.3g}): a model of no use")
    # The knots stand where the line reaches the bounds, or clipping its ends would bend it.
    ends = np.array([-BOUND, BOUND])
    return Calibration((ends - weights[1]) / weights[0], ends)


def fit_isotonic(score: np.ndarray, label: np.ndarray) -> Calibration:
    """Centred isotonic regression, for some thousands of labels or more.

    Blocks of isotonic regression become knots at their mean score, so that the map rises between
    them (Oron and Flournoy, *Centered isotonic regression*, 2017). Rates of 0 and 1 give way by
    half a case.

    Parameters and errors as for :func:`fit_platt`.
    """
    # Imported late: workers that only score do without scikit-learn.
    from sklearn.isotonic import IsotonicRegression

    score, label = _two_classes(score, label)
    fitted = IsotonicRegression(y_min=0, y_max=1).fit_transform(score, label)
    rates, block = np.unique(fitted, return_inverse=True)
    if rates.size < 2:
        raise BadModel("higher scores are not likelier to be positive: a model of no use")
    count = np.bincount(block)
    half = 0.5 / (count + 1)
    knots = np.bincount(block, score) / count
    values = np.maximum.accumulate(log_odds(np.clip(rates, half, 1 - half)))
    low, high = max(BOUND + knots[0], 0.0), max(BOUND - knots[-1], 0.0)
    if low:
        knots, values = np.append(-BOUND, knots), np.append(values[0] - _OUTER_SLOPE * low, values)
    if high:
        knots, values = np.append(knots, BOUND), np.append(values, values[-1] + _OUTER_SLOPE * high)
    return Calibration(knots, values)


def _two_classes(score: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    score, label = np.asarray(score, np.float64), np.asarray(label, bool)
    if score.shape != label.shape or not np.isfinite(score).all():
        raise BadModel("calibration needs one finite score for each label")
    if label.all() or not label.any():
        raise BadModel("calibration needs labels of both classes")
    return np.clip(score, -BOUND, BOUND), label


def _log_loss(score: np.ndarray, target: np.ndarray) -> float:
    return float((np.logaddexp(0, score) - target * score).sum())


def brier(share: np.ndarray, label: np.ndarray) -> float:
    """Brier score: mean squared error of probabilities, 0 is perfect (Brier 1950)."""
    return float(np.mean((np.asarray(share, np.float64) - label) ** 2))


@dataclass(frozen=True)
class ReliabilityBin:
    """Rows of similar probability: what was foretold and what came.

    `low` and `high` are the ends of Wilson's 95 % interval of `rate`.
    """

    rows: int
    foretold: float
    rate: float
    low: float
    high: float


def reliability(share: np.ndarray, label: np.ndarray, bins: int = 10) -> list[ReliabilityBin]:
    """Reliability table: bins of equally many rows, by rising probability.

    Parameters
    ----------
    share : ndarray of float, shape (n,), within [0, 1]
    label : ndarray of bool, shape (n,)
    bins : int
        At most; fewer when there are fewer rows.
    """
    order = np.argsort(share, kind="stable")
    table = []
    for rows in np.array_split(order, min(bins, order.size)) if order.size else []:
        n, rate = rows.size, float(np.mean(label[rows]))
        middle = (rate + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * float(np.sqrt(rate * (1 - rate) / n + _Z**2 / (4 * n**2)))
        foretold = float(np.mean(share[rows]))
        table.append(ReliabilityBin(n, foretold, rate, max(middle - half, 0.0), min(middle + half, 1.0)))
    return table
