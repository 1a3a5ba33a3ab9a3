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
# Grouped by hashes of 64 bits, and without the reasons: of a million entries that takes a tenth of the time.
_SIZES = """
SELECT name AS list, count() AS cards, countIf(tupleElement(word, 2) = 'allow') AS allowed,
    countIf(expires_ms > 0) AS ending, max(tupleElement(word, 3)) AS said_ms
FROM
(
    SELECT any(list) AS name, argMax((action, kind, toUnixTimestamp64Milli(event_time),
        if(expires_at IS NULL, toInt64(-1), toUnixTimestamp64Milli(assumeNotNull(expires_at)))), version) AS word,
        tupleElement(word, 4) AS expires_ms
    FROM watchlist_entries
    GROUP BY cityHash64(list, card)
    HAVING tupleElement(word, 1) = 'add' AND (expires_ms < 0 OR expires_ms > {now_ms:Int64})
)
GROUP BY name ORDER BY name
"""
# The last words of a list, whatever they say; read from the newest on.
_LAST_WORDS = """
SELECT card FROM watchlist WHERE list = {list:String} ORDER BY event_time DESC, uid DESC LIMIT {limit:UInt32}
"""
_OF_CARDS = _ENTRIES.replace("GROUP BY", "AND card IN {cards:Array(String)} GROUP BY")


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
    return store.query(_SIZES, {"now_ms": now_ms})


def newest_entries(store: Store, now_ms: int, name: str, limit: int = 50) -> list[dict[str, Any]]:
    """The newest entries of one list that count, as `watchlist_entries` gives them, found by its last words.

    Much faster on a long list, unless its last words took cards off.
    """
    words = store.query(_LAST_WORDS, {"list": name, "limit": 4 * limit})
    given = {"list": name, "card": "", "cards": sorted({row["card"] for row in words}), "now_ms": now_ms,
             "limit": limit}
    found = store.query(_OF_CARDS, given) if words else []
    if len(found) >= limit or len(words) < 4 * limit:
        return found
    return watchlist_entries(store, now_ms, name, "", limit)
