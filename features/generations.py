"""Distinct things seen lately, as bits in two generations.

A set of bits for the current stretch of time and one for the stretch before: together they cover
between one and two stretches, cost no clock per element, and are emptied by moving on.
"""

import numba
import numpy as np

#: Length of a generation, ms (ours): half a week, so that two cover up to a week.
GENERATION_MS = 302_400_000


@numba.njit(cache=True)
def turn(words, first, width, generation_at, now_ms):
    """Move `width` current words to the previous ones when a new generation has begun.

    Layout: current words at `first`, previous ones behind them, the generation's number at
    `generation_at`. A late event counts into the current generation.
    """
    generation = np.uint32(now_ms // GENERATION_MS)
    stored = words[generation_at]
    if generation <= stored:
        return
    gone = generation - stored > np.uint32(1)
    for k in range(width):
        words[first + width + k] = np.uint32(0) if gone else words[first + k]
        words[first + k] = np.uint32(0)


@numba.njit(cache=True)
def count_ones(word):
    """Bits set in a uint32 (Warren, *Hacker's Delight*, 2002, section 5-1)."""
    n = np.int64(word)
    n -= (n >> 1) & 0x55555555
    n = (n & 0x33333333) + ((n >> 2) & 0x33333333)
    n = (n + (n >> 4)) & 0x0F0F0F0F
    return (n * 0x01010101 >> 24) & 0x3F


@numba.njit(cache=True)
def count_bits(words, first, width):
    """Distinct bits set in either generation."""
    n = 0
    for k in range(width):
        n += count_ones(words[first + k] | words[first + width + k])
    return n


@numba.njit(cache=True)
def estimate_distinct(words, first, width):
    """Distinct elements behind the bits by linear counting (Whang et al., TODS 1990).

    With b = 32 * `width` bits the standard error is below 10 % up to b / 2 elements; a full set
    reads as b * ln(b).
    """
    bits = 32.0 * width
    empty = bits - count_bits(words, first, width)
    return bits * np.log(bits / max(empty, 1.0))
