"""Microclusters of suddenly similar calls in a stream of edges, in memory of fixed size."""

import math

import numba
import numpy as np

from features.hashing import combine

#: Entries of a bucket: a newcomer displaces the least established of them.
WAYS = 4
#: Decay over fewer ticks than this comes from a table.
_TABLE = 1024
#: Weight the population keeps at each spell it learns (ours): it remembers some 10,000 spells.
_KEEP = 0.9999
#: Spells of `newcomer` edges that the population is credited with at first (ours).
_CREDIT = 100.0
#: Spells of the population that everything is credited with (ours): so soon it is judged by itself.
_PRIOR = 3.0
#: A spell counts for at most this many times the expected size, so one flood makes no habit (ours).
_CLIP = 10.0
#: Deviation beyond which a spell counts for less, in proportion (ours).
_TOLERANCE = 3.0
# Columns: edges lately, then number, sum and sum of squares of earlier spells; for nodes the same of new pairs.
_RECENT, _SPELLS, _SUM, _SQUARES, _NEW = range(5)
_UINT1, _UINT2, _HALF = np.uint64(1), np.uint64(2), np.uint64(32)
#: A memory: which pair or node an entry holds (0: none), when it was last active, what it counts.
_PARTS = ("keys", "last", "counts")


class EdgeStream:
    """How far a burst of edges goes beyond earlier bursts, of its own ends and of everybody.

    Five counts are watched: edges of this pair, of this source, of this destination, and pairs not
    met before of this source (fan-out) and of this destination (fan-in). A count decays with a half-life
    of `recent_ticks`. Each tick in which a pair or node was active is a *spell*, and the count at its
    end is learned; mean and variance of earlier spells say what to expect. The score is the largest of

        (count - mean) / deviation  +  population * (count - mean of all) / deviation of all

    each part 0 at least. What is measured by its own past finds the sudden, and spares the always
    busy; what is measured by all finds the burst that lasts until it is its own past.

    The five relations, decay and robust learning follow MIDAS-R and MIDAS-F (Bhatia, Hooi, Yoon, Shin and
    Faloutsos, AAAI 2020; Bhatia, Liu, Hooi, Yoon, Shin and Faloutsos, TKDD 2022), which compare with the mean
    over all ticks, silent ones included. Ours: spells, new pairs, the population, and buckets of
    remembered pairs and nodes in place of count-min sketches, where a flood of forged sources
    would blur every count.

    It works for mass calling, flooding, sweeps, many callers of one number. It misleads on a slow
    trickle and on the first edges of a burst.

    Parameters
    ----------
    pairs, nodes : int
        Pairs, and nodes of each of the two sides, that are remembered; 28 and 88 bytes each.
    recent_ticks : float
        Half-life of the counts, ticks (ours).
    past_ticks : float
        Half-life of what is known of spells, ticks; 10,080 (ours) is a week of minutes, one cycle of habits.
    population : float
        Weight of the comparison with all; one is as much as the own past (ours). Larger: long attacks
        stay visible, busy honest nodes are spared less.
    newcomer : float
        Edges a spell that are expected of anybody before the population is known (ours).
    seed : int
        Of the hash that chooses the buckets.

    Notes
    -----
    O(1) an edge; memory ``28 * pairs + 88 * nodes`` bytes whatever the stream (0.8 MiB by default). As
    long as a bucket holds its pairs, counts are exact. Beyond it the entry with the least recent and
    remembered activity is forgotten: it starts anew as a stranger, its pair as a new one. Few pairs cost
    little; give `nodes` at least half as many as callers are active in a day.

    Edges behind the latest tick count as of that tick: give them in order of time.

    Examples
    --------
    >>> import numpy as np
    >>> source, destination = np.full(200, 7), np.arange(200) % 20
    >>> tick = np.arange(200)
    >>> tick[-50:] = 150  # fifty in the same minute
    >>> scores = EdgeStream().score_learn_many(source, destination, tick)
    >>> [round(float(scores[k]), 1) for k in (149, 160, 199)]
    [0.0, 6.3, 32.5]
    """

    def __init__(
        self,
        pairs: int = 4_096,
        nodes: int = 8_192,
        recent_ticks: float = 3.0,
        past_ticks: float = 10_080.0,
        population: float = 1.0,
        newcomer: float = 10.0,
        seed: int = 42,
    ):
        self.pairs = pairs
        self.nodes = nodes
        self.recent_ticks = recent_ticks
        self.past_ticks = past_ticks
        self.population = population
        self.newcomer = newcomer
        self.seed = seed
        self._pair = _memory(pairs, _NEW)
        self._source = _memory(nodes, 2 * _NEW)
        self._destination = _memory(nodes, 2 * _NEW)
        # Pair, source, destination, fan-out, fan-in: number, sum and sum of squares of all spells.
        self._all = np.tile(_CREDIT * np.array([1.0, newcomer, newcomer * newcomer + newcomer]), (5, 1))
        self._now = np.full(1, np.iinfo(np.int64).min)
        steps = np.arange(_TABLE)
        self._decay = np.stack((0.5 ** (steps / recent_ticks), 0.5 ** (steps / past_ticks)))

    def score_learn_many(
        self, src: np.ndarray, dst: np.ndarray, tick: np.ndarray, learn: np.ndarray | None = None
    ) -> np.ndarray:
        """Score each edge as if it had been counted, then count it before the next is scored.

        Parameters
        ----------
        src, dst : ndarray of uint64, shape (n,)
            Hashes or numbers of the two ends.
        tick : ndarray of int64, shape (n,)
            Time in whole ticks of any length, not falling.
        learn : ndarray of bool, shape (n,), optional
            Edges to count; all by default.

        Returns
        -------
        ndarray of float64, shape (n,)
            Deviations, 0 and above, high = anomalous; see :func:`squash`.
        """
        scores = np.empty(len(src))
        _walk(
            np.ascontiguousarray(src, np.uint64), np.ascontiguousarray(dst, np.uint64),
            np.ascontiguousarray(tick, np.int64),
            np.ones(len(src), bool) if learn is None else np.ascontiguousarray(learn), scores,
            self._pair, self._source, self._destination, self._all, self._now, self._decay,
            float(self.recent_ticks), float(self.past_ticks), float(self.population), np.uint64(self.seed),
        )  # fmt: skip
        return scores

    def score_many(self, src: np.ndarray, dst: np.ndarray, tick: np.ndarray) -> np.ndarray:
        """Scores as of :meth:`score_learn_many`; counts nothing."""
        return self.score_learn_many(src, dst, tick, np.zeros(len(src), bool))

    def snapshot(self) -> dict[str, np.ndarray]:
        memories = {"pair": self._pair, "source": self._source, "destination": self._destination}
        arrays = {f"{name}.{part}": a for name, m in memories.items() for part, a in zip(_PARTS, m)}
        return arrays | {"all": self._all, "now": self._now}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self._pair, self._source, self._destination = (
            tuple(arrays[f"{name}.{part}"].copy() for part in _PARTS) for name in ("pair", "source", "destination")
        )
        self._all = arrays["all"].copy()
        self._now = arrays["now"].copy()


