"""Scores as rows: one per event and card concerned."""

from dataclasses import dataclass

import numpy as np

from features.card_features import CardFeatures
from features.events import TOPICS
from jobs.list_marks import codes_of
from jobs.outcome import StepOutcome
from models.fusion import NO_TYPOLOGIES
from models.levels import Level

#: A typology this strong is named beside a score or in a hit (ours).
NAMED_FROM = 0.2
_TOPIC_NAMES = tuple(TOPICS)
_LEVELS = tuple(level.label for level in Level)


@dataclass(frozen=True)
class ScoreRows:
    """Columns of equal length; see :func:`score_rows`."""

    uid: np.ndarray
    event_time_ms: np.ndarray
    topic: list[str]
    card: list[str]
    score: np.ndarray
    level: list[str]
    typologies: list[list[str]]

    def __len__(self) -> int:
        return self.uid.size


def score_rows(cards: CardFeatures, outcome: StepOutcome) -> list[ScoreRows]:
    """Rows for everything that a step scored.

    Returns
    -------
    list of ScoreRows
        One per kind of card. `score` is the risk over 1000, float64 in [0, 1], high = suspect;
        `typologies` names those of strength :data:`NAMED_FROM` or more, then the codes of lists.
    """
    tables = []
    for features, scored in outcome.scored:
        rows = features.rows
        named = scored.evidence.strength >= NAMED_FROM
        codes = scored.evidence.codes
        typology_count = sum(code not in NO_TYPOLOGIES for code in codes)  # detectors and model come last
        typologies: list[list[str]] = [[] for _ in range(len(rows))]
        for k, j in zip(*(a.tolist() for a in np.nonzero(named[:, :typology_count]))):
            typologies[k].append(codes[j])
        if scored.marks is not None:
            for k in np.flatnonzero((scored.marks.own > 0) | scored.marks.other).tolist():
                typologies[k] += codes_of(scored.marks, k, int(rows["role"][k]))
        tables.append(
            ScoreRows(
                rows["uid"],
                rows["time"],
                [_TOPIC_NAMES[t] for t in rows["topic"].tolist()],
                cards.card_names(rows),
                scored.risk / 1000.0,
                [_LEVELS[level] for level in scored.level.tolist()],
                typologies,
            )
        )
    return tables
