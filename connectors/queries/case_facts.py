"""What the store knows of a card when people decide about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connectors.clickhouse import Store

# The index of openings is sorted by card; the table `card` is by time, and would be read whole.
_OPENED_IN = """
SELECT value AS card, area FROM opening_index
WHERE kind = 'card' AND value IN {cards:Array(String)} AND topic = 'card' AND word = 'open' AND area != ''
ORDER BY value, toUnixTimestamp(event_time) DESC, area LIMIT 1 BY value
"""
_USED_IN = """
SELECT card, area FROM card_events WHERE card IN {cards:Array(String)} AND area != ''
GROUP BY card, area ORDER BY card, count() DESC, area LIMIT 1 BY card
"""
_HIT = """
SELECT hit_id, risk, toString(level) AS level, typologies, reasons_zh, reasons_en
FROM hits FINAL WHERE card = {card:String} ORDER BY hits.last_seen DESC LIMIT 1
"""
# The card itself, cards with the same holder, and the phone bound to any of them.
_KIN = """
SELECT card, groupUniqArrayIf(value, kind = 'bound_phone') AS phones FROM links
WHERE kind IN ('holder', 'bound_phone') AND (card = {card:String} OR card IN
(
    SELECT card FROM links_by_value WHERE kind = 'holder' AND value IN
        (SELECT value FROM links WHERE card = {card:String} AND kind = 'holder')
))
GROUP BY card
"""
_WARNINGS = """
SELECT DISTINCT warning_id FROM warnings FINAL
WHERE (person IN ({numbers:Array(String)}) OR account IN ({numbers:Array(String)}))
AND warned_at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
AND warning_id NOT IN
(
    SELECT substring(subject, 9) FROM case_events FINAL
    WHERE startsWith(subject, 'warning:') AND action = 'warning_closed'
    GROUP BY subject HAVING argMax(JSONExtractString(payload, 'outcome'), seq) = 'false_warning'
)
ORDER BY warning_id
"""


@dataclass(frozen=True)
class KnownOfCard:
    """Facts about a card: `area` of six digits or empty; the latest hit or None; ids of open warnings."""

    area: str
    hit: dict[str, Any] | None
    warnings: list[str]


def known_of_card(store: Store, card: str, warned_since_ms: int, area: str | None = None) -> KnownOfCard:
    """Return what decides about a card, by a few short reads.

    Parameters
    ----------
    warned_since_ms : int
        Warnings of a victim count as open from this time on.
    area : str, optional
        Of the card, where it was asked before, see `area_of`.
    """
    found = store.query(_HIT, {"card": card})
    return KnownOfCard(area_of(store, card) if area is None else area, found[0] if found else None,
                       open_warnings(store, card, warned_since_ms))


def area_of(store: Store, card: str) -> str:
    """Return the six-digit area that a card belongs to, empty where nothing is known."""
    return areas_of(store, [card]).get(card, "")


def areas_of(store: Store, cards: Iterable[str]) -> dict[str, str]:
    """Return where cards were opened, else where they are mostly used; a card of which nothing is known is left out."""
    cards = set(cards)
    areas: dict[str, str] = {}
    for statement in (_OPENED_IN, _USED_IN):
        asked = sorted(cards - areas.keys())
        rows = store.query(statement, {"cards": asked}) if asked else []
        areas |= {row["card"]: row["area"] for row in rows}
    return areas


def open_warnings(store: Store, card: str, since_ms: int) -> list[str]:
    """Return the warnings about whoever holds the card: by its number, or another card of the same holder.

    A number counts with and without its kind before it. A warning that an officer found false is not open;
    one of a person who was reached is.
    """
    kin = {card}.union(*([row["card"], *row["phones"]] for row in store.query(_KIN, {"card": card})))
    numbers = sorted({name for each in kin for name in (each, each.partition(":")[2])})
    return [row["warning_id"] for row in store.query(_WARNINGS, {"numbers": numbers, "since_ms": since_ms})]
