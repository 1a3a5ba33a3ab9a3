"""The counterparts an entity keeps returning to: a small exact cache per entity.

Each slot holds a counterpart's 32-bit hash, how often it was met and when last. A counterpart that
is not in the cache is *novel*; it takes the place of the slot met least often, the longest ago.
Whoever has no more regular counterparts than slots has every one of them remembered; a mass caller
keeps being novel, without end and without memory. The error is one-sided: with more regulars than
slots, returning to one of them may count as novel.
"""

import numba
import numpy as np

#: Words (uint32) of a slot: hash, last seen in seconds since 1970, number of meetings.
SLOT_WORDS = 3


@numba.njit(cache=True)
def meet(words, first, slots, peer, now_s, oldest_s):
    """Note a meeting with `peer`; give its slot and whether it was novel.

    Parameters
    ----------
    words : ndarray of uint32
        An entity's row of words.
    first, slots : int
        Where the cache lies in it, and how many slots it has.
    peer : uint32
        Not 0.
    now_s, oldest_s : int
        Time of the meeting; a slot last met before `oldest_s` is forgotten first.

    Returns
    -------
    (int, bool)
    """
    victim = 0
    lowest = np.int64(1) << np.int64(62)
    for s in range(slots):
        at = first + s * SLOT_WORDS
        if words[at] == peer:
            words[at + 1] = np.uint32(max(np.int64(words[at + 1]), now_s))
            words[at + 2] += np.uint32(1)
            return s, False
        last = np.int64(words[at + 1])
        if words[at] == 0 or last < oldest_s:
            rank = np.int64(-1) if words[at] == 0 else np.int64(0)
        else:
            rank = (np.int64(words[at + 2]) << np.int64(32)) + last
        if rank < lowest:
            lowest = rank
            victim = s
    at = first + victim * SLOT_WORDS
    words[at] = peer
    words[at + 1] = np.uint32(now_s)
    words[at + 2] = np.uint32(1)
    return victim, True


@numba.njit(cache=True)
def knows(words, first, slots, peer):
    """Whether `peer` is in the cache."""
    for s in range(slots):
        if words[first + s * SLOT_WORDS] == peer:
            return True
    return False


@numba.njit(cache=True)
def most_met(words, first, slots):
    """Meetings with the counterpart met most often."""
    most = np.uint32(0)
    for s in range(slots):
        most = max(most, words[first + s * SLOT_WORDS + 2])
    return most
