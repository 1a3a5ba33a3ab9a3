"""Prequential figures: every label is held against the score given before it was learned."""

import math
from collections import deque
from dataclasses import dataclass
from math import nan

import numpy as np
from sklearn.metrics import roc_auc_score

#: Loss of one label is clipped here, in nats, and divided by it where [0, 1] is wanted (ours).
MOST_LOSS = 6.0


@dataclass(frozen=True)
class Prequential:
    """Rolling figures over the last labels.

    Attributes
    ----------
    confirmed, cleared, presumed : int
        How many of each are in the window.
    auc : float
        ROC-AUC of confirmed against all others. Rows that nobody looked at count as normal, the
        suspicious ones too: what is undiscovered fraud among them lowers it.
    auc_verdicts : float
        ROC-AUC of confirmed against cleared alone.
    log_loss : float
        Mean of the classes' mean log losses, nats; 0.693 for a model that knows nothing.
    precision_at_budget : float
        Share of confirmed among the `budget` highest scores.
    """

    confirmed: int
    cleared: int
    presumed: int
    auc: float
    auc_verdicts: float
    log_loss: float
    precision_at_budget: float


def log_loss(score: float, label: int) -> float:
    """Loss of one label, nats, within [0, `MOST_LOSS`].

    >>> round(log_loss(0.5, 1), 3)
    0.693
    """
    right = score if label else 1.0 - score
    return min(-math.log(max(right, 1e-12)), MOST_LOSS)


class RollingEvaluation:
    """The last `window` verdicts, and the last `window` presumptions, with their scores.

    Apart, because presumptions come by the hundred for each verdict and would push them out.
    """

    def __init__(self, window: int, budget: int):
        self._rows = {by_verdict: deque(maxlen=window) for by_verdict in (True, False)}
        self._budget = budget

    def take(self, score: float, label: int, by_verdict: bool) -> None:
        self._rows[by_verdict].append((score, label))

    def figures(self) -> Prequential:
        """The figures now; nan where a class is missing. O(window log window)."""
        rows = [*self._rows[True], *self._rows[False]]
        if not rows:
            return Prequential(0, 0, 0, nan, nan, nan, nan)
        score = np.array([row[0] for row in rows])
        bad = np.array([row[1] for row in rows], bool)
        judged = np.arange(len(rows)) < len(self._rows[True])
        losses = np.array([log_loss(s, y) for s, y in rows])
        top = np.argsort(-score, kind="stable")[: self._budget]
        return Prequential(
            int(bad.sum()),
            int((judged & ~bad).sum()),
            int((~judged).sum()),
            _auc(score, bad),
            _auc(score[judged], bad[judged]),
            float((losses[bad].mean() + losses[~bad].mean()) / 2) if bad.any() and not bad.all() else nan,
            float(bad[top].mean()),
        )

    def snapshot(self) -> dict[str, np.ndarray]:
        arrays = {}
        for by_verdict, rows in self._rows.items():
            score, label = zip(*rows) if rows else ((), ())
            name = "judged" if by_verdict else "presumed"
            arrays |= {f"{name}.score": np.array(score, np.float64), f"{name}.label": np.array(label, np.int8)}
        return arrays

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for by_verdict, rows in self._rows.items():
            name = "judged" if by_verdict else "presumed"
            rows.extend(zip(arrays[f"{name}.score"].tolist(), arrays[f"{name}.label"].tolist()))


def _auc(score: np.ndarray, bad: np.ndarray) -> float:
    if bad.all() or not bad.any():
        return nan
    return float(roc_auc_score(bad, score))
