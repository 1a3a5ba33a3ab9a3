"""The rows that taint is followed over: payments, and what makes a card a source of it."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from features.events import CHANNELS, VERDICTS
from features.hashing import decimal_numbers, hash_strings
from features.roles import ACCOUNT, ACCOUNT_SEED, IN, NOTE, OUT, pick
from features.validate import ABSENT

#: A payment (role OUT), or a note that a card is a source or no longer one (role NOTE).
TAINT_ROW = np.dtype(
    [
        ("time", "<i8"),  # event time, UTC ms
        ("uid", "<u8"),  # identity of the event
        ("entity", "<u8"),  # hash of the payer's account, or of the card noted
        ("peer", "<u8"),  # hash of the payee's
        ("amount", "<i8"),  # fen; of a source: how much of what comes in, ABSENT: everything
        ("balance", "<i8"),  # payer's fen afterwards, ABSENT where missing; of a source: until when, ms
        ("number", "<u8"),  # the account's number where it is decimal, see `digits`
        ("peer_number", "<u8"),
        ("role", "u1"),
        ("channel", "i1"),  # index in CHANNELS, -1 missing
        ("digits", "u1"),  # length of `number`, 0 where the name is not decimal
        ("peer_digits", "u1"),
        ("what", "u1"),  # PLAIN, REPORTED; of a note SOURCE, CLEARED
        ("spare", "u1", 3),
    ]
)
PLAIN, REPORTED, SOURCE_NOTE, CLEARED_NOTE = 0, 1, 2, 3


def payments(
    time_ms: np.ndarray,
    uid: np.ndarray,
    payer: pa.StringArray,
    payee: pa.StringArray,
    amount: np.ndarray,
    balance: np.ndarray,
    channel: np.ndarray,
) -> np.ndarray:
    """Columns of payments as rows, in the order given.

    Parameters
    ----------
    time_ms, amount, balance : ndarray of int64, shape (n,)
        UTC ms; fen; the payer's fen afterwards, ABSENT where missing.
    uid : ndarray of uint64
    payer, payee : pyarrow.StringArray
        Accounts without ``account:``.
    channel : ndarray of int8
        Index in :data:`features.events.CHANNELS`, -1 where missing.

    Returns
    -------
    ndarray of TAINT_ROW, shape (n,)
    """
    rows = np.zeros(len(uid), TAINT_ROW)
    rows["time"], rows["uid"], rows["role"] = time_ms, uid, OUT
    rows["entity"], rows["peer"] = hash_strings(payer, ACCOUNT_SEED), hash_strings(payee, ACCOUNT_SEED)
    rows["amount"], rows["balance"], rows["channel"] = amount, balance, channel
    rows["number"], rows["digits"] = decimal_numbers(payer)
    rows["peer_number"], rows["peer_digits"] = decimal_numbers(payee)
    return rows


def source(
    account: str, from_ms: int, fen: int | None = None, until_ms: int | None = None, what: int = SOURCE_NOTE
) -> np.ndarray:
    """One row: from `from_ms` on the account is a source.

    Parameters
    ----------
    account : str
        Without ``account:``.
    fen : int, optional
        The first so many fen that come in from then on become tainted. Without it everything
        that leaves the account from then on is, also what had lain there before.
    until_ms : int, optional
        No later money becomes tainted.
    what : int
        CLEARED_NOTE: it is none any more.
    """
    rows = np.zeros(1, TAINT_ROW)
    name = pa.array([account])
    rows["time"], rows["role"], rows["what"] = from_ms, NOTE, what
    rows["entity"] = rows["uid"] = hash_strings(name, ACCOUNT_SEED)
    rows["amount"] = ABSENT if fen is None else fen
    rows["balance"] = ABSENT if until_ms is None else until_ms
    rows["number"], rows["digits"] = decimal_numbers(name)
    return rows


def in_order(parts: Iterable[np.ndarray]) -> np.ndarray:
    """Rows in the order in which they are followed: time, then event identity, then notes first."""
    rows = np.concatenate([np.empty(0, TAINT_ROW), *parts])
    return rows.take(np.lexsort((rows["uid"], rows["role"] != NOTE, rows["time"])))


def taint_rows(topic: str, rows: np.ndarray, names: pa.StringArray) -> tuple[np.ndarray, dict[int, str]]:
    """Rows of a decoded chunk: its payments; cards that verdicts confirm or clear; accounts that leads name.

    Parameters
    ----------
    topic : str
    rows : ndarray of CARD_ROW, shape (m,)
        What :func:`features.partition.card_rows` made of the chunk.
    names : pyarrow.StringArray, length m
        The card behind each row.

    Returns
    -------
    rows : ndarray of TAINT_ROW
        None for other topics, nor for phones.
    names : dict of int to str
        By entity, the accounts whose names are not decimal.
    """
    if topic not in ("txn", "verdict", "lead"):
        return np.empty(0, TAINT_ROW), {}
    mine = rows["card_kind"] == ACCOUNT
    out = pick(rows, mine & (rows["role"] != IN))
    told = np.zeros(out.size, TAINT_ROW)
    for name in ("time", "uid", "entity", "peer", "number", "peer_number", "role", "digits", "peer_digits"):
        told[name] = out[name]
    if topic == "txn":
        told["amount"], told["balance"], told["channel"] = out["value"], out["balance"], out["kind"]
    else:
        told["amount"] = told["balance"] = ABSENT
        cleared = (topic == "verdict") & (out["kind"] == VERDICTS.index("cleared"))
        told["what"] = np.where(cleared, CLEARED_NOTE, SOURCE_NOTE)
    at = np.flatnonzero(mine & (rows["digits"] == 0)).tolist()
    return told, {int(rows["entity"][k]): names[k].as_py() for k in at}


def sink_mask(channels: Iterable[str]) -> int:
    """Bits of channels by their index."""
    return sum(1 << CHANNELS.index(channel) for channel in set(channels))
