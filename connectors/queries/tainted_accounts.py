"""Where the stream's shard of taint follows money to, and by which payments it went."""

from collections.abc import Iterable
from typing import Any

from connectors.clickhouse import Store

_COLUMNS = """
card, parent, source, in_fen, injected_fen, here_fen, out_fen, withdrawn_fen, stopped_fen, unseen_fen, cleared_fen,
    returned_fen, toUnixTimestamp64Milli(first_seen) AS first_ms, toUnixTimestamp64Milli(last_seen) AS last_ms,
    least_hops, mean_hops, hop_ms, dwell_ms, share, gone, reasons_zh, reasons_en
"""
_ACCOUNTS = f"""
SELECT {_COLUMNS}
FROM taint_accounts FINAL
WHERE here_fen >= {{least_fen:Int64}} AND NOT gone
AND ({{after_card:String}} = '' OR here_fen < {{after_fen:Int64}}
    OR here_fen = {{after_fen:Int64}} AND card > {{after_card:String}})
ORDER BY here_fen DESC, card
LIMIT {{limit:UInt32}}
"""
_ACCOUNT = f"SELECT {_COLUMNS} FROM taint_accounts FINAL WHERE card = {{card:String}}"
_MOVES = """
SELECT toUnixTimestamp64Milli(event_time) AS event_ms, payer, payee, fen, amount_fen, hops, dwell_ms, end, uid
FROM taint_moves FINAL
WHERE payer = {card:String} OR payee = {card:String}
ORDER BY event_time DESC, uid, end
LIMIT {limit:UInt32}
"""
_OF_CARDS = f"SELECT {_COLUMNS} FROM taint_accounts FINAL WHERE card IN {{cards:Array(String)}}"
_SUMS = """
SELECT payer, payee, sum(fen) AS fen, min(hops) AS hops FROM taint_moves FINAL
WHERE payer IN {cards:Array(String)} AND payee IN {cards:Array(String)}
AND event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
AND event_time < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
GROUP BY payer, payee
"""


def tainted_accounts(store: Store, least_fen: int = 1, limit: int = 100,
                     after: tuple[int, str] | None = None) -> list[dict[str, Any]]:
    """Return accounts in which tainted money lies now, the most first.

    Parameters
    ----------
    least_fen : int
        Leave out those with less.
    limit : int
        At most so many.
    after : (here_fen, card), optional
        Only those that come behind this one.

    Returns
    -------
    list of dict
        The columns of ``taint_accounts``; times as ``*_ms``, UTC milliseconds.
    """
    after_fen, after_card = after or (0, "")
    return store.query(_ACCOUNTS, {"least_fen": least_fen, "limit": limit, "after_fen": after_fen,
                                   "after_card": after_card})


def tainted_account(store: Store, card: str) -> dict[str, Any] | None:
    """Return one account as :func:`tainted_accounts` does, also if nothing lies there; None if it is not followed."""
    found = store.query(_ACCOUNT, {"card": card})
    return found[0] if found else None


def tainted_moves(store: Store, card: str, limit: int = 100) -> list[dict[str, Any]]:
    """Return payments with tainted money from or to an account, the newest first.

    Returns
    -------
    list of dict
        event_ms, payer, payee, fen (the tainted part), amount_fen, hops, dwell_ms (how long it had lain with the
        payer), end (``passed``, or how it ended), uid.
    """
    return store.query(_MOVES, {"card": card, "limit": limit})


def tainted_of(store: Store, cards: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return those of the accounts that are followed, as :func:`tainted_account` does."""
    rows = store.query(_OF_CARDS, {"cards": sorted(set(cards))})
    return {row["card"]: row for row in rows}


def tainted_sums(store: Store, cards: Iterable[str], from_ms: int, until_ms: int) -> dict[tuple[str, str], dict]:
    """Return tainted money between the accounts, by payer and payee: fen, and least hops."""
    params = {"cards": sorted(set(cards)), "from_ms": from_ms, "until_ms": until_ms}
    return {(row["payer"], row["payee"]): row for row in store.query(_SUMS, params)}
