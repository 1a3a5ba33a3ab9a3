"""Payments with the same counterpart: a small exact memory of directed pairs per account.

Each slot holds the counterpart's 32-bit hash, when it was last met, how often, how many of the
last payments in a row were of near-equal amount, and the last amount. A counterpart that is not in
the memory is *novel*; it takes the place of the slot met least often, the longest ago. Whoever has
no more regular counterparts than slots has every one of them remembered. The error is one-sided:
with more regulars than slots, returning to one of them may count as novel.
"""

import math

import numba
import numpy as np

#: Words (uint32) of a slot: hash, last met in seconds since 1970, and packed: meetings, run, amount.
SLOT_WORDS = 3
#: Meetings and runs are counted up to this.
MOST = 255
#: Amounts this near to the last one with the same counterpart are near-equal (ours).
NEAR_EQUAL = 0.05
#: Steps of the stored amount's logarithm per factor e: amounts are known to 0.025 %.
_STEPS = 2000.0
_NEAR_STEPS = -math.log(1.0 - NEAR_EQUAL) * _STEPS
_BYTE = np.uint32(0xFF)


@numba.njit(cache=True)
def meet_pair(words, first, slots, peer, now_s, oldest_s, yuan):
    """Note a payment with `peer`.

    Parameters
    ----------
    words : ndarray of uint32
        An account's row of words.
    first, slots : int
        Where the memory lies in it, and how many slots it has.
    peer : uint32
        Not 0.
    now_s, oldest_s : int
        Time of the payment; a slot last met before `oldest_s` is forgotten first.
    yuan : float

    Returns
    -------
    met : int
        Meetings with it, this one included, up to :data:`MOST`; 1 says that it is novel.
    run : int
        Payments in a row of near-equal amount with it, this one included, up to :data:`MOST`.
    """
    at = -1
    victim, lowest = 0, np.int64(1) << np.int64(62)
    for s in range(slots):
        here = first + s * SLOT_WORDS
        if words[here] == peer:
            at = here
            break
        last = np.int64(words[here + 1])
        if words[here] == 0:
            rank = np.int64(-1)
        elif last < oldest_s:
            rank = np.int64(0)
        else:
            rank = (np.int64(words[here + 2] & _BYTE) << np.int64(32)) + last
        if rank < lowest:
            victim, lowest = here, rank
    amount = amount_code(yuan)
    if at < 0:
        words[victim] = peer
        words[victim + 1] = np.uint32(now_s)
        words[victim + 2] = np.uint32(1 | 1 << 8 | amount << 16)
        return 1, 1
    counts = words[at + 2]
    met = min(np.int64(counts & _BYTE) + 1, MOST)
    run = np.int64(counts >> np.uint32(8) & _BYTE)
    near = abs(amount - np.int64(counts >> np.uint32(16))) <= _NEAR_STEPS
    run = min(run + 1, MOST) if near else 1
    words[at + 1] = np.uint32(max(np.int64(words[at + 1]), now_s))
    words[at + 2] = np.uint32(met | run << 8 | amount << 16)
    return met, run


@numba.njit(cache=True)
def amount_code(yuan):
    """An amount's logarithm as 16 bits: steps of 0.05 % from one fen to beyond a trillion yuan."""
    return np.int64(math.log(max(yuan, 0.01) * 100.0) * _STEPS + 0.5)


@numba.njit(cache=True)
def knows_pair(words, first, slots, peer):
    """Whether `peer` is in the memory."""
    for s in range(slots):
        if words[first + s * SLOT_WORDS] == peer:
            return True
    return False
