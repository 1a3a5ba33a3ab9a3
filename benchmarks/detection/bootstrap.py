"""Confidence intervals by resampling."""

from collections.abc import Callable

import numpy as np

from benchmarks.detection.rng import rng_of

RESAMPLES = 200


def interval(
    figure: Callable[[np.ndarray, np.ndarray], float], score: np.ndarray, bad: np.ndarray, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Ends of the 95 % bootstrap interval of a figure.

    Bad and good cases are drawn separately, with replacement (stratified, seed 0).

    Parameters
    ----------
    figure : callable
        (score, bad) to a number.
    score : ndarray of float, shape (n,)
    bad : ndarray of bool, shape (n,)
    """
    rng = rng_of(0, "bootstrap")
    groups = [np.flatnonzero(bad), np.flatnonzero(~bad)]
    figures = []
    for _ in range(resamples):
        drawn = np.concatenate([rng.choice(group, group.size) for group in groups])
        figures.append(figure(score[drawn], bad[drawn]))
    low, high = np.quantile(figures, [0.025, 0.975])
    return float(low), float(high)
