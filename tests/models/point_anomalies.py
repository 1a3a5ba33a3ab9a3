"""Streams with point anomalies: clusters that drift, heavy tails, bursts, a change of everything."""

import numpy as np


def drifting(seed: int, rows: int = 8000, features: int = 6) -> tuple[np.random.Generator, np.ndarray]:
    """Three clusters that move over several of their widths."""
    rng = np.random.default_rng(seed)
    centre = rng.normal(0, 5, (3, features))
    cluster = rng.choice(3, rows, p=[0.6, 0.3, 0.1])
    matrix = centre[cluster] + rng.normal(0, 1, (rows, features)) * rng.uniform(0.3, 1.5, (3, features))[cluster]
    return rng, matrix + np.linspace(0, 1, rows)[:, np.newaxis] * rng.normal(0, 3, features)


def drifting_with_burst(seed: int, burst: int = 1500) -> tuple[np.ndarray, np.ndarray]:
    """One row in a hundred anywhere, and a burst of near-identical rows in the middle: rows, bad."""
    rng, matrix = drifting(seed)
    bad = rng.random(len(matrix)) < 0.01
    matrix[bad] = rng.uniform(-12, 12, (bad.sum(), matrix.shape[1]))
    middle = slice(len(matrix) // 2, len(matrix) // 2 + burst)
    matrix[middle] = rng.normal(0, 10, matrix.shape[1]) + rng.normal(0, 0.05, (burst, matrix.shape[1]))
    bad[middle] = True
    return matrix, bad


def heavy_tailed(seed: int, rows: int = 8000) -> tuple[np.ndarray, np.ndarray]:
    """Correlated amounts, lognormal; two in a hundred have some of them tenfold: rows, bad."""
    rng = np.random.default_rng(seed)
    matrix = np.exp(rng.normal(0, 1, (rows, 6)) @ rng.normal(0, 0.4, (6, 6)))
    bad = rng.random(rows) < 0.02
    raised = bad[:, np.newaxis] & (rng.random(matrix.shape) < 0.4)
    return np.where(raised, 10 * matrix, matrix), bad


def whole_numbers(seed: int, rows: int = 8000) -> tuple[np.ndarray, np.ndarray]:
    """Counts with a constant column; seven in a hundred, from the first row on, in three tight groups."""
    rng = np.random.default_rng(seed)
    matrix = np.round(rng.standard_t(3, (rows, 8)) * rng.uniform(1, 40, 8))
    bad = rng.random(rows) < 0.07
    group = rng.normal(0, 120, (3, 8))[rng.integers(0, 3, rows)]
    matrix[bad] = np.round(group + rng.normal(0, 8, matrix.shape))[bad]
    matrix[:, 1] = 7
    return matrix, bad
