"""Card events as rows for the shard of openings."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from features.decode import EventBatch
from features.hashing import hash_strings
from features.openings.institutions import institution_of
from features.roles import ACCOUNT, CORPORATE, EVENT_SEED, PHONE
from features.subbatch import SubBatch

#: One row per event of the topic ``card``. `role` is the action, so that ties are broken by it.
OPENING_ROW = np.dtype(
    [
        ("time", "<i8"),  # event time, UTC ms
        ("uid", "<u8"),  # identity of the event
        ("entity", "<u8"),  # hash of the holder
        ("card", "<u8"),  # hash of the card with its kind
        ("institution", "<u8"),  # hash of the bank's or operator's name
        ("address", "<u8"),  # hashes, 0 where missing
        ("agent", "<u8"),
        ("linked_phone", "<u8"),  # hash of phone:…, the same as that phone's as a card
        ("area", "<u4"),  # six-digit GB/T 2260 code, 0 where missing
        ("role", "u1"),  # index in CARD_ACTIONS
        ("card_kind", "u1"),  # PHONE or ACCOUNT
        ("flags", "u1"),  # CORPORATE
        ("spare", "u1"),
    ]
)
#: A row as plain numbers, field by field: one after the other they are read ten times as fast as records.
OpeningEvent = namedtuple("OpeningEvent", OPENING_ROW.names)
#: What travels beside a row, by its uid, for those who read a finding.
TEXTS = ("holder", "card", "institution", "branch", "clerk", "agent", "address", "linked_phone")
#: Stands between the texts; events hold no control characters.
_BETWEEN = "\x1f"


def opening_rows(events: EventBatch, uid: np.ndarray, issuers: Mapping[str, str] = MappingProxyType({})) -> SubBatch:
    """Rows of decoded events of the topic ``card``, for the one shard of openings.

    Parameters
    ----------
    uid : ndarray of uint64
        From :func:`features.partition.event_uids`.
    issuers : mapping of prefix to name
        See :func:`features.openings.institutions.institution_of`.
    """
    columns = {name: _texts(events.columns[name]) for name in (*TEXTS, "area") if name != "institution"}
    cards = columns["card"]
    institutions = [institution_of(card, issuers) for card in cards]
    phones = [f"phone:{phone}" if phone else "" for phone in columns["linked_phone"]]
    rows = np.zeros(len(events), OPENING_ROW)
    rows["time"], rows["uid"] = events.time_ms, uid
    hashed = {"entity": columns["holder"], "card": cards, "institution": institutions, "address": columns["address"],
              "agent": columns["agent"], "linked_phone": phones}
    for name, texts in hashed.items():
        rows[name] = hash_strings(pa.array(texts, pa.string()), EVENT_SEED)
    rows["area"] = [area_code(area) for area in columns["area"]]
    rows["role"] = events.columns["action"]
    rows["card_kind"] = [PHONE if card.startswith("phone:") else ACCOUNT for card in cards]
    rows["flags"] = np.where(events.columns["corporate"] == 1, CORPORATE, 0)
    columns["institution"] = institutions
    beside = zip(*(columns[name] for name in TEXTS))
    return SubBatch(rows, names={key: _BETWEEN.join(texts) for key, texts in zip(uid.tolist(), beside)})


def opening_events(rows: np.ndarray) -> Iterator[OpeningEvent]:
    """The rows, one by one."""
    return map(OpeningEvent._make, rows.tolist())


def area_code(text: str) -> int:
    """Six-digit area as a number, 0 for anything else.

    >>> area_code("510107"), area_code(""), area_code("51")
    (510107, 0, 0)
    """
    return int(text) if len(text) == 6 and text.isascii() and text.isdigit() else 0


def texts_beside(joined: str) -> dict[str, str]:
    """Take apart what travels beside a row: `TEXTS` by name."""
    return dict(zip(TEXTS, joined.split(_BETWEEN)))


def _texts(column: pa.StringArray) -> list[str]:
    return [text or "" for text in column.to_pylist()]
