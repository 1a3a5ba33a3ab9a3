"""Words about lists as rows: put on or taken off, for the card's own shard and, of accounts, for that of its links.

A row of role NOTE carries in the fields that other rows use for the counterpart: the list's and the reason's
hash (`peer`, `peer_number`), the end of the entry (`value`, UTC ms), the kind (`answered`) and which code the list
stands for (`peer_digits`). Texts travel beside the rows, each once a batch.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa

from features.decode import EventBatch
from features.events import TOPICS, WATCHLIST_ACTIONS, WATCHLIST_KINDS
from features.hashing import hash_strings
from features.roles import ACCOUNT, DEVICE_ROW, NOTE, WATCH, pick
from features.subbatch import SubBatch
from features.validate import ABSENT

WATCHLIST = tuple(TOPICS).index("watchlist")
ADD, REMOVE = (WATCHLIST_ACTIONS.index(action) for action in ("add", "remove"))
ALLOW = WATCHLIST_KINDS.index("allow")
#: What a list can stand for, the gravest first: case-involved, victim-reported, bank-reported, attempted fraud.
#: A list whose name begins with one of these codes stands for it, any other for the first.
LIST_CODES = ("2001", "3002", "3003", "3001")
_LIST_SEED, _REASON_SEED = 21, 22
_LEADING = re.compile(r"(\d{4})(?!\d)")


def list_code(name: str) -> int:
    """Index in :data:`LIST_CODES` of what a list stands for.

    >>> LIST_CODES[list_code("3002-hotline")], LIST_CODES[list_code("city")]
    ('3002', '2001')
    """
    leading = _LEADING.match(name)
    return LIST_CODES.index(leading[1]) if leading and leading[1] in LIST_CODES else 0


def say_watch(rows: np.ndarray, batch: EventBatch) -> None:
    """Fill what the rows of a batch of the topic ``watchlist`` say of lists, in place."""
    columns = batch.columns
    rows["peer"] = hash_strings(columns["list"], _LIST_SEED)
    rows["peer_number"] = hash_strings(columns["reason"], _REASON_SEED)
    rows["value"] = columns["expires_at"]
    rows["answered"] = columns["kind"]
    names = columns["list"].dictionary_encode()
    codes = np.array([list_code(name) for name in names.dictionary.to_pylist()], np.uint8)
    rows["peer_digits"] = codes[names.indices.to_numpy()] if codes.size else 0


def short(hashes: np.ndarray) -> np.ndarray:
    """The 32 bits by which shards know a list or a reason."""
    return (hashes >> np.uint64(32)).astype(np.uint32)


def end_s(value_ms: np.ndarray) -> np.ndarray:
    """Ends of entries in whole seconds, rounded up; 0 where there is none."""
    ends = np.where(value_ms == ABSENT, 0, np.maximum(-(-value_ms // 1000), 1))
    return np.minimum(ends, np.iinfo(np.uint32).max).astype(np.uint32)


def watch_device_rows(about: np.ndarray) -> np.ndarray:
    """The accounts' words for the shards that keep their links: what may make a counterpart suspect.

    Parameters
    ----------
    about : ndarray of CARD_ROW
        As :func:`say_watch` left them.

    Returns
    -------
    ndarray of DEVICE_ROW
        `card` is the list in the upper half and the end in the lower; `card_kind` is 1 where the
        entry is a block of a list of case-involved cards, 0 where it takes such a one back.
    """
    about = pick(about, (about["card_kind"] == ACCOUNT) & (about["peer_digits"] == 0))
    rows = np.zeros(about.size, DEVICE_ROW)
    for name in ("time", "uid", "entity", "topic"):
        rows[name] = about[name]
    rows["card"] = (about["peer"] >> np.uint64(32) << np.uint64(32)) | end_s(about["value"])
    rows["card_kind"] = (about["kind"] == ADD) & (about["answered"] != ALLOW)
    rows["role"], rows["flags"] = NOTE, WATCH
    return rows


def watch_texts(batch: EventBatch) -> dict[int, str]:
    """Names of lists and reasons in a batch, by the 32 bits that stand for them."""
    texts: dict[int, str] = {}
    for name, seed in (("list", _LIST_SEED), ("reason", _REASON_SEED)):
        known = batch.columns[name].unique().drop_null()
        if isinstance(known, pa.StringArray):
            texts |= zip(short(hash_strings(known, seed)).tolist(), known.to_pylist())
    return texts


def with_texts(
    batches: Iterable[tuple[int, SubBatch]], texts: dict[int, str]
) -> list[tuple[int, SubBatch]]:
    """Give each sub-batch the texts that its rows speak of."""
    given = []
    for shard, batch in batches:
        rows = batch.rows
        hashes = (rows["card"],) if rows.dtype == DEVICE_ROW else (rows["peer"], rows["peer_number"])
        said = {int(h) for column in hashes for h in np.unique(short(column))}
        given.append((shard, replace(batch, texts={h: texts[h] for h in sorted(said) if h in texts} or None)))
    return given
