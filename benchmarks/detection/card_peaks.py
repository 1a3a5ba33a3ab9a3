"""The row at which each card's risk was highest: what errors are looked at by, and models compared."""

from dataclasses import dataclass

import numpy as np

from benchmarks.detection.card_scores import entities
from features.roles import ACCOUNT, OUT, PHONE
from jobs.outcome import StepOutcome
from models.scoring_model import ScoringModel


@dataclass(frozen=True)
class CardPeaks:
    """One row for each card of a kind, by rising entity.

    Attributes
    ----------
    entity : ndarray of uint64, shape (cards,)
    time_ms : ndarray of int64, shape (cards,)
        When the risk was highest; the first time of several.
    risk : ndarray of float64, shape (cards,), 0 to 1000
    matrix : ndarray of float32, shape (cards, features)
        Features as they stood then.
    strength : ndarray of float64, shape (cards, pieces of evidence)
        Of the champion, also where the shadow's risk was asked for.
    """

    entity: np.ndarray
    time_ms: np.ndarray
    risk: np.ndarray
    matrix: np.ndarray
    strength: np.ndarray

    def of(self, cards: list[str]) -> np.ndarray:
        """Whether each row is one of `cards`, named ``phone:…`` or ``account:…``; bool, shape (cards,)."""
        return np.isin(self.entity, entities(cards))


class PeakKeeper:
    """Keeps the highest row of every card while a replay goes on; memory grows with the cards.

    Parameters
    ----------
    from_ms : int
        Event time before which rows do not count.
    shadow : bool
        Go by the shadow's risk; rows without a shadow do not count.
    """

    def __init__(self, from_ms: int = 0, shadow: bool = False):
        self._from_ms = from_ms
        self._shadow = shadow
        self._parts: dict[int, list[CardPeaks]] = {PHONE: [], ACCOUNT: []}
        self.model: ScoringModel | None = None

    def take(self, outcome: StepOutcome) -> None:
        """Take what one step of a shard scored."""
        for features, scored in outcome.scored:
            risk = scored.shadow_risk if self._shadow else scored.risk
            if risk is None:
                continue
            self.model = scored.shadow if self._shadow else scored.model
            rows = features.rows
            mine = np.flatnonzero((rows["role"] >= OUT) & (rows["time"] >= self._from_ms))
            columns = rows["entity"], rows["time"], risk, features.matrix, scored.evidence.strength
            if mine.size:
                self._parts[features.kind].append(_highest(CardPeaks(*(c[mine] for c in columns))))
            if len(self._parts[features.kind]) > 500:
                self._parts[features.kind] = [self.peaks(features.kind)]

    def peaks(self, kind: int) -> CardPeaks:
        """What was kept of a kind; at least one row must have been taken."""
        names = ("entity", "time_ms", "risk", "matrix", "strength")
        return _highest(CardPeaks(*(np.concatenate([getattr(p, n) for p in self._parts[kind]]) for n in names)))


def _highest(rows: CardPeaks) -> CardPeaks:
    order = np.lexsort((rows.time_ms, -rows.risk, rows.entity))
    _, first = np.unique(rows.entity[order], return_index=True)
    kept = order[first]
    return CardPeaks(rows.entity[kept], rows.time_ms[kept], rows.risk[kept], rows.matrix[kept], rows.strength[kept])
