"""The lists as one shard of links knows them: tells accounts that paid, or were paid by, a case-involved one.

A shard of cards knows its own cards' lists; the other side of a payment lies elsewhere. The shard that keeps an
account's links sees each payment of it with the counterpart, so the account's entries lie there, too.
"""

import numba
import numpy as np

from features.card_watch import BELOW_PAYEE, BELOW_PAYER, any_listed
from features.roles import ACCOUNT, CARD_ROW, LINK, OF_LIST, OUT, SIGNAL, WATCH
from features.watch_rows import short
from features.watch_table import WatchTable, best_entry, put_entry, take_off
from features.watch_texts import WatchTexts


class AccountWatch:
    """Entries of one shard's accounts on block lists of case-involved cards."""

    def __init__(self):
        self.table = WatchTable()
        self.texts = WatchTexts()

    def names(self, signals: np.ndarray) -> dict[int, str] | None:
        """Names of the lists that signals speak of."""
        of_lists = (signals["role"] == SIGNAL) & (signals["kind"] == OF_LIST)
        lists = np.unique(signals["peer_number"][of_lists]).tolist()
        return {name: text for name in lists if (text := self.texts.text(name))} or None

    def signals(self, rows: np.ndarray, watermark_ms: int, held: bool) -> np.ndarray:
        """Take rows in order.

        Parameters
        ----------
        rows : ndarray of DEVICE_ROW, shape (n,)
        held : bool
            Whether others still wait for the watermark.

        Returns
        -------
        ndarray of CARD_ROW
            A SIGNAL row of kind OF_LIST for each payment of a listed account, to the other side:
            `peer_number` is the list, `balance` how far its uid is below the payment's.
        """
        words = np.count_nonzero(rows["flags"] & WATCH)
        if not (words or (len(self.table) and any_listed(rows, self.table.keys))):
            return np.empty(0, CARD_ROW)
        if words:
            self.table.reserve(words, watermark_ms)
            self.texts.keep(short(rows["card"][(rows["flags"] & WATCH) != 0]), held)
        found = np.zeros(rows.size, np.uint32)
        told = np.zeros(rows.size, bool)
        _walk(rows, *self.table.arrays, told, found)
        of = np.compress(told, rows)
        signals = np.zeros(of.size, CARD_ROW)
        below = np.where(of["role"] == OUT, BELOW_PAYEE, BELOW_PAYER)
        signals["time"] = of["time"]
        signals["uid"] = of["uid"] - below.astype(np.uint64)
        signals["entity"], signals["peer"] = of["card"], of["entity"]
        signals["card_kind"], signals["topic"] = ACCOUNT, of["topic"]
        signals["role"], signals["kind"] = SIGNAL, OF_LIST
        signals["peer_number"], signals["balance"] = found[told], below
        return signals


@numba.njit(cache=True, nogil=True)
def _walk(rows, keys, lists, reasons, since_s, until_s, what, meta, told, found):
    for r in range(rows.size):
        row = rows[r]
        flags = row["flags"]
        if flags & WATCH:
            name = np.uint32(row["card"] >> np.uint64(32))
            if row["card_kind"] == 0:
                take_off(keys, lists, reasons, since_s, until_s, what, meta, row["entity"], name)
                continue
            ends = np.uint32(row["card"] & np.uint64(0xFFFFFFFF))
            put_entry(
                keys, lists, reasons, since_s, until_s, what, meta,
                row["entity"], name, np.uint32(0), np.uint32(row["time"] // 1000), ends, np.uint8(0),
            )  # fmt: skip
        elif flags & LINK and meta[0] > 0:
            best = best_entry(keys, lists, since_s, until_s, what, row["entity"], row["time"], 0)
            if best >= 0:
                told[r], found[r] = True, lists[best]
