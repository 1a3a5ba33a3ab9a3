"""Score rows of features: typologies, detector, fusion."""

from dataclasses import dataclass

import numpy as np

from features import account, phone
from features.card_features import FeatureRows
from features.roles import ACCOUNT, PHONE
from models.detectors.unusual_behaviour import UnusualBehaviour
from models.fusion import DETECTOR, Evidence, fuse
from models.rules import Rules
from models.typologies import TYPOLOGIES
from models.typology_kernel import TypologyKernel

FEATURE_NAMES = {PHONE: phone.FEATURES, ACCOUNT: account.FEATURES}
#: Version of what a score is made of: feature set, detector and fusion.
MODEL_VERSION = "1"
#: Typical value of each feature, for the detector's scaling (ours).
_SCALES = {
    PHONE: (1, 5, 20, 20, 0.5, 1, 4, 0.5, 3, 10, 0.7, 60, 0.3, 1, 1, 2, 0.1, 4, 1, 10, 3, 365, 2, 30, 1),
    ACCOUNT: (
        1, 1, 2, 2, 8, 8, 500, 500, 5e3, 5e3, 1, 1, 0.5, 0.5, 6, 6, 3, 3, 4, 2, 600, 0.3, 0.5, 2e3,
        6, 3, 365, 2, 20, 0.2,
    ),
}  # fmt: skip
#: The detector does not learn from rows that typologies hold this strongly suspect (ours).
_LEARN_BELOW = 0.25


@dataclass(frozen=True)
class Scored:
    """Scores of n rows.

    Attributes
    ----------
    risk : ndarray of float64, shape (n,), 0 to 1000
    level : ndarray of uint8, shape (n,)
        Values of :class:`models.levels.Level`.
    evidence : models.fusion.Evidence
    """

    risk: np.ndarray
    level: np.ndarray
    evidence: Evidence


class Scorer:
    """Models of one shard. Scores a row before learning from it."""

    def __init__(self, rules: Rules):
        self.rules = rules
        self._detectors = {
            kind: UnusualBehaviour(np.array(scales, np.float32), seed=42 + kind)
            for kind, scales in _SCALES.items()
        }
        self._typologies = {
            kind: TypologyKernel([t for t in TYPOLOGIES if t.kind == kind], rules.typologies, names)
            for kind, names in FEATURE_NAMES.items()
        }

    def score(self, features: FeatureRows) -> Scored:
        """Score rows in order."""
        strength = self._typologies[features.kind].strengths(features.matrix)
        calm = strength.max(axis=1) < _LEARN_BELOW
        rank = self._detectors[features.kind].rank_learn(features.matrix, calm)
        evidence, risk = fuse(features.kind, strength, rank, self.rules)
        return Scored(risk, self.rules.level_of(risk), evidence)

    def codes(self, kind: int) -> tuple[str, ...]:
        """Names of the pieces of evidence about a kind of card, in the order of their columns."""
        return (*(t.code for t in TYPOLOGIES if t.kind == kind), DETECTOR)

    def snapshot(self) -> dict[str, np.ndarray]:
        return {
            f"{kind}.{name}": array
            for kind, detector in self._detectors.items()
            for name, array in detector.snapshot().items()
        }

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for kind, detector in self._detectors.items():
            mine = {n.partition(".")[2]: a for n, a in arrays.items() if n.startswith(f"{kind}.")}
            detector.restore(mine)
