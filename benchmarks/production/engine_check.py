"""Holds the shards to the books: each record scored once or a repeat, and no figure that is none."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

import numpy as np

from benchmarks.production.chunk_check import Checked, Disagreement
from features.events import TOPICS
from features.partition import shard_of
from features.roles import CARD_ROW, DEVICE_ROW, PRIMARY
from features.subbatch import SubBatch
from jobs.engine import Engine
from jobs.outcome import StepOutcome
from jobs.routing import RoutedChunk
from jobs.score_rows import score_rows
from jobs.sink_payload import decode, encode

_TWO_SIDED = {"cdr": ("phone", "caller", "callee"), "txn": ("account", "payer", "payee")}
#: One scored row: topic, event time in ms, card.
ScoredCard = tuple[str, int, str]


def check_routing(chunk: RoutedChunk, shards: int) -> None:
    """Check that every accepted record reaches the shard of each of its cards, and counts in one.

    Raises
    ------
    Disagreement
    """
    topic, records = chunk.events.topic.name, len(chunk.events)
    for dtype, batches in ((CARD_ROW, chunk.to_cards), (DEVICE_ROW, chunk.to_devices)):
        named = [shard for shard, _ in batches]
        if len(set(named)) != len(named) or not set(named) <= set(range(shards)):
            raise Disagreement(f"{topic}: sub-batches for the shards {named} of {shards}")
        for shard, batch in batches:
            # A verdict's device rows go to every shard.
            astray = shard_of(batch.rows["entity"], shards) != shard
            if astray.any() and not (topic == "verdict" and dtype is DEVICE_ROW):
                raise Disagreement(f"{topic}: shard {shard} gets rows of other shards' entities")
            if (batch.rows["entity"] == 0).any():
                raise Disagreement(f"{topic}: a row of no entity")
            sent = SubBatch.from_bytes(batch.to_bytes(), dtype)
            if sent.rows.tobytes() != batch.rows.tobytes() or (sent.names or {}) != (batch.names or {}):
                raise Disagreement(f"{topic}: a sub-batch is another one after its journey")
    rows = [batch.rows for _, batch in chunk.to_cards]
    primary = [uid for part in rows for uid in part["uid"][(part["flags"] & PRIMARY) != 0].tolist()]
    if sorted(primary) != sorted(chunk.uid.tolist()):
        raise Disagreement(f"{topic}: {records} records, {len(primary)} rows count for one")
    if sum(part.size for part in rows) != records * (2 if topic in _TWO_SIDED else 1):
        raise Disagreement(f"{topic}: {records} records, {sum(part.size for part in rows)} rows of cards")


def check_outcome(engine: Engine, shard: int, outcome: StepOutcome) -> list[ScoredCard]:
    """Check that what a step of a shard brings out are figures; return the rows it scored.

    Raises
    ------
    Disagreement
    """
    for features, scored in outcome.scored:
        figures = {"feature": features.matrix, "strength": scored.evidence.strength, "risk": scored.risk}
        for what, array in figures.items():
            if not np.isfinite(array).all():
                at = np.argwhere(~np.isfinite(array))[0].tolist()
                raise Disagreement(f"{what} {at} of a row is {array[tuple(at)]}: {features.rows[at[0]]}")
        if not ((scored.risk >= 0) & (scored.risk <= 1000)).all():
            raise Disagreement(f"risks from {scored.risk.min()} to {scored.risk.max()}")
    for hit in outcome.hits:
        if not np.isfinite([*hit.reason_points, *hit.feature_values, *hit.evidence_strength, hit.risk]).all():
            raise Disagreement(f"a hit holds what is no figure: {hit}")
    sent = decode(encode(shard, outcome, None))
    if sent["hits"] != [asdict(hit) for hit in outcome.hits] or sent["counts"] != asdict(outcome.counts):
        raise Disagreement(f"hits are other ones after their journey to the store's writer: {sent['hits']}")
    return [
        scored
        for table in score_rows(engine.cards[shard].features, outcome)
        for scored in zip(table.topic, table.event_time_ms.tolist(), table.card)
    ]


def check_books(
    chunks: Iterable[tuple[str, str, Checked]], outcomes: list[StepOutcome], scored: list[ScoredCard]
) -> int:
    """Check that each accepted record was scored with each of its cards once, or is a repeat.

    Holds where no shard took more rows than it remembers repeats of.

    Parameters
    ----------
    chunks : iterable of (topic, source, Checked)
    outcomes : list of StepOutcome
        All of them, the last ones with all rows let out.
    scored : list
        What :func:`check_outcome` returned.

    Returns
    -------
    int
        Repeats.

    Raises
    ------
    Disagreement
    """
    first: set[tuple] = set()
    wanted: Counter[ScoredCard] = Counter()
    repeats: Counter[tuple] = Counter()
    identities: dict[tuple[str, str, int], tuple] = {}
    for topic, source, checked in chunks:
        for place, values in checked.accepted:
            identity = _identity(topic, values)
            identities[topic, source, place] = identity
            if identity in first:
                repeats[identity] += 1
                continue
            first.add(identity)
            time_ms = values[TOPICS[topic].time_field]
            wanted.update((topic, time_ms, card) for card in _cards(topic, values))
    if Counter(scored) != wanted:
        missing, strange = wanted - Counter(scored), Counter(scored) - wanted
        raise Disagreement(f"rows not scored: {dict(missing)}; rows scored that nobody sent: {dict(strange)}")
    refused = [(r.topic, r.source, r.offset) for outcome in outcomes for r in outcome.repeats]
    if Counter(identities.get(place, place) for place in refused) != repeats or len(set(refused)) != len(refused):
        raise Disagreement(f"repeats are {dict(repeats)}, refused were {refused}")
    return repeats.total()


def _cards(topic: str, values: dict[str, object]) -> list[str]:
    if topic in _TWO_SIDED:
        kind, *sides = _TWO_SIDED[topic]
        return [f"{kind}:{values[side]}" for side in sides]
    return [values["card"]]


def _identity(topic: str, values: dict[str, object]) -> tuple:
    definition = TOPICS[topic]
    if not definition.id_field:
        return (topic, *values.values())
    parties = _TWO_SIDED[topic][1:] if topic in _TWO_SIDED else ["card"]
    names = [definition.id_field, definition.time_field, *parties]
    return (topic, *(values[name] for name in names))

