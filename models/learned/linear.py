"""A linear model of log-odds over transformed features."""

from dataclasses import dataclass

import numba
import numpy as np

from models.learned.bad_model import BadModel
from models.learned.log_odds import checked

#: Transforms of a feature, after clipping.
IDENTITY, LOG1P = 0, 1
_FINITE = np.finfo(np.float32)


@dataclass(frozen=True)
class LinearModel:
    """``bias + sum(slope * (transform(clip(x, low, high)) - centre))``.

    It works when log-odds rise or fall steadily with each (transformed) feature, and misleads when
    only a combination of features tells: no interactions. A missing feature (NaN) counts as its
    centre, so it speaks neither for nor against.

    Attributes
    ----------
    bias : float
        Log-odds of a row whose features all lie at their centres.
    slope, centre : ndarray of float64, shape (features,)
        `slope` is weight by standard deviation, 0 for a feature that never varied.
    transform : ndarray of uint8, shape (features,)
        `IDENTITY` or `LOG1P`.
    low, high : ndarray of float32, shape (features,)
        Clipping, before the transform; `LOG1P` needs ``low > -1`` and has 0 by default.
    """

    bias: float
    slope: np.ndarray
    centre: np.ndarray
    transform: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def features(self) -> int:
        return self.slope.size

    def log_odds(self, matrix: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Log-odds of rows.

        Parameters
        ----------
        matrix : ndarray of float32, shape (n, m)
        columns : ndarray of int64, shape (features,)
            Where each feature of the model stands in the matrix.

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        out = np.empty(len(matrix))
        _score(matrix, columns, self.bias, *self._arrays(), out)
        return out

    def contributions(self, row: np.ndarray) -> tuple[float, np.ndarray]:
        """Base and share of each feature, float64, shape (features,); together the row's log-odds.

        Parameters
        ----------
        row : ndarray of float32, shape (features,)
        """
        shares = np.empty(self.features)
        _share(np.ascontiguousarray(row, np.float32), *self._arrays(), shares)
        return self.bias, shares

    def _arrays(self) -> tuple[np.ndarray, ...]:
        return self.slope, self.centre, self.transform, self.low, self.high

    def to_arrays(self) -> tuple[dict[str, np.ndarray], dict]:
        names = ("slope", "centre", "transform", "low", "high")
        return dict(zip(names, self._arrays())), {"bias": self.bias}


def build_linear(
    weights: np.ndarray,
    bias: float,
    centre: np.ndarray | None = None,
    scale: np.ndarray | None = None,
    transform: np.ndarray | None = None,
    low: np.ndarray | None = None,
    high: np.ndarray | None = None,
) -> LinearModel:
    """A linear model from weights over standardised features, as libraries fit them.

    Parameters
    ----------
    weights, centre, scale : ndarray of float, shape (features,)
        Weight, mean and standard deviation of each transformed feature; a scale of 0 mutes it.
    bias : float
    transform, low, high
        As in :class:`LinearModel`.
    """
    n = weights.size
    scale = np.ones(n) if scale is None else np.asarray(scale, np.float64)
    arrays = {
        "slope": np.divide(weights, scale, out=np.zeros(n), where=scale != 0),
        "centre": np.zeros(n) if centre is None else np.asarray(centre, np.float64),
        "transform": np.full(n, IDENTITY, np.uint8) if transform is None else transform.astype(np.uint8),
        "low": np.full(n, _FINITE.min, np.float32) if low is None else np.asarray(low, np.float32),
        "high": np.full(n, _FINITE.max, np.float32) if high is None else np.asarray(high, np.float32),
    }
    if low is None:
        arrays["low"][arrays["transform"] == LOG1P] = 0
    return read_linear(arrays, {"bias": float(bias)}, n)


def read_linear(arrays: dict[str, np.ndarray], meta: dict, features: int) -> LinearModel:
    """What :meth:`LinearModel.to_arrays` gave.

    Raises
    ------
    BadModel
        Anything missing, of another type or shape, or not finite; clipping that leaves nothing.
    """
    bias = meta.get("bias")
    if not isinstance(bias, float) or not np.isfinite(bias):
        raise BadModel(f"the bias of a linear model must be a finite number, got {bias!r}")
    one = (features,)
    transform = checked(arrays, "transform", np.uint8, one)
    low, high = (checked(arrays, name, np.float32, one) for name in ("low", "high"))
    if (transform > LOG1P).any():
        raise BadModel(f"transforms are {IDENTITY} (none) and {LOG1P} (log1p), got {sorted(set(transform.tolist()))}")
    if (low > high).any() or (low[transform == LOG1P] <= -1).any():
        raise BadModel("clipping of a linear model must have low <= high, and low > -1 before log1p")
    slope, centre = (checked(arrays, name, np.float64, one) for name in ("slope", "centre"))
    return LinearModel(bias, slope, centre, transform, low, high)


@numba.njit(cache=True, nogil=True)
def _share_of(x, slope, centre, transform, low, high):
    if np.isnan(x):
        return 0.0
    value = np.float64(min(max(x, low), high))
    return slope * ((np.log1p(value) if transform == LOG1P else value) - centre)


@numba.njit(cache=True, nogil=True)
def _score(matrix, columns, bias, slope, centre, transform, low, high, out):
    for r in range(matrix.shape[0]):
        total = bias
        for k in range(columns.size):
            total += _share_of(matrix[r, columns[k]], slope[k], centre[k], transform[k], low[k], high[k])
        out[r] = total


@numba.njit(cache=True, nogil=True)
def _share(row, slope, centre, transform, low, high, out):
    for k in range(row.size):
        out[k] = _share_of(row[k], slope[k], centre[k], transform[k], low[k], high[k])
