"""The rows that travel to the shards: one per event and entity it concerns.

Rows are fixed-width records, so that a batch is partitioned by one sort, sent as plain bytes, and
read by the kernels in place.
"""

import numpy as np

# Kinds of entity.
PHONE, ACCOUNT, DEVICE = 0, 1, 2

# Roles, in the order in which rows of the same event are taken.
SIGNAL = 0  # what another shard found out about the card, sent ahead of the event that showed it
NOTE = 1  # an event about the card itself: opening, verdict, lead, watchlist
OUT = 2  # caller, sender, payer
IN = 3  # callee, receiver, payee

# Bits of `flags`.
PRIMARY = 1  # the row that counts the record: exactly one per record
CORPORATE = 2
LINK = 4  # a device row that says: this account paid, or was paid by, this card
WATCH = 8  # a device row that says: this account was put on a list of case-involved ones, or taken off it

#: One row for a card shard.
CARD_ROW = np.dtype(
    [
        ("time", "<i8"),  # event time, UTC ms
        ("uid", "<u8"),  # identity of the event
        ("entity", "<u8"),  # hash of the card
        ("peer", "<u8"),  # hash of the counterpart, 0 if none
        ("number", "<u8"),  # the card's number where it is decimal, see `digits`
        ("peer_number", "<u8"),  # the counterpart's, 0 where it is not decimal
        ("value", "<i8"),  # fen, seconds, or what a signal carries; ABSENT where missing
        ("balance", "<i8"),  # fen left after a payment, ABSENT where missing; of an IN row the payer's phone
        ("offset", "<i8"),  # where the record begins in its source, bytes
        ("imei", "<u4"),  # 32-bit hashes, 0 where missing; of an account both together are its
        ("cell", "<u4"),  # holder's phone, see :mod:`features.owners`
        ("area", "<u4"),  # six-digit GB/T 2260 code where it happened, 0 where missing; OUT rows
        ("home_area", "<u4"),  # where the card was opened, 0 where missing; OUT and NOTE rows
        ("source", "<u4"),  # index in the table of sources of the batch, then of the shard
        ("topic", "u1"),  # index in TOPICS
        ("kind", "i1"),  # index of the choice: voice/sms, channel, action, verdict; -1 missing
        ("answered", "i1"),  # 1, 0, -1 missing
        ("role", "u1"),
        ("card_kind", "u1"),  # PHONE or ACCOUNT
        ("digits", "u1"),  # length of `number`, 0 where the name is not decimal
        ("flags", "u1"),
        ("peer_digits", "u1"),  # length of `peer_number`, 0 where the name is not decimal
    ]
)

#: One row for a device shard: this card was seen with this device.
DEVICE_ROW = np.dtype(
    [
        ("time", "<i8"),
        ("uid", "<u8"),
        ("entity", "<u8"),  # hash of the device
        ("card", "<u8"),  # hash of the card that used it
        ("topic", "u1"),
        ("role", "u1"),
        ("card_kind", "u1"),
        ("flags", "u1"),
        ("yuan", "<f4"),  # of a link: the payment
    ]
)



def pick(rows: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Rows by index or by mask, copied; 20 to 30 times as fast as ``rows[which]`` on records.

    numpy indexes records field by field; `take` and `compress` move whole records.
    """
    return np.compress(which, rows) if which.dtype == bool else np.take(rows, which)


#: Kinds of a signal: cards on a device; a suspicious counterpart; a counterpart on a list.
OF_DEVICE, OF_LINK, OF_LIST = 0, 1, 2

#: Seeds of the entity hashes: the same string is another entity in another kind.
PHONE_SEED, ACCOUNT_SEED, DEVICE_SEED, EVENT_SEED, PLACE_SEED = 11, 12, 13, 14, 15
