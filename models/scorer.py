"""Score rows of features: typologies, detectors, learned model, fusion."""

from dataclasses import dataclass

import numpy as np

from features import account, phone
from features.card_features import FeatureRows
from features.card_watch import Marks
from features.roles import ACCOUNT, PHONE
from models.detectors.call_bursts import CallBursts
from models.detectors.unusual_behaviour import UnusualBehaviour
from models.fusion import DETECTORS, Evidence, evidence_codes, fuse
from models.rules import Rules
from models.scoring_model import ScoringModel
from models.typologies import TYPOLOGIES
from models.typology_kernel import TypologyKernel

FEATURE_NAMES = {PHONE: phone.FEATURES, ACCOUNT: account.FEATURES}
#: Version of what a score is made of where no learned model is in force.
BUILT_IN = "built-in"
#: Typical value of each feature, for the detector's scaling (ours).
_SCALES = {
    PHONE: (
        1, 5, 20, 20, 0.5, 1, 4, 0.5, 3, 50, 0.7, 60, 0.3, 1, 1, 2, 0.1, 4, 1, 10, 3, 365, 2, 30, 1,
        1, 100, 30, 4, 0.3, 400, 80, 0.5, 0.2, 2, 50, 20, 3, 0.5, 0.3, 0.2, 0.1, 0.3,
        2, 2, 2, 2, 1e6, 1e6, 1e6, 1e6,
    ),
    ACCOUNT: (
        1, 1, 2, 2, 8, 8, 500, 500, 5e3, 5e3, 1, 1, 0.5, 0.5, 6, 6, 3, 3, 4, 2, 600, 0.3, 0.5, 2e3,
        6, 3, 365, 2, 20, 0.2, 0.5, 5e3, 0.5, 0.2, 2, 8, 1, 2, 8, 0.1, 1, 0.1, 1, 20, 0.2, 1, 1, 1,
        1e9, 1e9, 1e9, 1e9,
    ),
}  # fmt: skip
#: The detector does not learn from rows that typologies hold this strongly suspect (ours).
_LEARN_BELOW = 0.25


@dataclass(frozen=True)
class Scored:
    """Scores of n rows of one kind.

    Attributes
    ----------
    risk : ndarray of float64, shape (n,), 0 to 1000
    level : ndarray of uint8, shape (n,)
        Values of :class:`models.levels.Level`.
    evidence : models.fusion.Evidence
    learned : bool
        Whether a learned model had a part in it.
    model : ScoringModel or None
        The learned model in force.
    shadow : ScoringModel or None
        The one that is tried beside it, and
    shadow_risk : ndarray of float64, shape (n,), or None
        what it would have said. Nothing is done upon it.
    marks : features.card_watch.Marks or None
        What lists say of the rows; their floors are in the risk, see :mod:`models.list_findings`.
    """

    risk: np.ndarray
    level: np.ndarray
    evidence: Evidence
    learned: bool = False
    model: ScoringModel | None = None
    shadow: ScoringModel | None = None
    shadow_risk: np.ndarray | None = None
    marks: Marks | None = None


class Scorer:
    """Models of one shard. Scores a row before learning from it.

    Attributes
    ----------
    model, shadow : ScoringModel or None
        In force from the next call of :meth:`score` on.
    """

    def __init__(self, rules: Rules):
        self.rules = rules
        self.model: ScoringModel | None = None
        self.shadow: ScoringModel | None = None
        self._detectors = {
            kind: UnusualBehaviour(np.array(scales, np.float32), seed=42 + kind)
            for kind, scales in _SCALES.items()
        }
        self._bursts = CallBursts(seed=42)
        self._typologies = {kind: typology_kernel(kind, rules) for kind in FEATURE_NAMES}

    def score(self, features: FeatureRows) -> Scored:
        """Score rows in order."""
        kind, matrix = features.kind, features.matrix
        strength = self._typologies[kind].strengths(matrix)
        calm = strength.max(axis=1) < _LEARN_BELOW
        ranks = np.zeros((len(matrix), len(DETECTORS[kind])))
        ranks[:, 0] = self._detectors[kind].rank_learn(matrix, calm)
        if kind == PHONE:
            ranks[:, 1] = self._bursts.rank_learn(features.rows)
        return self._judge(kind, strength, ranks, matrix)

    def look(self, features: FeatureRows) -> Scored:
        """Score rows that are no events: typologies and model alone, and nothing is learned."""
        strength = self._typologies[features.kind].strengths(features.matrix)
        ranks = np.zeros((len(features.matrix), len(DETECTORS[features.kind])))
        return self._judge(features.kind, strength, ranks, features.matrix)

    def unasked(self, features: FeatureRows) -> Scored:
        """Rows that nothing is asked about: risk 0, no evidence."""
        n, codes = len(features.rows), evidence_codes(features.kind)
        learned = self.model is not None and features.kind in self.model.cards
        evidence = Evidence(codes, np.zeros((n, len(codes))))
        return Scored(np.zeros(n), np.zeros(n, np.uint8), evidence, learned, self.model)

    def _judge(self, kind: int, strength: np.ndarray, ranks: np.ndarray, matrix: np.ndarray) -> Scored:
        evidence, risk = self._fuse(kind, strength, ranks, matrix, self.model)
        shadow_risk = None
        if self.shadow is not None:
            shadow_risk = self._fuse(kind, strength, ranks, matrix, self.shadow)[1]
        learned = self.model is not None and kind in self.model.cards
        level = self.rules.level_of(risk, learned)
        return Scored(risk, level, evidence, learned, self.model, self.shadow, shadow_risk)

    def _fuse(self, kind, strength, ranks, matrix, model: ScoringModel | None):
        probability = None
        if model is not None and kind in model.cards:
            probability = model.cards[kind].probability(matrix, FEATURE_NAMES[kind])
        stack = model.stack(kind) if model is not None else None
        return fuse(kind, strength, ranks, self.rules, probability, stack)

    def codes(self, kind: int) -> tuple[str, ...]:
        """Names of the pieces of evidence about a kind of card, in the order of their columns."""
        return evidence_codes(kind)

    def snapshot(self) -> dict[str, np.ndarray]:
        """What the detectors learned; models in force are the caller's to keep."""
        return {
            f"{prefix}.{name}": array
            for prefix, detector in self._stateful()
            for name, array in detector.snapshot().items()
        }

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for prefix, detector in self._stateful():
            detector.restore({n.partition(".")[2]: a for n, a in arrays.items() if n.startswith(f"{prefix}.")})

    def _stateful(self):
        return (*((str(kind), detector) for kind, detector in self._detectors.items()), ("bursts", self._bursts))


def typology_kernel(kind: int, rules: Rules) -> TypologyKernel:
    """Typologies of a kind with the parameters in force, over that kind's features."""
    return TypologyKernel([t for t in TYPOLOGIES if t.kind == kind], rules.typologies, FEATURE_NAMES[kind])
