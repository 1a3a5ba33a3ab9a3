"""Isolation trees in arrays: random cuts of a sample, and how soon a row falls out of it."""

import math

import numba
import numpy as np

# Columns of a node's numbers; HALF is half the range of its rows.
WEIGHT, THRESHOLD, CENTRE, HALF, DEPTH = range(5)
# Columns of a node's indices: the two features of its cut and its left child; the right one is next.
FIRST, SECOND, LEFT = range(3)

_EULER = 0.5772156649015329


def allocate(n_trees: int, sample: int, dtype) -> tuple[np.ndarray, np.ndarray]:
    """Room for trees of up to `sample` rows: indices (n_trees, nodes, 3), numbers (n_trees, nodes, 5)."""
    nodes = 2 * sample
    return np.zeros((n_trees, nodes, 3), np.uint16), np.zeros((n_trees, nodes, 5), dtype)


@numba.njit(cache=True, nogil=True)
def mean_depth(size):
    """Mean depth of a random search tree of `size` rows, as Liu, Ting and Zhou (ICDM 2008) count it."""
    if size < 2:
        return 0.0
    if size == 2:
        return 1.0
    return 2.0 * (math.log(size - 1.0) + _EULER) - 2.0 * (size - 1.0) / size


@numba.njit(cache=True, nogil=True)
def uniform(random):
    """Next number within [0, 1) of splitmix64 (Steele, Lea and Flood, OOPSLA 2014); `random` holds its state."""
    random[0] += np.uint64(0x9E3779B97F4A7C15)
    z = random[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return np.float64(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@numba.njit(cache=True, nogil=True)
def grow(rows, chosen, height, pairs, index, node, random):
    """Grow one tree over ``rows[chosen]``, at most `height` cuts deep; reorders `chosen`.

    A cut is drawn uniformly from the range of one feature or, with probability `pairs`, of the sum
    or difference of two features, each in units of its range within the node (one that does not
    vary there, in units of its range in the sample or, failing that, of its size).
    """
    features = rows.shape[1]
    start = np.empty(node.shape[0], np.int64)
    end = np.empty(node.shape[0], np.int64)
    depth = np.empty(node.shape[0], np.int64)
    order = np.arange(features)
    spread = np.empty(features)
    for f in range(features):
        low, high = _range(rows, chosen, 0, chosen.size, f)
        spread[f] = high - low if high > low else max(abs(low), 1.0)
    start[0], end[0], depth[0] = 0, chosen.size, 0
    used = 1
    k = 0
    while k < used:
        a, b = start[k], end[k]
        low, high, drawn = 0.0, 0.0, 0
        if b - a > 1 and depth[k] < height:
            low, high, drawn = _varying(rows, chosen, a, b, order, 0, random)
        if not high > low:
            _leaf(index[k], node[k], k, depth[k] + mean_depth(b - a))
            k += 1
            continue
        first = order[drawn]
        second = first
        node[k, WEIGHT] = 0.0
        if features > 1 and uniform(random) < pairs:
            # Also features that do not vary here: a row may be the first in which they do.
            second = order[(drawn + 1 + np.int64(uniform(random) * (features - 1))) % features]
            low_2, high_2 = _range(rows, chosen, a, b, second)
            width = high_2 - low_2 if high_2 > low_2 else spread[second]
            node[k, WEIGHT] = (high - low) / width * (1.0 if uniform(random) < 0.5 else -1.0)
            low_2, high_2 = _pair_range(rows, chosen, a, b, first, second, node[k, WEIGHT])
            if high_2 > low_2:
                low, high = low_2, high_2
            else:  # they cancel out
                second = first
                node[k, WEIGHT] = 0.0
        weight = node[k, WEIGHT]
        node[k, CENTRE], node[k, HALF], node[k, DEPTH] = (low + high) / 2.0, (high - low) / 2.0, depth[k]
        node[k, THRESHOLD] = low + uniform(random) * (high - low)
        if not low < node[k, THRESHOLD] <= high:
            node[k, THRESHOLD] = high  # rounding; both sides must hold rows
        i, j = a, b
        while i < j:
            r = chosen[i]
            if rows[r, first] + weight * rows[r, second] < node[k, THRESHOLD]:
                i += 1
            else:
                j -= 1
                chosen[i], chosen[j] = chosen[j], r
        if i in (a, b):  # numbers too large to tell apart
            _leaf(index[k], node[k], k, depth[k] + mean_depth(b - a))
            k += 1
            continue
        index[k, FIRST], index[k, SECOND], index[k, LEFT] = first, second, used
        start[used], end[used], depth[used] = a, i, depth[k] + 1
        start[used + 1], end[used + 1], depth[used + 1] = i, b, depth[k] + 1
        used += 2
        k += 1


@numba.njit(cache=True, nogil=True)
def _varying(rows, chosen, a, b, order, drawn, random):
    """Draw features from ``order[drawn:]`` without replacement until one varies: its range and its place."""
    for k in range(drawn, order.size):
        j = k + np.int64(uniform(random) * (order.size - k))
        order[k], order[j] = order[j], order[k]
        low, high = _range(rows, chosen, a, b, order[k])
        if high > low:
            return low, high, k
    return 0.0, 0.0, drawn


@numba.njit(cache=True, nogil=True)
def _range(rows, chosen, a, b, f):
    low = rows[chosen[a], f]
    high = low
    for i in range(a + 1, b):
        low = min(low, rows[chosen[i], f])
        high = max(high, rows[chosen[i], f])
    return np.float64(low), np.float64(high)


@numba.njit(cache=True, nogil=True)
def _pair_range(rows, chosen, a, b, first, second, weight):
    low = rows[chosen[a], first] + weight * rows[chosen[a], second]
    high = low
    for i in range(a + 1, b):
        at = rows[chosen[i], first] + weight * rows[chosen[i], second]
        low = min(low, at)
        high = max(high, at)
    return np.float64(low), np.float64(high)


@numba.njit(cache=True, nogil=True)
def _leaf(index, node, k, depth):
    index[FIRST], index[SECOND], index[LEFT] = 0, 0, k
    # Nothing is beyond this range, and nothing finite reaches the threshold: a row stays where it is.
    node[WEIGHT], node[THRESHOLD], node[CENTRE], node[HALF], node[DEPTH] = 0.0, np.inf, 0.0, np.inf, depth


@numba.njit(cache=True, nogil=True)
def add_depths(rows, begin, stop, height, index, node, place, within, depths):
    """Add to `depths` the expected depth at which one tree isolates each of ``rows[begin:stop]``.

    A row within all ranges it meets goes to its leaf. One beyond a node's range would, had it been
    in the sample, be cut off there with probability ``beyond / (range + beyond)``: as in robust
    random cut forests (Guha, Mishra, Roy and Schrijvers, ICML 2016), along the feature cut there.
    `place` (uint32) and `within` (float64) are scratch, one a row. Levels go outside, so that rows
    overlap in the processor; unsigned indices save numba's test for negative ones.
    """
    n, offset = np.uint64(stop - begin), np.uint64(begin)
    for i in range(n):
        place[i] = 0
        within[i] = 1.0
    for _ in range(height):
        for i in range(n):
            k = place[i]
            at = rows[offset + i, index[k, FIRST]] + node[k, WEIGHT] * rows[offset + i, index[k, SECOND]]
            beyond = abs(at - node[k, CENTRE]) - node[k, HALF]
            if beyond > 0.0:
                stays = 2.0 * node[k, HALF] / (2.0 * node[k, HALF] + beyond)
                depths[i] += within[i] * (1.0 - stays) * node[k, DEPTH]
                within[i] *= stays
            place[i] = index[k, LEFT] + (np.uint32(1) if at >= node[k, THRESHOLD] else np.uint32(0))
    for i in range(n):
        depths[i] += within[i] * node[place[i], DEPTH]
