"""Which cards use a handset or device, and which of them are confirmed: what one card cannot see."""

from enum import IntEnum

import numba
import numpy as np

from features import entity_index as index
from features.confirmed_cards import is_confirmed, note_verdict
from features.roles import NOTE

#: Cards remembered per device (ours): more of them read as this many.
CARDS = 24
#: From this many cards on one device, its cards are told (ours; the ladder of D203 starts here).
TELL_FROM = 3
#: A card that has not used the device for longer is forgotten, seconds (ours): seven days.
_FORGET_S = 7 * 86_400
#: A confirmed card speaks against a device it used no longer ago than this, seconds (ours): 90 days.
CONFIRMED_S = 90 * 86_400
#: What the flags of a verdict's row say.
CONFIRMED = 1


class W(IntEnum):
    """uint32 columns: hash of a card and its last use in seconds, slot by slot; a time."""

    SLOTS = 0
    TOLD_S = 2 * CARDS  # when a confirmed card was last told of
    WIDTH = 2 * CARDS + 1


@numba.njit(cache=True, nogil=True)
def update_devices(
    rows, w, keys, slots, entity_of, last, holes, meta, verdicts, since_s, verdicts_meta, cards, confirmed, told
):
    """Take uses of devices and verdicts on cards in order; count the cards of each device used.

    Parameters
    ----------
    rows : ndarray of DEVICE_ROW, shape (n,)
    w, keys, slots, entity_of, last, holes, meta
        Arrays of an :class:`features.entity_table.EntityTable` with room for n more entities.
    verdicts, since_s, verdicts_meta
        Arrays of :class:`features.confirmed_cards.ConfirmedCards` with room for the verdicts.
    cards : ndarray of int64, shape (n,)
        Written: distinct cards on the row's device within a week, this one included; exact up to
        :data:`CARDS`. 0 for a verdict.
    confirmed : ndarray of int64, shape (n,)
        Written: other cards that used the device within :data:`CONFIRMED_S` and are confirmed by now.
    told : ndarray of bool, shape (n,)
        Written: whether the card is to be told: of :data:`TELL_FROM` cards or more, of a confirmed
        one, or that there is none any more within a week of having told of one.

    Notes
    -----
    O(CARDS) a row; 212 bytes a device and 28 of index.
    """
    for r in range(rows.size):
        row = rows[r]
        now = row["time"]
        now_s = now // 1000
        card = np.uint32(row["card"] >> np.uint64(32)) | np.uint32(1)
        cards[r] = confirmed[r] = 0
        told[r] = False
        if row["role"] == NOTE:
            since = np.uint32(now_s) if row["flags"] & CONFIRMED else np.uint32(0)
            note_verdict(verdicts, since_s, verdicts_meta, card, since)
            continue
        e = index.find(keys, slots, row["entity"])
        if e >= 0 and now - last[e] > meta[index.SILENCE_MS]:
            w[e, :] = 0
        if e < 0:
            e = index.insert(keys, slots, entity_of, last, holes, meta, row["entity"], now)
            w[e, :] = 0
        last[e] = max(last[e], now)
        cards[r] = _use(w[e], card, now_s)
        for s in range(CARDS):
            held = w[e, 2 * s]
            if held != 0 and held != card and now_s - np.int64(w[e, 2 * s + 1]) <= CONFIRMED_S:
                confirmed[r] += is_confirmed(verdicts, since_s, verdicts_meta, held)
        if confirmed[r] > 0:
            w[e, W.TOLD_S] = np.uint32(max(np.int64(w[e, W.TOLD_S]), now_s))
        told[r] = cards[r] >= TELL_FROM or now_s - np.int64(w[e, W.TOLD_S]) <= _FORGET_S


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
