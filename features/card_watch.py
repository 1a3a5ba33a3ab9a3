"""The lists as one shard of cards knows them: takes the words about lists out of the rows, marks the others.

A word about a list never reaches the features: a list with a million cards on it changes no other card's score,
and costs no row of features. Only a card that is listed by itself, not in bulk, is looked at at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numba
import numpy as np

from features.roles import CARD_ROW, NOTE, OF_LIST, OUT, SIGNAL, pick
from features.watch_rows import ADD, ALLOW, REMOVE, WATCHLIST, end_s, short
from features.watch_table import WatchTable, best_entry, put_entry, take_off
from features.watch_texts import WatchTexts

#: When more cards than this are listed at one moment in one shard they are listed in bulk (ours).
BULK = 8
#: A signal's uid is below that of the payment it speaks of, by 3 where the account told is the payee, by 4 where it
#: is the payer: next to the two of :mod:`features.link_features`.
BELOW_PAYEE, BELOW_PAYER = 3, 4


@dataclass(frozen=True)
class Marks:
    """What lists say of n rows.

    Attributes
    ----------
    own : ndarray of uint8, shape (n,)
        0, or 1 plus the index in :data:`features.watch_rows.LIST_CODES` of the gravest block list that the card is on.
    lists, reasons, since_s : ndarray of uint32
        Of that entry.
    allowed : ndarray of bool
        Whether the card is on an allow list, and on no block list of case-involved cards.
    other : ndarray of bool
        Whether the row's counterpart is on a block list of case-involved cards,
    other_lists : ndarray of uint32
        and on which.
    """

    own: np.ndarray
    lists: np.ndarray
    reasons: np.ndarray
    since_s: np.ndarray
    allowed: np.ndarray
    other: np.ndarray
    other_lists: np.ndarray

    @classmethod
    def none(cls, n: int) -> "Marks":
        numbers = (np.zeros(n, dtype) for dtype in (np.uint8, np.uint32, np.uint32, np.uint32, bool, bool, np.uint32))
        return cls(*numbers)

    @property
    def any(self) -> bool:
        return bool(self.own.any() or self.allowed.any() or self.other.any())

    def part(self, which: np.ndarray | slice) -> "Marks":
        return Marks(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Stretch:
    """Rows in order that the features take next.

    Attributes
    ----------
    rows : ndarray of CARD_ROW
    marks : Marks or None
        Of each of the rows; None where lists say nothing of any.
    words : ndarray of CARD_ROW
        Words about lists that come after the rows.
    word_marks : Marks or None
    at_once : bool
        Whether the features of the words' cards are to be looked at as they stand then.
    """

    rows: np.ndarray
    marks: Marks | None = None
    words: np.ndarray = field(default_factory=lambda: np.empty(0, CARD_ROW))
    word_marks: Marks | None = None
    at_once: bool = False


class CardWatch:
    """Entries of one shard's cards."""

    def __init__(self):
        self.table = WatchTable()
        self.texts = WatchTexts()

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        return self.table.snapshot_nbytes

    def stretches(self, rows: np.ndarray, watermark_ms: int, held: bool) -> Iterator[Stretch]:
        """Take rows in order; cut them where a card is listed that is looked at at once.

        Parameters
        ----------
        rows : ndarray of CARD_ROW, shape (n,)
            As :class:`features.ordering.EventTimeOrder` gives them out.
        held : bool
            Whether others still wait for the watermark.
        """
        words = (rows["topic"] == WATCHLIST) & (rows["role"] == NOTE) & (rows["peer"] != 0)
        told = (rows["role"] == SIGNAL) & (rows["kind"] == OF_LIST)
        any_words, any_told = words.any(), told.any()
        silent = not (any_words or any_told)
        if silent and not (len(self.table) and any_listed(rows, self.table.keys)):
            yield Stretch(rows)
            return
        if not silent:
            # In one go, since those that nothing waits for are forgotten.
            of_words = np.concatenate([rows["peer"][words], rows["peer_number"][words]])
            self.texts.keep(np.concatenate([short(of_words), rows["peer_number"][told].astype(np.uint32)]), held)
        marks = self._walk(rows, words, watermark_ms)
        if any_told:
            _mark_others(rows, told, marks)
        if not any_words:
            kept = ~told
            yield _stretch(rows, marks, kept) if any_told else Stretch(rows, marks if marks.any else None)
            return
        yield from self._cut(rows, words, told, marks)

    def _walk(self, rows: np.ndarray, words: np.ndarray, watermark_ms: int) -> Marks:
        listing = pick(rows, words)
        if listing.size:
            self.table.reserve(listing.size, watermark_ms)
        marks = Marks.none(rows.size)
        ends = np.zeros(rows.size, np.uint32)
        ends[words] = end_s(listing["value"])
        own = (marks.own, marks.lists, marks.reasons, marks.since_s)
        _walk(rows, words, ends, *self.table.arrays, *own, marks.allowed)
        return marks

    def _cut(self, rows: np.ndarray, words: np.ndarray, told: np.ndarray, marks: Marks) -> Iterator[Stretch]:
        alone = np.flatnonzero(words & (rows["kind"] == ADD) & (rows["answered"] != ALLOW) & (marks.own > 0))
        _, back, count = np.unique(rows["time"][alone], return_inverse=True, return_counts=True)
        alone = alone[count[back] <= BULK] if alone.size else alone
        kept = ~(words | told)
        start = 0
        for at in alone.tolist():
            one = slice(at, at + 1)
            before = slice(start, at)
            stretch = _stretch(rows[before], marks.part(before), kept[before])
            yield Stretch(stretch.rows, stretch.marks, rows[one], marks.part(one), True)
            start = at + 1
        rest = slice(start, rows.size)
        stretch = _stretch(rows[rest], marks.part(rest), kept[rest])
        quiet = words.copy()
        quiet[alone] = False
        yield Stretch(stretch.rows, stretch.marks, pick(rows, quiet), marks.part(quiet))

    def snapshot(self) -> dict[str, np.ndarray]:
        return self.table.snapshot()

    def restore(self, arrays: dict[str, np.ndarray], texts: dict) -> None:
        self.table.restore(arrays)
        self.texts.restore(texts)


