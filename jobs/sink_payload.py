"""What card shards send to the store's writer: plain JSON, small because hits are few."""

from dataclasses import asdict

import orjson

from features.card_features import CardFeatures
from jobs.outcome import StepOutcome
from jobs.score_rows import score_rows


def encode(shard: int, outcome: StepOutcome, cards: CardFeatures | None) -> bytes:
    """Bytes of a step's outcome.

    Parameters
    ----------
    cards : CardFeatures, optional
        Given when the scores of all events are to be stored.
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
        }
    )


def decode(payload: bytes) -> dict:
    """What :func:`encode` wrote, as plain dicts and lists."""
    return orjson.loads(payload)
