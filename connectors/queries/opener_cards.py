"""The cards that one branch, clerk or agent opened, with what became of them."""

from typing import Any

from connectors.clickhouse import Store
from connectors.errors import StoreError
from connectors.queries.opener_counts import OPENERS

_OPENED = """
SELECT card, toUnixTimestamp64Milli(max(event_time)) AS opened_ms
FROM card
WHERE action = 'open' AND {by} = {opener:String}
    AND event_time >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND event_time < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
GROUP BY card
"""
# As they are counted: what was found since the opening, and the latest word on the card.
_BAD = f"""
SELECT o.card AS card, o.opened_ms AS opened_ms, h.level AS level, h.risk AS risk, v.verdict AS verdict
FROM ({_OPENED}) AS o
LEFT JOIN
(
    SELECT card, toString(argMax(level, last_seen)) AS level, argMax(risk, last_seen) AS risk,
        toUnixTimestamp64Milli(max(first_seen)) AS found_ms
    FROM hits FINAL WHERE card IN (SELECT card FROM ({_OPENED})) GROUP BY card
) AS h ON h.card = o.card AND h.found_ms >= o.opened_ms
LEFT JOIN
(
    SELECT card, argMax(toString(verdict), (event_time, uid)) AS verdict,
        toUnixTimestamp64Milli(max(event_time)) AS said_ms
    FROM verdict WHERE card IN (SELECT card FROM ({_OPENED})) GROUP BY card
) AS v ON v.card = o.card AND v.said_ms >= o.opened_ms
WHERE h.level != '' OR v.verdict != ''
ORDER BY v.verdict = 'confirmed' DESC, v.verdict = 'cleared', h.risk DESC, card LIMIT {{limit:UInt32}}
"""


def opener_cards(store: Store, by: str, opener: str, since_ms: int = 0, until_ms: int = 10**13,
                 limit: int = 200) -> list[dict[str, Any]]:
    """Return the flagged and judged ones of the cards that somebody opened in a time, confirmed ones first.

    Parameters
    ----------
    by : {"branch", "clerk", "agent"}

    Returns
    -------
    list of dict
        card, opened_ms, level and risk of the latest hit, verdict; empty or 0 without one.

    Raises
    ------
    StoreError
    """
    if by not in OPENERS:
        raise StoreError(f"openers are {', '.join(OPENERS)}, got {by!r}")
    return store.query(_BAD.replace("{by}", by), {"opener": opener, "since_ms": since_ms, "until_ms": until_ms,
                                                   "limit": limit})
