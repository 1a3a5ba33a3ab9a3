"""How well scores rank cards: area, average precision, and what an alert budget catches."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score


@dataclass(frozen=True)
class BudgetPoint:
    """What happens when the `alerts` cards with the highest scores are looked at.

    Attributes
    ----------
    alerts : int
    threshold : float
        Score of the last of them.
    precision, recall : float
    median_delay_h : float
        From a bad card's first bad event to its first score at the threshold, median over the bad
        cards caught, hours; nan when none is.
    """

    alerts: int
    threshold: float
    precision: float
    recall: float
    median_delay_h: float


def ranking(score: np.ndarray, bad: np.ndarray) -> tuple[float, float]:
    """ROC-AUC and average precision of scores, shape (n,), against truth, bool, shape (n,).

    Both are nan when all cards are bad or none is.
    """
    if bad.all() or not bad.any():
        return float("nan"), float("nan")
    return float(roc_auc_score(bad, score)), float(average_precision_score(bad, score))


def top(score: np.ndarray, alerts: int, seed: int = 0) -> np.ndarray:
    """Indices of the `alerts` highest scores; ties are broken by a seeded draw, not by order."""
    lottery = np.random.default_rng(seed).random(score.size)
    return np.lexsort((lottery, -score))[:alerts]
