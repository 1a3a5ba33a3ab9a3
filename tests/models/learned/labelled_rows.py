"""Rows with labels that depend on a few of their features, by themselves and together."""

import numpy as np


def labelled_rows(seed: int = 0, rows: int = 1500, features: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Float32 rows, at least 0, and bool labels."""
    rng = np.random.default_rng(seed)
    matrix = rng.gamma(1.0, 3.0, (rows, features)).astype(np.float32)
    matrix[rng.random(matrix.shape) < 0.1] = 0
    noise = rng.logistic(0, 0.7, rows)
    score = np.log1p(matrix[:, 0]) - 0.4 * matrix[:, 1] + 0.2 * matrix[:, 2] * (matrix[:, 3] > 2) + noise
    return matrix, score > 0


def with_gaps(matrix: np.ndarray, seed: int = 1, share: float = 0.2) -> np.ndarray:
    """A copy with missing values."""
    gaps = matrix.copy()
    gaps[np.random.default_rng(seed).random(matrix.shape) < share] = np.nan
    return gaps
