"""ROC-AUC and average precision with bootstrap intervals, at a cost that does not grow with the good rows."""

import numpy as np

from benchmarks.detection.bootstrap import RESAMPLES
from benchmarks.detection.rng import rng_of


def ranking_figures(score: np.ndarray, bad: np.ndarray, resamples: int = RESAMPLES) -> dict[str, float]:
    """``roc_auc`` and ``average_precision``, and of each the ends ``_low`` and ``_high`` of the 95 % interval.

    Bad and good rows are drawn separately, with replacement (stratified, seed 0). Both figures
    depend on the good rows only through how many stand between two neighbouring scores of bad rows
    or level with one, so these counts are drawn, not rows.

    Parameters
    ----------
    score : ndarray of float, shape (n,)
    bad : ndarray of bool, shape (n,)
        With at least one true and one false.
    """
    levels, hits = np.unique(score[bad], return_counts=True)
    good = score[~bad]
    # Cell 2k lies below level k and above the one before, cell 2k + 1 is level with it.
    cell = np.searchsorted(levels, good, "left") + np.searchsorted(levels, good, "right")
    others = np.bincount(cell, minlength=2 * levels.size + 1)
    rng = rng_of(0, "bootstrap")
    drawn_hits = rng.multinomial(hits.sum(), hits / hits.sum(), size=resamples)
    drawn_others = rng.multinomial(others.sum(), others / others.sum(), size=resamples)
    figures = {}
    for name, figure in (("roc_auc", _roc_auc), ("average_precision", _average_precision)):
        low, high = np.quantile(figure(drawn_hits, drawn_others), [0.025, 0.975])
        figures[name] = float(figure(hits[np.newaxis], others[np.newaxis])[0])
        figures |= {f"{name}_low": float(low), f"{name}_high": float(high)}
    return figures


def _roc_auc(hits: np.ndarray, others: np.ndarray) -> np.ndarray:
    below = np.cumsum(others, axis=1)[:, :-1:2]
    level = others[:, 1::2]
    pairs = hits.sum(axis=1) * others.sum(axis=1)
    return (hits * (below + 0.5 * level)).sum(axis=1) / pairs


def _average_precision(hits: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Mean over bad rows of the precision among all rows scored as high or higher."""
    found = np.cumsum(hits[:, ::-1], axis=1)[:, ::-1]
    alarms = np.cumsum(others[:, ::-1], axis=1)[:, ::-1][:, 1::2]
    return (hits * (found / np.maximum(found + alarms, 1))).sum(axis=1) / hits.sum(axis=1)
