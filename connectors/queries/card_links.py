"""What a card has in common with others, and with how many."""

from typing import Any

from connectors.clickhouse import Store

# A branch or its clerk serves thousands; how many share it says nothing and costs much.
_LINKS = """
SELECT own.kind AS kind, own.value AS value, first_seen_ms, last_seen_ms, n, shared.cards AS cards
FROM
(
    SELECT kind, value, toUnixTimestamp64Milli(min(first_seen)) AS first_seen_ms,
        toUnixTimestamp64Milli(max(last_seen)) AS last_seen_ms, sum(links.n) AS n
    FROM links WHERE card = {card:String}
    GROUP BY kind, value ORDER BY last_seen_ms DESC, kind, value LIMIT {top:UInt32}
) AS own
LEFT JOIN
(
    SELECT kind, value, uniqExact(card) AS cards FROM links_by_value
    WHERE (kind, value) IN
        (SELECT kind, value FROM links WHERE card = {card:String} AND kind NOT IN ('branch', 'clerk'))
    GROUP BY kind, value
) AS shared USING (kind, value)
ORDER BY last_seen_ms DESC, kind, value
"""


def card_links(store: Store, card: str, top: int = 20) -> list[dict[str, Any]]:
    """Return the links of a card that were seen last.

    Returns
    -------
    list of dict
        kind, value, first_seen_ms, last_seen_ms, n, and how many `cards` share it (0: not counted).
    """
    return store.query(_LINKS, {"card": card, "top": top})