def squash(scores: np.ndarray, half: float = 3.0) -> np.ndarray:
    """Scores brought to [0, 1), in the same order, as ``ScoreRank`` wants them; `half` becomes 0.5.

    Three deviations (ours), where surprise begins, stand in the middle of the scale.
    """
    return scores / (scores + half)


def _memory(entries: int, columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    size = -(-entries // WAYS) * WAYS
    return np.zeros(size, np.uint32), np.zeros(size, np.int64), np.zeros((size, columns), np.float32)


@numba.njit(cache=True, nogil=True)
def _walk(
    src, dst, tick, learn, scores, pair, source, destination, everybody, latest, decay,
    recent_ticks, past_ticks, population, seed,
):  # fmt: skip
    ofpair, ofsource, ofdestination = np.empty(_NEW), np.empty(2 * _NEW), np.empty(2 * _NEW)
    ended = np.zeros((5, 2))
    for r in range(src.size):
        now = max(tick[r], latest[0])
        keys = (
            combine(combine(src[r], dst[r]), seed),
            combine(src[r], seed + _UINT1),
            combine(dst[r], seed + _UINT2),
        )
        ended[:] = 0.0
        p = _recall(pair, keys[0], now, ofpair, ended, everybody, 0, decay, recent_ticks, past_ticks)
        s = _recall(source, keys[1], now, ofsource, ended, everybody, 1, decay, recent_ticks, past_ticks)
        d = _recall(destination, keys[2], now, ofdestination, ended, everybody, 2, decay, recent_ticks, past_ticks)
        new = 1.0 if pair[0][p] != _name(keys[0]) else 0.0
        ofpair[_RECENT] += 1.0
        ofsource[_RECENT] += 1.0
        ofdestination[_RECENT] += 1.0
        ofsource[_NEW] += new
        ofdestination[_NEW] += new
        score = _surprise(ofpair, 0, everybody[0], population)
        score = max(score, _surprise(ofsource, 0, everybody[1], population))
        score = max(score, _surprise(ofdestination, 0, everybody[2], population))
        score = max(score, _surprise(ofsource, _NEW, everybody[3], population))
        scores[r] = max(score, _surprise(ofdestination, _NEW, everybody[4], population))
        if not learn[r]:
            continue
        latest[0] = now
        for k in range(5):
            weight, size = ended[k]
            if weight > 0.0:
                everybody[k, 0] = everybody[k, 0] * _KEEP + weight
                everybody[k, 1] = everybody[k, 1] * _KEEP + weight * size
                everybody[k, 2] = everybody[k, 2] * _KEEP + weight * size * size
        _keep(pair, p, keys[0], now, ofpair)
        _keep(source, s, keys[1], now, ofsource)
        _keep(destination, d, keys[2], now, ofdestination)


@numba.njit(cache=True, inline="always")
def _name(key):
    """What tells the entries of a bucket apart; never 0."""
    return np.uint32(key >> _HALF) | np.uint32(1)


@numba.njit(cache=True)
def _recall(memory, key, now, counts, ended, everybody, relation, decay, recent_ticks, past_ticks):
    """Entry of `key`, or the one it may take; `counts` as of now, `ended` with the spell that was over."""
    keys, last, stored = memory
    first = np.int64(key % np.uint64(keys.size // WAYS)) * WAYS
    name = _name(key)
    for k in range(first, first + WAYS):
        if keys[k] == name:
            for c in range(counts.size):
                counts[c] = stored[k, c]
            ticks = now - last[k]
            if ticks > 0:
                recent = _left(ticks, decay, 0, recent_ticks)
                past = _left(ticks, decay, 1, past_ticks)
                for c in range(0, counts.size, _NEW):
                    which = relation + c // 2  # pair 0; source 1, its new pairs 3; destination 2, its 4
                    weight, size = _spell(counts, c, everybody[which])
                    ended[which, 0], ended[which, 1] = weight, size
                    counts[c + _RECENT] *= recent
                    counts[c + _SPELLS] = (counts[c + _SPELLS] + weight) * past
                    counts[c + _SUM] = (counts[c + _SUM] + weight * size) * past
                    counts[c + _SQUARES] = (counts[c + _SQUARES] + weight * size * size) * past
            return k
    counts[:] = 0.0
    least, victim = np.inf, first
    for k in range(first, first + WAYS):
        worth = -1.0
        if keys[k] != 0:
            ticks = now - last[k]
            worth = stored[k, _RECENT] * _left(ticks, decay, 0, recent_ticks)
            worth += stored[k, _SPELLS] * _left(ticks, decay, 1, past_ticks)
        if worth < least:
            least, victim = worth, k
    return victim


@numba.njit(cache=True, inline="always")
def _keep(memory, k, key, now, counts):
    keys, last, stored = memory
    keys[k] = _name(key)
    last[k] = now
    for c in range(counts.size):
        stored[k, c] = counts[c]


@numba.njit(cache=True, inline="always")
def _left(ticks, decay, row, half_life):
    return decay[row, ticks] if ticks < _TABLE else 0.5 ** (ticks / half_life)


@numba.njit(cache=True, inline="always")
def _expect(spells, total, squares):
    """Mean, and variance: what spells showed and that of a Poisson count on top."""
    mean = total / spells
    return mean, max(squares / spells - mean * mean, 0.0) + mean


@numba.njit(cache=True, inline="always")
def _own(counts, c, everybody):
    credit = _PRIOR / everybody[0]
    return _expect(
        counts[c + _SPELLS] + _PRIOR,
        counts[c + _SUM] + credit * everybody[1],
        counts[c + _SQUARES] + credit * everybody[2],
    )


@numba.njit(cache=True, inline="always")
def _surprise(counts, c, everybody, population):
    mean, variance = _own(counts, c, everybody)
    score = max(0.0, counts[c + _RECENT] - mean) / math.sqrt(variance)
    mean, variance = _expect(everybody[0], everybody[1], everybody[2])
    return score + population * max(0.0, counts[c + _RECENT] - mean) / math.sqrt(variance)


@numba.njit(cache=True, inline="always")
def _spell(counts, c, everybody):
    """Weight and size with which the spell that just ended is learned."""
    mean, variance = _own(counts, c, everybody)
    count = counts[c + _RECENT]
    deviation = (count - mean) / math.sqrt(variance)
    weight = 1.0 if deviation <= _TOLERANCE else _TOLERANCE / deviation
    return weight, min(count, _CLIP * (mean + 1.0))
