"""Whose phone belongs to which account, as payments and openings say.

A row of an account carries the holder's phone in the two fields that a phone's row has for handset and
cell; the row of a payee also has the payer's. Most payments name them; where one does not, the shard
remembers what the last one said.
"""

import numba
import numpy as np
import pyarrow as pa

from features import entity_index as index
from features.decay import DAY_MS
from features.entity_table import EntityTable
from features.hashing import decimal_numbers

#: A phone is its number in the low bits and how many digits it has above them.
_DIGITS_AT = np.uint64(56)
_NUMBER = np.uint64((1 << 56) - 1)
_MOST_DIGITS = 16
_LOW = np.uint64(0xFFFFFFFF)
#: What an account said of its phone is remembered for as long as it is silent, days (ours).
_SILENCE_DAYS = 180


def phone_codes(phones: pa.StringArray) -> np.ndarray:
    """Phones as one number each (uint64); 0 for one that is not of 1 to 16 digits."""
    number, digits = decimal_numbers(phones)
    known = (digits > 0) & (digits <= _MOST_DIGITS)
    return np.where(known, number | digits.astype(np.uint64) << _DIGITS_AT, np.uint64(0))


def phone_halves(phones: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    """The low and the high half of :func:`phone_codes`, for the fields `imei` and `cell`."""
    codes = phone_codes(phones)
    return codes & _LOW, codes >> np.uint64(32)


def split_phone(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number (uint64) and digits (uint8) of :func:`phone_codes`; 0 and 0 if unknown."""
    return codes & _NUMBER, (codes >> _DIGITS_AT).astype(np.uint8)


class AccountOwners:
    """The phones of one shard's accounts: 8 bytes an account and 44 of index."""

    def __init__(self, max_entities: int):
        self.table = EntityTable(0, 1, 0, max_entities, _SILENCE_DAYS * DAY_MS)

    def learn(self, rows: np.ndarray) -> np.ndarray:
        """Take account rows in order; give each account's phone as it is then known.

        Returns
        -------
        ndarray of uint64, shape (n,)
            0 where it is unknown, see :func:`split_phone`.
        """
        t = self.table
        t.reserve(rows.size)
        phone = np.zeros(rows.size, np.uint64)
        _learn(rows, t.i, t.keys, t.slots, t.entity, t.last, t.holes, t.meta, phone)
        return phone

    def snapshot(self) -> dict[str, np.ndarray]:
        return self.table.snapshot()

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        """Become what :meth:`snapshot` saw; state of a release that did not know owners has none."""
        if arrays:
            self.table.restore(arrays)


@numba.njit(cache=True, nogil=True)
def _learn(rows, i, keys, slots, entity_of, last, holes, meta, phone):
    for r in range(rows.size):
        row = rows[r]
        said = np.uint64(row["cell"]) << np.uint64(32) | np.uint64(row["imei"])
        e = index.find(keys, slots, row["entity"])
        if said == 0:
            if e >= 0:
                phone[r] = np.uint64(i[e, 0])
            continue
        now = row["time"]
        if e < 0:
            e = index.insert(keys, slots, entity_of, last, holes, meta, row["entity"], now)
        if now >= last[e]:  # a late row does not undo what a later one said
            i[e, 0], last[e] = np.int64(said), now
        phone[r] = said
