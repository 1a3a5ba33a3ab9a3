"""Who is on which list: the newest word on each card, less what was taken off or has ended."""

from typing import Any

from connectors.clickhouse import Store

_WORDS = """
SELECT list, card, argMax((action, kind, toUnixTimestamp64Milli(event_time),
    if(expires_at IS NULL, toInt64(-1), toUnixTimestamp64Milli(assumeNotNull(expires_at))), reason), version) AS word,
    tupleElement(word, 4) AS expires_ms
FROM watchlist_entries
WHERE ({list:String} = '' OR list = {list:String}) AND ({card:String} = '' OR card = {card:String})
GROUP BY list, card
HAVING tupleElement(word, 1) = 'add' AND (expires_ms < 0 OR expires_ms > {now_ms:Int64})
"""
_ENTRIES = f"""
SELECT list, card, if(tupleElement(word, 2) = 'allow', 'allow', 'block') AS kind, tupleElement(word, 3) AS said_ms,
    expires_ms, tupleElement(word, 5) AS reason
FROM ({_WORDS}) ORDER BY said_ms DESC, list, card LIMIT {{limit:UInt32}}
"""
_SIZES = f"""
SELECT list, count() AS cards, countIf(tupleElement(word, 2) = 'allow') AS allowed,
    countIf(expires_ms > 0) AS ending, max(tupleElement(word, 3)) AS said_ms
FROM ({_WORDS}) GROUP BY list ORDER BY list
"""


def watchlist_entries(
    store: Store, now_ms: int, name: str = "", card: str = "", limit: int = 100
) -> list[dict[str, Any]]:
    """Entries that count at a time, the newest first.

    Parameters
    ----------
    now_ms : int
        UTC ms.
    name, card : str
        Only of this list, of this card; all if empty.

    Returns
    -------
    list of dict
        ``list, card, kind, said_ms, expires_ms`` (-1 for no end) and ``reason``.
    """
    given = {"list": name, "card": card, "now_ms": now_ms, "limit": limit}
    return store.query(_ENTRIES, given)


def watchlist_sizes(store: Store, now_ms: int) -> list[dict[str, Any]]:
    """Each list with how many cards are on it, how many of them allowed, and when it last changed."""
    return store.query(_SIZES, {"list": "", "card": "", "now_ms": now_ms})
