"""Cards opened by branch, clerk or agent, and how many of them were flagged and confirmed later."""

from connectors.clickhouse import Store
from connectors.errors import StoreError

OPENERS = ("branch", "clerk", "agent")

_IN_TIME = """opened >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND opened < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')"""

_OPENED = f"""
SELECT {{by}} AS opener, uniqExact(card, event_time) AS n
FROM card
WHERE action = 'open' AND {{by}} != '' AND {_IN_TIME.replace("opened", "event_time")}
GROUP BY opener
"""
# A number may be given to another person after it was closed: what is found counts for the opening before it. What
# lies before the time can belong to no opening in it. Joined by hashes of 64 bits, which takes a third of the time that
# the cards' names take; two of a million cards have the same one once in thirty million stores.
_FLAGGED = f"""
SELECT opener, uniqExact(key, opened) AS n
FROM
(
    SELECT cityHash64(card) AS key, first_seen AS found FROM hits
    WHERE first_seen >= fromUnixTimestamp64Milli({{since_ms:Int64}}, 'UTC')
) AS bad
ASOF JOIN
(
    SELECT cityHash64(card) AS key, event_time AS opened, {{by}} AS opener FROM card
    WHERE action = 'open' AND event_time >= fromUnixTimestamp64Milli({{since_ms:Int64}}, 'UTC')
) AS opening
ON bad.key = opening.key AND bad.found >= opening.opened
WHERE opener != '' AND {_IN_TIME}
GROUP BY opener
"""
# The latest word on a card counts.
_CONFIRMED = f"""
SELECT opener, count() AS n
FROM
(
    SELECT opener, card, opened
    FROM (SELECT card, event_time AS found, toString(verdict) AS word FROM verdict) AS bad
    ASOF JOIN
    (
        SELECT card, event_time AS opened, {{by}} AS opener FROM card
        WHERE action = 'open' AND card IN (SELECT card FROM verdict)
    ) AS opening
    ON bad.card = opening.card AND bad.found >= opening.opened
    WHERE opener != '' AND {_IN_TIME}
    GROUP BY opener, card, opened
    HAVING argMax(word, (found, word)) = 'confirmed'
)
GROUP BY opener
"""


def opener_counts(store: Store, by: str, since_ms: int = 0, until_ms: int = 10**13) -> dict[str, list]:
    """Return opener, opened, flagged and confirmed as columns, for all that opened a card in the time.

    Parameters
    ----------
    by : {"branch", "clerk", "agent"}
    since_ms, until_ms : int
        When the cards were opened, UTC ms, the end left out; what became of them counts up to now.

    Raises
    ------
    StoreError
    """
    if by not in OPENERS:
        raise StoreError(f"openers are {', '.join(OPENERS)}, got {by!r}")
    given = {"since_ms": since_ms, "until_ms": until_ms}

    def counts(sql: str) -> dict[str, int]:
        columns = store.query_columns(sql.replace("{by}", by), given)
        return dict(zip(columns["opener"], columns["n"]))

    opened, flagged, confirmed = counts(_OPENED), counts(_FLAGGED), counts(_CONFIRMED)
    openers = sorted(opened)
    return {"opener": openers, "opened": [opened[name] for name in openers],
            "flagged": [flagged.get(name, 0) for name in openers],
            "confirmed": [confirmed.get(name, 0) for name in openers]}
