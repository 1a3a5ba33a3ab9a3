"""What one step of a card shard brings out."""

from dataclasses import dataclass, field

import numpy as np

from features.card_features import FeatureRows
from features.person_rows import NO_ROWS
from models.scorer import Scored


@dataclass(frozen=True)
class HitRow:
    """A hit as it is stored; field names are the columns of the table ``hits``."""

    hit_id: str
    card: str
    first_seen: int
    last_seen: int
    peak_time: int
    alerts: int
    risk: int
    level: str
    typologies: list[str]
    reasons_zh: list[str]
    reasons_en: list[str]
    reason_codes: list[str]
    reason_points: list[float]
    feature_names: list[str]
    feature_values: list[float]
    evidence_codes: list[str]
    evidence_strength: list[float]
    list_findings: list[str]
    trigger_uid: int
    model_version: str
    typology_version: str
    version: int


@dataclass(frozen=True)
class Repeat:
    """A record refused as a repetition: where it lies."""

    topic: str
    source: str
    offset: int


@dataclass(frozen=True)
class ShardCounts:
    """Running totals of a shard since its state began."""

    scored: int = 0
    repeated: int = 0
    late: int = 0
    alerts: int = 0


@dataclass(frozen=True)
class StepOutcome:
    """Attributes
    ----------
    hits : list of HitRow
        Opened or updated in this step, as they now stand.
    repeats : list of Repeat
    counts : ShardCounts
    scored : list of (FeatureRows, Scored)
        Every row scored in this step, in order within each kind of card.
    reached : list of int
        Levels that hits opened at or rose to in this step.
    persons : ndarray of PERSON_ROW
        What the cards tell the shards of persons.
    """

    hits: list[HitRow]
    repeats: list[Repeat]
    counts: ShardCounts
    scored: list[tuple[FeatureRows, Scored]] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)
    persons: np.ndarray = field(default_factory=lambda: NO_ROWS)

    @property
    def rows(self) -> int:
        return sum(len(features.rows) for features, _ in self.scored)

