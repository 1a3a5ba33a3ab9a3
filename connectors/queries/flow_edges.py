"""Who pays or calls whom around some cards: sums over pairs, exact though rows may have come twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connectors.clickhouse import Store
from connectors.errors import StoreError

#: What weighs more, by topic: money in fen; talk in seconds, where a call without any counts as one.
_WEIGHTS = {"txn": "sum(fen)", "cdr": "sum(duration_s) + count()"}

# Grouping by the table's key drops what came twice, whether it is merged yet or not, and needs no FINAL.
_ONCE = """
(
    SELECT card, event_time AS at, uid, role, any(counterparty) AS other, any(kind) AS kind,
        ifNull(any(amount_fen), 0) AS fen, ifNull(any(duration_s), 0) AS duration_s, any(answered) = 1 AS is_answered
    FROM card_events
    WHERE card IN {cards:Array(String)} AND topic = {topic:String} AND counterparty != card
    AND event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    AND event_time < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
    GROUP BY card, event_time, uid, role
)
"""
_SUMS = """
    role IN ('caller', 'payer') AS is_out, count() AS n, sum(fen) AS amount_fen,
    sumIf(fen, kind IN ('atm', 'pos', 'counter')) AS cash_fen, sum(duration_s) AS talk_s, sum(is_answered) AS answered,
    toUnixTimestamp64Milli(min(at)) AS first_ms, toUnixTimestamp64Milli(max(at)) AS last_ms
"""
# The weightiest partners of each card one by one, and all others in one row: together all that it paid or got.
_PARTNERS = """
SELECT card, if(place <= {top:UInt32}, other, '') AS partner, is_out, sum(pair.weight) AS weight, sum(pair.n) AS n,
    sum(pair.amount_fen) AS amount_fen, sum(pair.cash_fen) AS cash_fen, sum(pair.talk_s) AS talk_s,
    sum(pair.answered) AS answered, min(pair.first_ms) AS first_ms, max(pair.last_ms) AS last_ms, count() AS parties
FROM
(
    SELECT *, row_number() OVER (PARTITION BY card, is_out ORDER BY weight DESC, other) AS place
    FROM (SELECT card, other, WEIGHT AS weight, SUMS FROM ONCE GROUP BY card, other, is_out)
) AS pair
GROUP BY card, partner, is_out
ORDER BY weight DESC, card, partner, is_out
"""
# Every pair with a known card, and all others of each card in one row: together all that a card paid or got.
_AMONG = """
SELECT card, if(other IN {known:Array(String)}, other, '') AS partner, WEIGHT AS weight, SUMS,
    uniqExact(other) AS parties
FROM ONCE
GROUP BY card, partner, is_out
ORDER BY weight DESC, card, partner, is_out
"""
_COUNTS = """
SELECT card, count() AS n FROM card_events
WHERE card IN {cards:Array(String)} AND event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
AND event_time < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
GROUP BY card
"""
_NEWEST = """
SELECT toUnixTimestamp64Milli(max(event_time)) AS ms FROM card_events
WHERE card IN {cards:Array(String)} AND topic = {topic:String}
"""


@dataclass(frozen=True)
class Span:
    """What is looked at: ``txn`` or ``cdr``, from `from_ms` until before `until_ms`, UTC milliseconds."""

    topic: str
    from_ms: int
    until_ms: int


def partners(store: Store, span: Span, cards: Iterable[str], top: int) -> list[dict[str, Any]]:
    """Return all that cards paid and got: a row for each of the weightiest partners, one for all others of a card.

    Parameters
    ----------
    top : int
        So many partners in each direction of each card.

    Returns
    -------
    list of dict
        card, partner (empty in the row of the others), is_out, weight, n, amount_fen, cash_fen (by ATM, POS and
        counter), talk_s, answered, first_ms, last_ms, parties (how many the row is of); the weightiest first.
        Payments from a card to itself are left out.
    """
    return store.query(_sql(_PARTNERS, span), _params(span, cards) | {"top": top})


def sums_among(store: Store, span: Span, cards: Iterable[str], known: Iterable[str]) -> list[dict[str, Any]]:
    """Return the same as `partners`, with the known cards for the weightiest."""
    return store.query(_sql(_AMONG, span), _params(span, cards) | {"known": sorted(set(known))})


def event_counts(store: Store, cards: Iterable[str], from_ms: int, until_ms: int) -> dict[str, int]:
    """How many rows there are about each card in a time."""
    rows = store.query(_COUNTS, {"cards": sorted(set(cards)), "from_ms": from_ms, "until_ms": until_ms})
    return {row["card"]: row["n"] for row in rows}


def newest_of(store: Store, topic: str, cards: Iterable[str]) -> int:
    """Time of the newest payment or call of cards, UTC ms; 0 without any."""
    return max(0, store.query(_NEWEST, {"cards": sorted(set(cards)), "topic": topic})[0]["ms"])


def _sql(pattern: str, span: Span) -> str:
    if span.topic not in _WEIGHTS:
        raise StoreError(f"edges are of {' or '.join(_WEIGHTS)}, got {span.topic!r}")
    return pattern.replace("WEIGHT", _WEIGHTS[span.topic]).replace("SUMS", _SUMS).replace("ONCE", _ONCE)


def _params(span: Span, cards: Iterable[str]) -> dict[str, Any]:
    return {"cards": sorted(set(cards)), "topic": span.topic, "from_ms": span.from_ms, "until_ms": span.until_ms}
