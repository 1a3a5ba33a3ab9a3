"""How many different counterparts, from a few words: HyperLogLog in two generations.

Each counterpart sets one of the registers (4 bits each) to the length of a run of zero bits in its
hash, if that is longer than what stands there. Two sketches, one of the current generation and one of
the one before, are united by the larger register. There is no upper end that a mass caller could
reach, as there is with a set of bits.

Error: with m registers the standard error is ``1.04 / sqrt(m)``, 13 % for 64 and 18 % for 32; for
fewer elements than registers about ``1 / sqrt(2 m)``, 9 % and 13 %.

Sources: Flajolet et al., *HyperLogLog*, 2007; estimator without thresholds and tables: Ertl, *New
cardinality estimation algorithms for HyperLogLog sketches*, 2017, algorithm 6.
"""

import numba
import numpy as np

from features.generations import count_ones

#: Registers in a word (uint32) of four bits each.
PER_WORD = 8
_TOP = 15  # of a register
_POWER = 0.5 ** np.arange(_TOP + 1)


@numba.njit(cache=True)
def note_element(words, first, width, element):
    """Note an element in the current generation; tell whether the united sketch changed.

    Parameters
    ----------
    words : ndarray of uint32
        An entity's row: current registers at `first`, the previous ones behind them.
    first, width : int
        `width` words a generation, a power of two: ``8 * width`` registers.
    element : uint64
        A well mixed hash.

    Returns
    -------
    bool
    """
    register = np.int64(element & np.uint64(PER_WORD * width - 1))
    rest = element >> np.uint64(8)
    rank = 1
    while rank < _TOP and rest & np.uint64(1) == np.uint64(0):
        rest >>= np.uint64(1)
        rank += 1
    at = first + register // PER_WORD
    shift = np.uint32(register % PER_WORD * 4)
    now = np.int64((words[at] >> shift) & np.uint32(_TOP))
    if now >= rank:
        return False
    words[at] += np.uint32(rank - now) << shift
    before = np.int64((words[at + width] >> shift) & np.uint32(_TOP))
    return before < rank


@numba.njit(cache=True)
def estimate_elements(words, first, width):
    """Different elements noted in either generation; 0 where there was none.

    While an eighth of the registers is empty, their number alone tells (linear counting, as in
    :func:`features.generations.estimate_distinct`), at a tenth of the work and no less exactly.
    """
    m = PER_WORD * width
    empty = 0
    for k in range(width):
        both = words[first + k] | words[first + width + k]
        both |= both >> np.uint32(2)
        both |= both >> np.uint32(1)
        empty += PER_WORD - count_ones(both & np.uint32(0x11111111))
    if empty == m:
        return 0.0
    if 8 * empty >= m:
        return m * np.log(m / empty)
    z, full = 0.0, 0
    for k in range(width):
        a, b = words[first + k], words[first + width + k]
        for _ in range(PER_WORD):
            rank = max(a & np.uint32(_TOP), b & np.uint32(_TOP))
            if rank == _TOP:
                full += 1
            elif rank > 0:
                z += _POWER[rank]
            a >>= np.uint32(4)
            b >>= np.uint32(4)
    z += m * (_sigma(empty / m) + _tau(1.0 - full / m) * _POWER[_TOP - 1])
    return 0.7213475204444817 * m * m / z  # 1 / (2 ln 2)


@numba.njit(cache=True)
def _sigma(x):
    y, z = 1.0, x
    while True:
        x *= x
        before = z
        z += x * y
        y += y
        if z == before:
            return z


@numba.njit(cache=True)
def _tau(x):
    if x == 0.0 or x == 1.0:
        return 0.0
    y, z = 1.0, 1.0 - x
    while True:
        x = np.sqrt(x)
        before = z
        y *= 0.5
        z -= (1.0 - x) ** 2 * y
        if z == before:
            return z / 3.0
