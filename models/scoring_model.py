"""A learned model as the scorer uses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.fusion import Stack
from models.learned.card_model import CardModel


@dataclass(frozen=True)
class ScoringModel:
    """What one published snapshot brings to the scores.

    Attributes
    ----------
    version : str
        Identity of the snapshot; stored with every hit.
    cards : mapping of kind to CardModel
        A kind without one is scored by typologies and detectors alone.
    stacks : mapping of kind to Stack
        A kind without one is fused by :meth:`models.fusion.Stack.unfitted`.
    """

    version: str
    cards: Mapping[int, CardModel] = field(default_factory=dict)
    stacks: Mapping[int, Stack] = field(default_factory=dict)

    def stack(self, kind: int) -> Stack | None:
        """How this model's probability is fused; None for a kind that it says nothing about."""
        if kind not in self.cards:
            return None
        return self.stacks.get(kind) or Stack.unfitted()
