"""A fresh model on trial beside the one in place, after a drift."""

from collections.abc import Iterable

import numpy as np

from models.learned.online_evaluation import log_loss
from models.learned.online_model import OnlineLogistic
from models.learned.online_rows import Labelled, below, under

#: Labels of each class that a trial needs, and how many times its length it may last (ours).
_LEAST, _LONGEST = 3, 5
#: The challenger takes over when its loss is below this share of the other's (ours).
_BETTER = 0.95
#: And when it loses at most this share of the rows confirmed before (ours).
_FORGETS = 0.05


class Challenger:
    """Starts from recent memory, learns what the model in place learns, and must beat it.

    Why a trial and not a higher learning rate: a drift can be provoked. Whoever floods the stream
    would raise the rate at which his own rows are learned. A challenger changes no score until it
    has scored better than the model in place on labels that neither had learned; a false alarm
    costs nothing but its own arithmetic.

    Parameters
    ----------
    model : OnlineLogistic
        Fresh.
    trial : int
        Labels over which the two are compared.
    """

    def __init__(self, model: OnlineLogistic, trial: int):
        self.model = model
        self._trial = trial
        self._loss = np.zeros((2, 2))  # by label: its own, the other's
        self._count = np.zeros(2, np.int64)

    def start(self, recent: Iterable[Labelled]) -> None:
        for row in recent:
            self.model.learn_one(row.sample.values, row.label, row.weight)

    def compare(self, values: np.ndarray, label: int, other_score: float) -> None:
        """Take a label that neither model has learned."""
        self._loss[label] += log_loss(self.model.score_one(values), label), log_loss(other_score, label)
        self._count[label] += 1

    @property
    def verdict(self) -> bool | None:
        """Whether it takes over; None while the trial lasts."""
        seen = int(self._count.sum())
        if seen < self._trial:
            return None
        if self._count.min() < _LEAST:
            return None if seen < _LONGEST * self._trial else False
        mine, other = (self._loss / self._count[:, np.newaxis]).mean(axis=0)
        return bool(mine < _BETTER * other)

    def forgets(self, confirmed: Iterable[Labelled], other: OnlineLogistic) -> bool:
        """Whether it takes for normal what the other holds to be fraud, of rows confirmed before.

        A trial is short: a pattern that did not show in it must not be lost for it.
        """
        rows = [row.sample.values for row in confirmed]
        lost = sum(other.score_one(row) >= 0.5 > self.model.score_one(row) for row in rows)
        return lost > _FORGETS * len(rows)

    def snapshot(self) -> dict[str, np.ndarray]:
        return under("model", self.model.snapshot()) | {"loss": self._loss.copy(), "count": self._count.copy()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self.model.restore(below("model", arrays))
        self._loss, self._count = arrays["loss"].copy(), arrays["count"].copy()
