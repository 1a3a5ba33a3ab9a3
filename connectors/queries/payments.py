"""Payments of some accounts, as they are needed to follow money: from a moment on, in order, each once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from connectors.clickhouse import Store
from connectors.errors import StoreError

#: Accounts asked for in one statement (ours).
_ACCOUNTS = 2_000

_COUNTS = """
SELECT card, uniqExact(uid) AS n FROM card_events
WHERE card IN {cards:Array(String)} AND topic = 'txn'
AND event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
AND event_time < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
GROUP BY card
"""

# Balances are in txn alone, which lies in order of time: read by time and identity, its key.
_PAYMENTS = """
SELECT toUnixTimestamp64Milli(event_time) AS time_ms, uid, payer, payee, amount_fen, balance_after_fen,
    toInt8(channel) AS channel
FROM txn
WHERE (event_time, uid) IN
(
    SELECT event_time, uid FROM card_events
    WHERE card IN {cards:Array(String)} AND topic = 'txn'
    AND event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
    AND event_time < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
)
ORDER BY time_ms, uid
LIMIT 1 BY time_ms, uid
LIMIT {bound:UInt64}
"""

_BY_ID = """
SELECT toUnixTimestamp64Milli(event_time) AS time_ms, uid, payer, payee, amount_fen, balance_after_fen,
    toInt8(channel) AS channel
FROM txn WHERE event_id = {event_id:String}
AND event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
AND event_time < fromUnixTimestamp64Milli({until_ms:Int64}, 'UTC')
ORDER BY time_ms, uid LIMIT 1 BY time_ms, uid
LIMIT 2
"""


class TooManyPayments(StoreError):
    """Following the money would take more payments than was allowed."""


@dataclass(frozen=True)
class StoredPayments:
    """Columns of n payments, in order of time and identity.

    Attributes
    ----------
    time_ms, amount_fen, balance_fen : ndarray of int64
        UTC ms; `balance_fen` is the payer's afterwards, the least int64 where it is not known.
    uid : ndarray of uint64
    payer, payee : list of str
        Accounts without ``account:``.
    channel : ndarray of int8
        Index in `features.events.CHANNELS`, -1 where not known.
    """

    time_ms: np.ndarray
    uid: np.ndarray
    payer: list[str]
    payee: list[str]
    amount_fen: np.ndarray
    balance_fen: np.ndarray
    channel: np.ndarray

    def __len__(self) -> int:
        return len(self.uid)


def payment_counts(store: Store, accounts: Mapping[str, int], until_ms: int) -> dict[str, int]:
    """How many payments each account made or got since the earliest moment given; 0 is left out."""
    counts: dict[str, int] = {}
    for names in _groups(accounts):
        rows = store.query(_COUNTS, _params(names, accounts, until_ms))
        counts |= {row["card"].removeprefix("account:"): row["n"] for row in rows}
    return counts


def payments_of(
    store: Store, accounts: Mapping[str, int], until_ms: int, bound: int, read: int = 0
) -> list[StoredPayments]:
    """Return the payments that the accounts made or got.

    Parameters
    ----------
    accounts : mapping of str to int
        Account without ``account:``, and from when, UTC ms. Some earlier payments may come as well.
    until_ms : int
        Payments before this time, UTC ms.
    bound : int
        Payments at most, with those `read` before.

    Returns
    -------
    list of StoredPayments
        Each in order; a payment between two of the accounts may be in two of them.

    Raises
    ------
    TooManyPayments
        There are more than `bound`.
    """
    found, left = [], bound - read
    for names in _groups(accounts):
        columns = store.query_columns(_PAYMENTS, _params(names, accounts, until_ms) | {"bound": max(left, 0) + 1})
        part = _payments(columns)
        left -= len(part)
        if left < 0:
            raise TooManyPayments(
                f"following the money takes more than {bound:,} payments; narrow it with --since and --until, "
                "--hops or --least, or allow more with --payments"
            )
        found.append(part)
    return found


def payment_by_id(store: Store, event_id: str, from_ms: int, until_ms: int) -> StoredPayments:
    """Return the payment that its source called `event_id`: none, one, or two where that is not unique.

    Reads all payments of the time span.
    """
    params = {"event_id": event_id, "from_ms": from_ms, "until_ms": until_ms}
    return _payments(store.query_columns(_BY_ID, params))


def _groups(accounts: Mapping[str, int]) -> list[list[str]]:
    """Names by the moment from which they are asked for, so that few early ones do not make all early."""
    names = sorted(accounts, key=lambda name: (accounts[name], name))
    return [names[k : k + _ACCOUNTS] for k in range(0, len(names), _ACCOUNTS)]


def _params(names: list[str], accounts: Mapping[str, int], until_ms: int) -> dict:
    return {
        "cards": [f"account:{name}" for name in names],
        "from_ms": min(accounts[name] for name in names),
        "until_ms": until_ms,
    }


def _payments(columns: dict[str, list]) -> StoredPayments:
    unknown = np.iinfo(np.int64).min
    balances = [unknown if value is None else value for value in columns["balance_after_fen"]]
    return StoredPayments(
        np.array(columns["time_ms"], np.int64),
        np.array(columns["uid"], np.uint64),
        columns["payer"],
        columns["payee"],
        np.array(columns["amount_fen"], np.int64),
        np.array(balances, np.int64),
        np.array(columns["channel"], np.int8),
    )
