"""Counts over the last five working days, as the codes 3006 to 3008 ask for.

Days are those of UTC+8. A Saturday or Sunday counts with the Friday before it: public holidays and
the working weekends that make up for them are not known here, which at worst makes the stretch a
few days longer or shorter.
"""

import numba
import numpy as np

from features.decay import DAY_MS, HOUR_MS

DAYS = 5


@numba.njit(cache=True)
def working_day(now_ms):
    """Number of the working day of a time; consecutive from one working day to the next."""
    day = (now_ms + 8 * HOUR_MS) // DAY_MS + 3  # 1970-01-01 was a Thursday: Mondays are 0 mod 7
    return day // 7 * 5 + min(day % 7, 4)


@numba.njit(cache=True)
def advance_ring(words, first, day_at, now_ms):
    """Empty the days that have left the ring of 2 * DAYS words at `first`; give today's place.

    A late event counts on its own day while that is still in the ring, else today.
    """
    today = np.uint32(working_day(now_ms))
    newest = words[day_at]
    if today > newest:
        gone = min(np.int64(today - newest), DAYS)
        for k in range(gone):
            place = np.int64((today - np.uint32(k)) % np.uint32(DAYS))
            words[first + place] = 0
            words[first + DAYS + place] = 0
        words[day_at] = today
        newest = today
    if newest - today >= np.uint32(DAYS):
        today = newest
    return np.int64(today % np.uint32(DAYS))


@numba.njit(cache=True)
def ring_sum(words, first, high_half):
    """Sum over the ring of the low or high 16 bits of five words."""
    total = 0
    for k in range(DAYS):
        word = words[first + k]
        total += np.int64(word >> np.uint32(16)) if high_half else np.int64(word & np.uint32(0xFFFF))
    return total


@numba.njit(cache=True)
def add_half(words, at, high_half):
    """Count one more in half a word; it stays at 65,535."""
    word = words[at]
    if high_half:
        if word >> np.uint32(16) < np.uint32(0xFFFF):
            words[at] = word + np.uint32(1 << 16)
    elif word & np.uint32(0xFFFF) < np.uint32(0xFFFF):
        words[at] = word + np.uint32(1)
