"""Exponentially decayed counts and sums at three time scales.

A count decayed with half-life h weighs an event of age a with ``2 ** (-a / h)``: one number stands
for a window of every length around ``h / ln 2``, costs four bytes and never needs its events again
(Cormode et al., *Forward Decay*, ICDE 2009, describe the family).
"""

import numba
import numpy as np

HOUR_MS = 3_600_000
DAY_MS = 86_400_000
#: Half-lives of the three scales, ms (ours): a burst, a day, a week.
HALF_LIVES_MS = (HOUR_MS, DAY_MS, 7 * DAY_MS)
SCALES = 3
#: Names of the scales in feature names.
SCALE_NAMES = ("1h", "1d", "7d")


@numba.njit(cache=True)
def decay_all(accumulators, elapsed_ms):
    """Age accumulators in place: float32, shape (3 * m,), scale by scale for each quantity.

    A late event has `elapsed_ms` below zero; it is counted at full weight.
    """
    if elapsed_ms <= 0:
        return
    k0 = np.float32(2.0 ** (-elapsed_ms / 3_600_000.0))
    k1 = np.float32(2.0 ** (-elapsed_ms / 86_400_000.0))
    k2 = np.float32(2.0 ** (-elapsed_ms / 604_800_000.0))
    for j in range(0, accumulators.size, 3):
        accumulators[j] *= k0
        accumulators[j + 1] *= k1
        accumulators[j + 2] *= k2


@numba.njit(cache=True)
def add_all(accumulators, quantity, value):
    """Add `value` to the three scales of one quantity."""
    j = 3 * quantity
    accumulators[j] += value
    accumulators[j + 1] += value
    accumulators[j + 2] += value
