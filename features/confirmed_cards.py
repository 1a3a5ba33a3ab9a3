"""The cards that verdicts confirmed: what every shard of devices knows, since a verdict names no device.

Verdicts are rare, so each goes to every shard of devices. A shard keeps the 32-bit hashes of the last
:data:`MOST` confirmed cards; when there are more, the half confirmed longest ago is let go of. A card
that was cleared is confirmed no more.

Two of n cards share a hash with a chance of n / 2**32 each: with 16,384 remembered, an innocent card
passes for a confirmed one in 4 of a million.
"""

import numba
import numpy as np

#: Confirmed cards remembered (ours): 128 KB a shard.
MOST = 1 << 14
_COUNT, _CLEARED = 0, np.uint32(0)


class ConfirmedCards:
    """The confirmed cards of one shard of devices.

    Attributes
    ----------
    cards, since_s : ndarray of uint32, shape (a power of two,)
        Open-addressing table: hash of a card, 0 where free, and when it was confirmed (UTC, s), 0
        where it was cleared since.
    meta : ndarray of int64, shape (1,)
        Places taken.
    """

    def __init__(self):
        self._allocate(64)

    def _allocate(self, size: int) -> None:
        self.cards = np.zeros(size, np.uint32)
        self.since_s = np.zeros(size, np.uint32)
        self.meta = np.zeros(1, np.int64)

    def reserve(self, verdicts: int) -> None:
        """Make sure that so many new cards find room; at most :data:`MOST` are kept in any case."""
        size = self.cards.size
        while size < 2 * min(int(self.meta[_COUNT]) + verdicts, MOST) + 2:
            size *= 2
        if size > self.cards.size:
            self._fill(size, self.snapshot())

    def _fill(self, size: int, arrays: dict[str, np.ndarray]) -> None:
        self._allocate(size)
        for card, since_s in zip(arrays["cards"], arrays["since_s"]):
            note_verdict(self.cards, self.since_s, self.meta, card, since_s)

    def snapshot(self) -> dict[str, np.ndarray]:
        """Cards and times, the longest confirmed first."""
        order = np.lexsort((self.cards, self.since_s))
        order = order[self.cards[order] != 0]
        return {"cards": self.cards[order], "since_s": self.since_s[order]}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        size = 64
        while size < 2 * len(arrays["cards"]) + 2:
            size *= 2
        self._fill(size, arrays)


@numba.njit(cache=True)
def note_verdict(cards, since_s, meta, card, now_s):
    """Note that a card was confirmed at `now_s`, or, where that is 0, cleared."""
    slot = _slot(cards, card)
    if cards[slot] == card:
        since_s[slot] = now_s
        return
    if now_s == _CLEARED:
        return
    if meta[_COUNT] >= MOST:
        _let_go(cards, since_s, meta)
        slot = _slot(cards, card)
    cards[slot], since_s[slot] = card, now_s
    meta[_COUNT] += 1


@numba.njit(cache=True)
def is_confirmed(cards, since_s, meta, card):
    """Whether a verdict confirmed the card and none cleared it."""
    if meta[_COUNT] == 0:
        return False
    slot = _slot(cards, card)
    return cards[slot] == card and since_s[slot] != _CLEARED


@numba.njit(cache=True)
def _slot(cards, card):
    mask = cards.size - 1
    # Multiplied, so that neighbouring hashes do not crowd; Knuth's constant.
    slot = np.int64(card) * 2_654_435_769 >> 7 & mask
    while cards[slot] != 0 and cards[slot] != card:
        slot = (slot + 1) & mask
    return slot


@numba.njit(cache=True)
def _let_go(cards, since_s, meta):
    """Keep the half confirmed last; equals by their hash, so that the table's order plays no part."""
    keys = np.empty(meta[_COUNT], np.uint64)
    n = 0
    for slot in range(cards.size):
        if cards[slot] != 0:
            keys[n] = np.uint64(since_s[slot]) << np.uint64(32) | np.uint64(cards[slot])
            n += 1
    keys.sort()
    cards[:] = 0
    since_s[:] = 0
    meta[_COUNT] = 0
    for key in keys[n // 2 :]:
        card = np.uint32(key & np.uint64(0xFFFFFFFF))
        slot = _slot(cards, card)
        cards[slot], since_s[slot] = card, np.uint32(key >> np.uint64(32))
        meta[_COUNT] += 1
