"""What card and person shards send to the store's writer: plain JSON, small because hits are few."""

from collections.abc import Sequence
from dataclasses import asdict

import orjson

from features.card_features import CardFeatures
from jobs.outcome import StepOutcome
from jobs.score_rows import score_rows
from jobs.warning_row import WarningRow


def encode(
    shard: int,
    outcome: StepOutcome,
    cards: CardFeatures | None,
    shadows: Sequence[dict] = (),
    samples: Sequence[dict] = (),
) -> bytes:
    """Bytes of a step's outcome.

    Parameters
    ----------
    cards : CardFeatures, optional
        Given when the scores of all events are to be stored.
    shadows : sequence of dict
        See :mod:`jobs.model_life.shadow_rows`.
    samples : sequence of dict
        See :mod:`jobs.learning.sampling`.
    """
    scores = []
    if cards is not None:
        for rows in score_rows(cards, outcome):
            columns = asdict(rows)
            columns["uid"], columns["event_time_ms"] = rows.uid.tolist(), rows.event_time_ms.tolist()
            columns["score"] = rows.score.tolist()
            scores.append(columns)
    return orjson.dumps(
        {
            "shard": shard,
            "hits": [asdict(hit) for hit in outcome.hits],
            "repeats": [asdict(repeat) for repeat in outcome.repeats],
            "counts": asdict(outcome.counts),
            "scores": scores,
            "shadows": list(shadows),
            "samples": list(samples),
        }
    )


def encode_warnings(warnings: Sequence[WarningRow]) -> bytes:
    """Bytes of what a shard of persons or payees found."""
    return orjson.dumps({"warnings": [asdict(warning) for warning in warnings]})


def decode(payload: bytes) -> dict:
    """What :func:`encode`, :func:`encode_warnings` or a global shard wrote, as plain dicts and lists."""
    return orjson.loads(payload)
