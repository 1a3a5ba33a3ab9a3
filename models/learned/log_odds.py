"""Probability and log-odds, and the checks that arrays of a model must pass."""

import numpy as np

from models.learned.bad_model import BadModel

#: Log-odds are kept within this: a probability of 1e-9 from either end.
BOUND = 20.72


def probability(log_odds: np.ndarray) -> np.ndarray:
    """Logistic function of finite log-odds, float64, without overflow."""
    small = np.exp(-np.abs(log_odds))
    return np.where(log_odds >= 0, 1.0, small) / (1.0 + small)


def log_odds(share: np.ndarray) -> np.ndarray:
    """Log-odds of probabilities in [0, 1], within ±`BOUND`."""
    share = np.asarray(share, np.float64)
    with np.errstate(divide="ignore"):
        return np.clip(np.log(share) - np.log1p(-share), -BOUND, BOUND)


def checked(arrays: dict, name: str, dtype, shape: tuple[int | None, ...], finite: bool = True) -> np.ndarray:
    """The array `name`, C-contiguous, if it has the dtype and shape (None = any length).

    Raises
    ------
    BadModel
        Missing, another dtype or shape, or a value that is not finite where `finite`.
    """
    array = arrays.get(name)
    if not isinstance(array, np.ndarray):
        raise BadModel(f"the model lacks the array {name!r}; it has {sorted(arrays)}")
    if array.dtype != np.dtype(dtype):
        raise BadModel(f"the model's array {name!r} must be {np.dtype(dtype)}, got {array.dtype}")
    if array.ndim != len(shape) or any(want not in (None, got) for want, got in zip(shape, array.shape)):
        raise BadModel(f"the model's array {name!r} must have shape {shape}, got {array.shape}")
    if finite and not np.isfinite(array).all():
        raise BadModel(f"the model's array {name!r} holds values that are not finite; train it anew")
    return np.ascontiguousarray(array)
