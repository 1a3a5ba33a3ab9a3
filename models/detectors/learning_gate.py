"""Which scores are too high to be learned from: the most extreme, but not a new normal."""

import numba
import numpy as np

#: Bins of the histogram of scores within [0, 1] (ours).
_BINS = 2048
#: Rows learned before anything is flagged (ours).
_WARM_UP = 256
#: A score is far out this many times as far above the median as nine tenths of scores are, but at
#: least so far above it (ours).
_FAR, _LEAST_FAR = 3.0, 0.1
#: Flagged rows in a row that still count in the histogram (ours).
_CREDIT = 50.0
_TOTAL, _CREDIT_LEFT, _SHARE, _THRESHOLD, _SINCE = range(5)


def allocate() -> tuple[np.ndarray, np.ndarray]:
    """An empty histogram, and a state that flags nothing."""
    gate = np.zeros(5)
    gate[_THRESHOLD] = np.inf
    return np.zeros(_BINS), gate


@numba.njit(cache=True, nogil=True)
def admits(score, bins, gate, flagged, memory):
    """Whether a row of this score in [0, 1] may be learned; takes note of the score.

    Flagged are scores above the ``1 - flagged`` quantile of the past `memory` or so, and all that are
    far out, however many. A burst must not raise that quantile, or it would open the gate to
    itself: flagged scores count in it at the rate at which they are due, and beyond it not at
    all. What is flagged is not learned, unless more than half of the past `memory` rows were: that is
    no burst but another normal.
    """
    flag = score > gate[_THRESHOLD]
    gate[_SHARE] += ((1.0 if flag else 0.0) - gate[_SHARE]) / memory
    gate[_CREDIT_LEFT] = min(gate[_CREDIT_LEFT] + flagged, _CREDIT)
    if not flag or gate[_CREDIT_LEFT] >= 1.0:
        if flag:
            gate[_CREDIT_LEFT] -= 1.0
        bins[min(np.int64(score * _BINS), _BINS - 1)] += 1.0
        gate[_TOTAL] += 1.0
        gate[_SINCE] += 1.0
        if gate[_SINCE] >= 64.0:
            gate[_SINCE] = 0.0
            _renew(bins, gate, flagged, memory)
    return not flag or gate[_SHARE] >= 0.5


@numba.njit(cache=True, nogil=True)
def _renew(bins, gate, flagged, memory):
    """Let old scores fade and set the threshold."""
    if gate[_TOTAL] > 2.0 * memory:
        for k in range(bins.size):
            bins[k] *= 0.5
        gate[_TOTAL] *= 0.5
    if gate[_TOTAL] < _WARM_UP:
        return
    above, k = _from_above(bins, flagged * gate[_TOTAL], 0.0, bins.size - 1)
    extreme = k
    above, k = _from_above(bins, 0.1 * gate[_TOTAL], above, k)
    high = k
    above, k = _from_above(bins, 0.5 * gate[_TOTAL], above, k)
    far = (k + 1.0) / bins.size + max(_FAR * (high - k) / bins.size, _LEAST_FAR)
    gate[_THRESHOLD] = min((extreme + 1.0) / bins.size, far)


@numba.njit(cache=True, nogil=True)
def _from_above(bins, count, above, k):
    """Go down from bin `k` with `above` scores above it to the bin that has more than `count` in or above it."""
    while k > 0 and above + bins[k] <= count:
        above += bins[k]
        k -= 1
    return above, k
