"""The gate before a new snapshot: verdicts held back, on which it must not do worse."""

from collections import deque
from dataclasses import dataclass
from math import nan

import numpy as np
from sklearn.metrics import roc_auc_score

from models.learned.bad_model import BadModel
from models.learned.calibration import Calibration, fit_platt
from models.learned.linear import LinearModel
from models.learned.log_odds import BOUND, log_odds, probability
from models.learned.online_evaluation import MOST_LOSS
from models.learned.online_rows import Labelled, below, pack_labelled, under, unpack_labelled
from models.learned.online_settings import LearnerSettings

_WHAT = ("confirmed", "cleared", "presumed")


@dataclass(frozen=True)
class Held:
    """How a model does on the rows held back, weighted; losses in nats.

    `loss` is the mean of the two classes' mean losses, so that many presumed normal rows do not
    outvote few confirmed ones.
    """

    confirmed: int
    normal: int
    auc: float
    loss: float
    loss_confirmed: float


@dataclass(frozen=True)
class GateAnswer:
    """`passed`, and why or why not, in a sentence; `champion` is None for a first candidate."""

    passed: bool
    reason: str
    candidate: Held
    champion: Held | None


class Gate:
    """Rows held back from learning, and the comparison of a candidate with the champion on them.

    Parameters
    ----------
    features : int
    settings : LearnerSettings
    """

    def __init__(self, features: int, settings: LearnerSettings):
        self._features = features
        self._settings = settings
        # Apart, so that many presumptions push no verdict out.
        self._held = {what: deque(maxlen=settings.held) for what in _WHAT}

    def hold(self, row: Labelled) -> None:
        what = "confirmed" if row.label else "cleared" if row.officer else "presumed"
        self._held[what].append(row)

    def _rows(self) -> tuple[list[Labelled], np.ndarray]:
        rows = [row for what in _WHAT for row in self._held[what]]
        return rows, np.arange(len(rows)) < len(self._held["confirmed"])

    def drop(self, entity: int) -> None:
        """Forget a card's rows: a later verdict on it overrules the earlier."""
        for what, rows in self._held.items():
            self._held[what] = deque((r for r in rows if r.sample.entity != entity), rows.maxlen)

    def judge(self, candidate: LinearModel, champion: LinearModel | None) -> GateAnswer:
        """Whether the candidate may follow the champion."""
        settings = self._settings
        new = self._figures(candidate)
        if min(new.confirmed, new.normal) < settings.gate_least:
            least = settings.gate_least
            reason = f"{new.confirmed} confirmed and {new.normal} normal rows held back, {least} of each are needed"
            return GateAnswer(False, reason, new, None)
        if champion is None:
            # What knows nothing scores 0.5 AUC and ln 2.
            passed = bool(new.auc > 0.5 + settings.gate_auc and new.loss < np.log(2.0))
            reason = "first candidate" if passed else "the first candidate is no better than chance on rows held back"
            return GateAnswer(passed, f"{reason}: {_text(new)}", new, None)
        old = self._figures(champion)
        worse = []
        if new.auc < old.auc - settings.gate_auc:
            worse.append("ROC-AUC")
        if new.loss > old.loss * settings.gate_loss:
            worse.append("log loss")
        if new.loss_confirmed > old.loss_confirmed * settings.gate_loss + 0.05:
            worse.append("log loss of confirmed cards")
        told = f"{_text(new)}, champion {_text(old)}"
        if worse:
            return GateAnswer(False, f"worse than the champion in {' and '.join(worse)}: {told}", new, old)
        return GateAnswer(True, f"no worse than the champion: {told}", new, old)

    def calibration(self, model: LinearModel) -> Calibration:
        """From the learner's balanced log-odds to those of a stream with `settings.prior` of fraud.

        Platt's sigmoid over the rows held back, shifted from their share of fraud to the prior;
        the shift alone where they do not carry a fit.
        """
        rows, bad = self._rows()
        prior = float(log_odds(self._settings.prior))
        try:
            matrix = np.array([r.sample.values for r in rows], np.float32).reshape(len(rows), self._features)
            fitted = fit_platt(model.log_odds(matrix, np.arange(self._features)), bad)
        except BadModel:
            ends = np.array([-BOUND, BOUND])
            return Calibration(ends, ends + prior)
        shift = prior - float(log_odds(bad.mean()))
        return Calibration(fitted.knots, fitted.values + shift)

    def _figures(self, model: LinearModel) -> Held:
        rows, bad = self._rows()
        confirmed = len(self._held["confirmed"])
        if not confirmed or confirmed == len(rows):
            return Held(confirmed, len(rows) - confirmed, nan, nan, nan)
        matrix = np.array([r.sample.values for r in rows], np.float32)
        weight = np.array([r.weight for r in rows])
        odds = model.log_odds(matrix, np.arange(self._features))
        score = probability(odds)
        right = np.where(bad, score, 1.0 - score)
        loss = np.minimum(-np.log(np.maximum(right, 1e-12)), MOST_LOSS)
        losses = [float(np.average(loss[mine], weights=weight[mine])) for mine in (bad, ~bad)]
        auc = float(roc_auc_score(bad, odds, sample_weight=weight))
        return Held(confirmed, len(rows) - confirmed, auc, sum(losses) / 2, losses[0])

    def snapshot(self) -> dict[str, np.ndarray]:
        packed = (under(what, pack_labelled(rows, self._features)) for what, rows in self._held.items())
        return {name: array for arrays in packed for name, array in arrays.items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for what in _WHAT:
            self._held[what] = deque(unpack_labelled(below(what, arrays)), self._settings.held)


def _text(held: Held) -> str:
    return f"ROC-AUC {held.auc:.3f}, log loss {held.loss:.3f}"
