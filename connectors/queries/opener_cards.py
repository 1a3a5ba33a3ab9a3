"""The cards that one branch, clerk or agent opened, with what became of them."""

from typing import Any

from connectors.clickhouse import Store
from connectors.errors import StoreError
from connectors.queries.opener_counts import OPENERS

_IN_TIME = """opened >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND opened < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')"""
_CARDS = f"""
SELECT card FROM card
WHERE action = 'open' AND {{by}} = {{opener:String}} AND {_IN_TIME.replace("opened", "event_time")}
"""
# As they are counted in `opener_counts`: what is found counts for the opening before it, by whomever.
_OPENING = f"""
ASOF JOIN
(
    SELECT card, event_time AS opened, {{by}} AS opener FROM card WHERE action = 'open' AND card IN ({_CARDS})
) AS opening
ON bad.card = opening.card AND bad.found >= opening.opened
WHERE opener = {{opener:String}} AND {_IN_TIME}
GROUP BY card
"""
_BAD = f"""
SELECT card, max(at_ms) AS opened_ms, max(graded) AS level, max(points) AS risk, max(word) AS verdict
FROM
(
    SELECT card, toUnixTimestamp64Milli(max(opened)) AS at_ms, toString(argMax(grade, seen)) AS graded,
        argMax(risk, seen) AS points, '' AS word
    FROM
    (
        SELECT card, first_seen AS found, last_seen AS seen, level AS grade, risk FROM hits FINAL
        WHERE card IN ({_CARDS})
    ) AS bad
    {_OPENING}
    UNION ALL
    SELECT card, toUnixTimestamp64Milli(max(opened)) AS at_ms, '' AS graded, 0 AS points,
        argMax(said, (found, said)) AS word
    FROM (SELECT card, event_time AS found, toString(verdict) AS said FROM verdict WHERE card IN ({_CARDS})) AS bad
    {_OPENING}
)
GROUP BY card
ORDER BY verdict = 'confirmed' DESC, verdict = 'cleared', risk DESC, card LIMIT {{limit:UInt32}}
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
