"""Which cards use a handset or device: what one card's shard cannot see."""

from enum import IntEnum

import numba
import numpy as np

from features import entity_index as index

#: Cards remembered per device (ours): more of them read as this many.
CARDS = 24
#: From this many cards on one device, its cards are told (ours; the ladder of D203 starts here).
TELL_FROM = 3
#: A card that has not used the device for longer is forgotten, seconds (ours): seven days.
_FORGET_S = 7 * 86_400


class W(IntEnum):
    """uint32 columns: hash of a card and its last use in seconds, slot by slot."""

    SLOTS = 0
    WIDTH = 2 * CARDS


@numba.njit(cache=True, nogil=True)
def update_devices(rows, w, keys, slots, entity_of, last, holes, meta, cards):
    """Take device rows in order and count the cards that used each device within a week.

    Parameters
    ----------
    rows : ndarray of DEVICE_ROW, shape (n,)
    w, keys, slots, entity_of, last, holes, meta
        Arrays of an :class:`features.entity_table.EntityTable` with room for n more entities.
    cards : ndarray of int64, shape (n,)
        Written: distinct cards on the row's device, this one included; exact up to :data:`CARDS`.

    Notes
    -----
    O(CARDS) a row; 208 bytes a device and 28 of index.
    """
    for r in range(rows.size):
        row = rows[r]
        now = row["time"]
        e = index.find(keys, slots, row["entity"])
        if e >= 0 and now - last[e] > meta[index.SILENCE_MS]:
            w[e, :] = 0
        if e < 0:
            e = index.insert(keys, slots, entity_of, last, holes, meta, row["entity"], now)
            w[e, :] = 0
        last[e] = max(last[e], now)
        cards[r] = _use(w[e], np.uint32(row["card"] >> np.uint64(32)) | np.uint32(1), now // 1000)


@numba.njit(cache=True)
def _use(words, card, now_s):
    place = -1
    oldest = 0
    count = 0
    for s in range(CARDS):
        held = words[2 * s]
        recent = held != 0 and now_s - np.int64(words[2 * s + 1]) <= _FORGET_S
        if held == card:
            place = s
        elif recent:
            count += 1
        if words[2 * s + 1] < words[2 * oldest + 1]:
            oldest = s
    if place < 0:
        place = oldest
        if words[2 * place] != 0 and now_s - np.int64(words[2 * place + 1]) <= _FORGET_S:
            count -= 1
        words[2 * place + 1] = 0
    words[2 * place] = card
    words[2 * place + 1] = np.uint32(max(np.int64(words[2 * place + 1]), now_s))
    return count + 1
