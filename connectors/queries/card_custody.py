"""Who has taken which cards, and which are put off."""

from collections.abc import Sequence
from typing import Any

from connectors.clickhouse import Store

# The last act of custody decides: to hand a card over ends its being put off. A row that came twice
# counts once by itself, so FINAL is not needed.
HELD = """
SELECT substring(subject, 6) AS card,
    argMaxIf(JSONExtractString(payload, 'handler'), seq, action IN ('card_taken', 'card_handed_over')) AS holder,
    argMax(JSONExtractInt(payload, 'until_ms'), seq) AS until_ms,
    argMax(JSONExtractString(payload, 'level'), seq) AS level_then, max(toUnixTimestamp(inserted_at)) AS noted_s
FROM case_events
WHERE startsWith(subject, 'card:') AND action IN ('card_taken', 'card_handed_over', 'card_snoozed', 'card_woken')
GROUP BY subject
"""
_PUT_OFF = f"SELECT card, level_then, noted_s FROM ({HELD}) WHERE until_ms > {{now_ms:Int64}}"
# A graver hit that came in since ends it: both by the clock of the store, in whole seconds.
SNOOZED = f"""
SELECT card FROM ({_PUT_OFF}) WHERE card NOT IN
(
    SELECT h.card FROM
        (SELECT card, toInt8(level) AS grade, toUnixTimestamp(inserted_at) AS in_s FROM hits
         WHERE card IN (SELECT card FROM ({_PUT_OFF}))) AS h
    INNER JOIN ({_PUT_OFF}) AS p ON p.card = h.card
    WHERE h.in_s >= p.noted_s AND h.grade > indexOf(['blue', 'yellow', 'orange', 'red'], p.level_then)
)
"""
_HELD_OF = HELD.replace("WHERE", "WHERE subject IN {subjects:Array(String)} AND")
_OF_CARDS = f"SELECT card, holder, until_ms FROM ({_HELD_OF})"
_NOBODYS = {"holder": "", "until_ms": 0}


def custody_of(store: Store, cards: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return, for each card, who took it or was handed it, and until when it was put off, UTC ms.

    Returns
    -------
    dict of dict
        holder, empty if nobody; until_ms, 0 if never, perhaps past.
    """
    found = {row.pop("card"): row for row in store.query(_OF_CARDS, {"subjects": [f"card:{card}" for card in cards]})}
    return {card: found.get(card, _NOBODYS) for card in cards}
