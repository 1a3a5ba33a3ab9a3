"""Cards that fell silent: a list for people to look through, no more."""

from typing import Any

from connectors.clickhouse import Store

_DORMANT = """
SELECT card, toUnixTimestamp64Milli(max(event_time)) AS last_ms, count() AS events,
    anyIf(area, area != '') AS area,
    minIf(toUnixTimestamp64Milli(event_time), topic = 'card' AND kind = 'open') AS opened_ms,
    countIf(topic IN ('cdr', 'txn')) AS uses, argMaxIf(kind, event_time, topic = 'card') = 'close' AS closed
FROM card_events
WHERE card IN (SELECT card FROM card WHERE action = 'open')
AND event_time <= fromUnixTimestamp64Milli({now_ms:Int64}, 'UTC')
GROUP BY card
HAVING max(event_time) < fromUnixTimestamp64Milli({silent_since_ms:Int64}, 'UTC') AND NOT closed
ORDER BY last_ms, card LIMIT {limit:UInt32}
"""


def dormant_cards(store: Store, silent_since_ms: int, now_ms: int, limit: int) -> list[dict[str, Any]]:
    """Return cards whose opening is known, that were not closed, and of which nothing came since then.

    The longest silent first. A card whose calls or payments are older than retention looks silent
    since its opening; people must ask the operator or bank.
    """
    return store.query(_DORMANT, {"silent_since_ms": silent_since_ms, "now_ms": now_ms, "limit": limit})
