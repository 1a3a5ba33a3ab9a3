"""Who has taken which cards, and which are put off."""

from collections.abc import Sequence
from typing import Any

from connectors.clickhouse import Store

#: Cards that somebody has: once taken, a card is never nobody's again.
TAKEN = """
SELECT substring(subject, 6) FROM case_events
WHERE startsWith(subject, 'card:') AND action IN ('card_taken', 'card_handed_over')
"""
# The last act decides. A row that came twice counts once by itself, so FINAL is not needed.
#: Cards of one officer, who is `handler`.
HELD = """
SELECT substring(subject, 6) FROM case_events
WHERE startsWith(subject, 'card:') AND action IN ('card_taken', 'card_handed_over')
GROUP BY subject HAVING argMax(JSONExtractString(payload, 'handler'), seq) = {handler:String}
"""
# To hand a card over ends its being put off; so does a graver hit that came in since, both by the clock of
# the store, in whole seconds.
_PUT_OFF = """
SELECT substring(subject, 6) AS card, argMax(JSONExtractString(payload, 'level'), seq) AS level_then,
    toUnixTimestamp(max(inserted_at)) AS noted_s
FROM case_events
WHERE action IN ('card_taken', 'card_handed_over', 'card_snoozed', 'card_woken') AND subject IN
    (SELECT subject FROM case_events
     WHERE action = 'card_snoozed' AND JSONExtractInt(payload, 'until_ms') > {now_ms:Int64})
GROUP BY subject HAVING argMax(JSONExtractInt(payload, 'until_ms'), seq) > {now_ms:Int64} ORDER BY card
"""
_GRADES = """
SELECT card, toInt8(max(level)) AS grade, toUnixTimestamp(inserted_at) AS in_s FROM hits
WHERE card IN {cards:Array(String)} GROUP BY card, in_s
"""
_OF_CARDS = """
SELECT substring(subject, 6) AS card,
    argMaxIf(JSONExtractString(payload, 'handler'), seq, action IN ('card_taken', 'card_handed_over')) AS holder,
    argMax(JSONExtractInt(payload, 'until_ms'), seq) AS until_ms
FROM case_events
WHERE subject IN {subjects:Array(String)}
AND action IN ('card_taken', 'card_handed_over', 'card_snoozed', 'card_woken')
GROUP BY subject
"""
_LEVELS = ("", "blue", "yellow", "orange", "red")
_NOBODYS = {"holder": "", "until_ms": 0}


def put_off(store: Store, now_ms: int) -> list[str]:
    """Return the cards that are put off to a later time and were not hit more gravely since."""
    rows = {row["card"]: row for row in store.query(_PUT_OFF, {"now_ms": now_ms})}
    hits = store.query(_GRADES, {"cards": list(rows)}) if rows else []
    back = {hit["card"] for hit in hits if hit["in_s"] >= rows[hit["card"]]["noted_s"]
            and hit["grade"] > _LEVELS.index(rows[hit["card"]]["level_then"])}
    return [card for card in rows if card not in back]


def custody_of(store: Store, cards: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return, for each card, who took it or was handed it, and until when it was put off, UTC ms.

    Returns
    -------
    dict of dict
        holder, empty if nobody; until_ms, 0 if never, perhaps past.
    """
    found = {row.pop("card"): row for row in store.query(_OF_CARDS, {"subjects": [f"card:{card}" for card in cards]})}
    return {card: found.get(card, _NOBODYS) for card in cards}
