"""What a phone did in this fortnight and the one before, in counts and sets of bits.

Together they are a window of 14 to 28 days that needs no clock per event: it is emptied by moving on,
as in :mod:`features.generations`, which does the same for half a week.
"""

import numba
import numpy as np

#: Half weeks of :mod:`features.generations` in a fortnight (ours): two fortnights cover up to four
#: weeks, about the month of the Sichuan data.
HALF_WEEKS = 4
_HALF = np.uint32(0xFFFF)
#: Words of the hours' counts, four to each.
_HOUR_WORDS = 6


@numba.njit(cache=True)
def turn_words(words, first, width, gone):
    """Move `width` current words to the previous ones behind them."""
    for k in range(width):
        words[first + width + k] = words[first + k] if gone == 1 else np.uint32(0)
        words[first + k] = np.uint32(0)


@numba.njit(cache=True)
def turn_pair(words, at, gone):
    """The same for a word that holds both counts, 16 bits each."""
    words[at] = words[at] << np.uint32(16) if gone == 1 else np.uint32(0)


@numba.njit(cache=True)
def count_one(words, at):
    """Add 1 to the current count of a word that holds both; 65,535 is the most."""
    if words[at] & _HALF != _HALF:
        words[at] += np.uint32(1)


@numba.njit(cache=True)
def both(words, at):
    """Sum of the two counts of a word."""
    return np.int64(words[at] & _HALF) + np.int64(words[at] >> np.uint32(16))


@numba.njit(cache=True)
def count_hour(words, first, hour):
    """Count an event in its hour of the day; all hours are halved when one reaches 255.

    The counts are 24 bytes, and behind them a word with their sum and, in the high half, the largest.
    """
    at, shift = first + hour // 4, np.uint32(hour % 4 * 8)
    words[at] += np.uint32(1) << shift
    count = (words[at] >> shift) & np.uint32(255)
    if count == np.uint32(255):
        halve_hours(words, first)
        return
    summary = words[first + _HOUR_WORDS]
    most = max(np.uint32(summary >> np.uint32(16)), count)
    words[first + _HOUR_WORDS] = most << np.uint32(16) | (summary & _HALF) + np.uint32(1)


@numba.njit(cache=True)
def halve_hours(words, first):
    """Halve the count of every hour, rounding down."""
    most, total = np.uint32(0), np.uint32(0)
    for k in range(_HOUR_WORDS):
        four = (words[first + k] >> np.uint32(1)) & np.uint32(0x7F7F7F7F)
        words[first + k] = four
        for _ in range(4):
            count = four & np.uint32(255)
            total += count
            most = max(most, count)
            four >>= np.uint32(8)
    words[first + _HOUR_WORDS] = most << np.uint32(16) | total


@numba.njit(cache=True)
def busiest_hour_share(words, first):
    """Largest of the hours' counts over their sum, 0 without any."""
    summary = words[first + _HOUR_WORDS]
    total = np.int64(summary & _HALF)
    return np.int64(summary >> np.uint32(16)) / total if total > 0 else 0.0