def _stretch(rows: np.ndarray, marks: Marks, kept: np.ndarray) -> Stretch:
    marks = marks.part(kept)
    return Stretch(pick(rows, kept), marks if marks.any else None)


def _mark_others(rows: np.ndarray, told: np.ndarray, marks: Marks) -> None:
    """Find the payment that each signal speaks of: it comes right after, with the same time and card."""
    signals = np.flatnonzero(told)
    below = rows["balance"][signals].astype(np.uint64)
    of = {
        (entity, uid): name
        for entity, uid, name in zip(
            rows["entity"][signals].tolist(),
            (rows["uid"][signals] + below).tolist(),
            rows["peer_number"][signals].tolist(),
        )
    }
    events = np.array([uid for _, uid in of], np.uint64)
    at = np.flatnonzero((rows["role"] >= OUT) & np.isin(rows["uid"], events))
    for k, entity, uid in zip(at.tolist(), rows["entity"][at].tolist(), rows["uid"][at].tolist()):
        if (entity, uid) in of:
            marks.other[k], marks.other_lists[k] = True, of[entity, uid]


@numba.njit(cache=True, nogil=True)
def any_listed(rows, keys):
    """Whether any row's card is in the table: for most rows all there is to be asked."""
    mask = keys.size - 1
    for r in range(rows.size):
        card = rows[r]["entity"]
        slot = np.int64(card & np.uint64(mask))
        while keys[slot] != 0:
            if keys[slot] == card:
                return True
            slot = (slot + 1) & mask
    return False


@numba.njit(cache=True, nogil=True)
def _walk(
    rows, words, ends, keys, lists, reasons, since_s, until_s, what, meta, own, own_list, own_reason, own_since, allowed
):
    """Take the words in order, and look every other row's card up as the lists stand then."""
    for r in range(rows.size):
        row = rows[r]
        card, now = row["entity"], row["time"]
        if words[r]:
            name = np.uint32(row["peer"] >> np.uint64(32))
            reason = np.uint32(row["peer_number"] >> np.uint64(32))
            now_s = np.uint32(now // 1000)
            if row["kind"] == REMOVE:
                take_off(keys, lists, reasons, since_s, until_s, what, meta, card, name)
                continue
            kind = np.uint8(2 * row["peer_digits"] + (row["answered"] == ALLOW))
            put_entry(
                keys, lists, reasons, since_s, until_s, what, meta, card, name, reason, now_s, ends[r], kind
            )
        elif row["role"] < OUT or meta[0] == 0:
            continue
        best = best_entry(keys, lists, since_s, until_s, what, card, now, 0)
        if best >= 0:
            own[r], own_list[r] = what[best] // 2 + 1, lists[best]
            own_reason[r], own_since[r] = reasons[best], since_s[best]
        allowed[r] = own[r] != 1 and best_entry(keys, lists, since_s, until_s, what, card, now, 1) >= 0
