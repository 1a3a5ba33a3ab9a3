"""The counterparts a phone keeps returning to, in eight bytes each.

A slot holds the 32-bit hash of a counterpart and four small counts: conversations with it, up to
4,095, and meetings, up to 15, each in the current fortnight and in the one before. A counterpart that
is not among them is *novel*: it takes the place of the one met least often; among equals they give way
in turn. One not met for two fortnights is forgotten.

Whoever has no more regular counterparts than slots has every one of them remembered; a mass caller
keeps being novel, without end and without memory. The error is one-sided: with more regulars than
slots, returning to one of them may count as novel.

Layout: a word for whose turn it is, then the hashes, then the counts.
"""

import numba
import numpy as np

#: Slots.
PEERS = 16
#: Words (uint32) of all of it.
WIDTH = 1 + 2 * PEERS
_TALKS, _MET = 4095, 15
# Places of the counts in their word, lowest bit.
_NOW, _BEFORE, _MET_NOW, _MET_BEFORE = 0, 12, 24, 28


@numba.njit(cache=True)
def _talks(counts):
    return (np.int64(counts) & _TALKS) + (np.int64(counts) >> _BEFORE & _TALKS)


@numba.njit(cache=True)
def meet_peer(words, first, peer, talked, insert):
    """Note a meeting with `peer`; tell whether it was known, and the conversations with it by now.

    Parameters
    ----------
    words : ndarray of uint32
        An entity's row of words.
    first : int
        Where the slots' words begin in it.
    peer : uint32
        Not 0.
    talked : bool
        Whether it was a conversation.
    insert : bool
        Whether a novel counterpart gets a slot.

    Returns
    -------
    (bool, int)
    """
    at = -1
    for s in range(PEERS):
        if words[first + 1 + s] == peer:
            at = s
    known = at >= 0
    if not known:
        if not insert:
            return False, 0
        at = _give_way(words, first)
        words[first + 1 + at] = peer
        words[first + 1 + PEERS + at] = 0
    counts = np.int64(words[first + 1 + PEERS + at])
    if counts >> _MET_NOW & _MET < _MET:
        counts += 1 << _MET_NOW
    if talked and counts & _TALKS < _TALKS:
        counts += 1
    words[first + 1 + PEERS + at] = np.uint32(counts)
    return known, _talks(counts)


@numba.njit(cache=True)
def _give_way(words, first):
    """The slot met least often, the first of equals from the one whose turn it is."""
    turn = np.int64(words[first])
    victim, fewest = 0, 1 << 20
    for k in range(PEERS):
        s = (turn + k) % PEERS
        counts = np.int64(words[first + 1 + PEERS + s])
        met = (counts >> _MET_NOW & _MET) + (counts >> _MET_BEFORE)
        if met < fewest:
            victim, fewest = s, met
    words[first] = np.uint32((victim + 1) % PEERS)
    return victim


@numba.njit(cache=True)
def turn_peers(words, first, gone):
    """Begin a fortnight: what was the current one becomes the one before.

    Parameters
    ----------
    gone : bool
        Whether the one before is older than that, and hence nothing is kept.

    Returns
    -------
    int
        Conversations with the counterpart that has most of them.
    """
    most = 0
    for at in range(first + 1, first + 1 + PEERS):
        counts = np.int64(words[at + PEERS])
        talks, met = counts & _TALKS, counts >> _MET_NOW & _MET
        if gone or met == 0:
            words[at] = words[at + PEERS] = 0
        else:
            words[at + PEERS] = np.uint32(talks << _BEFORE | met << _MET_BEFORE)
            most = max(most, talks)
    return most
