"""An isolation forest that follows a stream and does not learn what it just flagged."""

import numba
import numpy as np

from features.errors import DuankaError
from models.detectors import isolation_tree, learning_gate
from models.detectors.isolation_tree import add_depths, grow, mean_depth, uniform
from models.detectors.learning_gate import admits

#: Rows scored at a time (ours); trees never change within a block.
_BLOCK = 64
#: Rows learned before the first trees (ours); then trees are regrown at each doubling.
_FIRST_TREES = 8
# Rows learned, kept, learned when trees grow next; the next tree; rows that trees were grown from.
_SEEN, _STORED, _NEXT, _TREE, _GROWN = range(5)


class BadRows(DuankaError, ValueError):
    """Rows are not as wide as the detector was made for."""


class OnlineIsolationForest:
    """Isolation trees over a decaying reservoir of rows that were not flagged.

    The score is ``2 ** (-depth / mean depth)`` of isolation forests (Liu, Ting and Zhou, ICDM 2008).
    Ours: a row beyond the range of a node counts as isolated there by the probability of robust
    random cut forests, so that far is more than the border; cuts along pairs of features beside single
    ones; trees regrown one by one from a reservoir that forgets; and a gate that keeps flagged
    rows out of it (:func:`models.detectors.learning_gate.admits`).

    It works for point anomalies, spread out or in bursts up to half of `memory` rows, and needs no scaling:
    shifting or stretching a feature changes next to nothing. It misleads when the first
    rows are mostly anomalies, when anomalies lie between normal clusters, and after an abrupt change
    of everything, which is flagged for about ``0.7 * memory`` rows before it is learned. Features
    whose values span many powers of ten are better given as logarithms.

    Parameters
    ----------
    features : int
        Number of features, up to 32,767; any finite values.
    n_trees : int
    sample : int
        Rows a tree is grown from, 8 to 16,383; trees are ``log2(sample)`` deep.
    reservoir : int
        Rows kept to sample from, at least `sample`.
    memory : int
        Rows learned over which the past fades, for the reservoir, the quantile and the share of flagged rows.
    flagged : float
        Share of rows, highest scores first, that is not learned in quiet times; of a burst, all.
    pairs : float
        Share of cuts along two features.
    regrow : int
        Rows learned between two trees regrown.
    seed : int
    dtype : numpy dtype
        Of the rows kept and the trees, float64 or float32; float32 halves the state and needs
        features without a large common offset.

    Notes
    -----
    Per row O(n_trees * log2(sample)) and, divided by `regrow`, one tree of O(sample * log2(sample)):
    2 microseconds at the defaults, 1.1 with 32 trees and `regrow` 64, 0.5 as in
    :class:`models.detectors.isolation_rank.IsolationRank`, hardly depending on the number of
    features. Memory is, whatever the stream, ``2 * n_trees * sample * (6 + 5 * itemsize) +
    reservoir * features * itemsize`` bytes and 16 KiB: 1.5 MiB at the defaults and 3 features.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.random.default_rng(1).normal(size=(3000, 3))
    >>> rows[2000:2500] = 5, -5, 5  # a burst
    >>> scores = OnlineIsolationForest(3).score_learn_many(rows)
    >>> [f"{scores[part].mean():.2f}" for part in (slice(1000, 2000), slice(2000, 2250), slice(2250, 2500))]
    ['0.45', '0.89', '0.89']
    """

    def __init__(
        self,
        features: int,
        n_trees: int = 64,
        sample: int = 256,
        reservoir: int = 2048,
        memory: int = 5000,
        flagged: float = 0.02,
        pairs: float = 0.5,
        regrow: int = 32,
        seed: int = 42,
        dtype=np.float64,
    ):
        self.features = features
        self.n_trees = n_trees
        self.sample = sample
        self.reservoir = reservoir
        self.memory = memory
        self.flagged = flagged
        self.pairs = pairs
        self.regrow = regrow
        self.seed = seed
        self.dtype = np.dtype(dtype)
        self._index, self._node = isolation_tree.allocate(n_trees, sample, self.dtype)
        self._bins, self._gate = learning_gate.allocate()
        self._kept = np.zeros((reservoir, features), self.dtype)
        self._count = np.array([0, 0, _FIRST_TREES, 0, 0], np.int64)
        self._random = np.array([seed], np.uint64)

    def learn_one(self, x: np.ndarray) -> None:
        self.learn_many(x[np.newaxis])

    def score_one(self, x: np.ndarray) -> float:
        return float(self.score_many(x[np.newaxis])[0])

    def learn_many(self, rows: np.ndarray) -> None:
        """Learn float rows, shape (n, features), in order, but for those that are flagged."""
        self.score_learn_many(rows)

    def score_many(self, rows: np.ndarray) -> np.ndarray:
        """Scores of float rows, shape (n, features), in [0, 1], high = anomalous; learns nothing."""
        return self.score_learn_many(rows, np.zeros(len(rows), bool))

    def score_learn_many(self, rows: np.ndarray, learn: np.ndarray | None = None) -> np.ndarray:
        """Score each row, then learn it before the next is scored, unless it is flagged.

        Parameters
        ----------
        rows : ndarray of float, shape (n, features)
        learn : ndarray of bool, shape (n,), optional
            Rows that may be learned; all by default. Others leave no trace.

        Returns
        -------
        ndarray of float64, shape (n,)
            0 before eight rows were learned; 1 for rows with a value that is not finite, which
            are not learned.

        Raises
        ------
        BadRows
            When rows have another number of features.
        """
        if rows.shape[1:] != (self.features,):
            raise BadRows(f"rows have the shape {rows.shape}; give (n, {self.features})")
        scores = np.empty(len(rows))
        _walk(
            np.ascontiguousarray(rows, self.dtype), np.ones(len(rows), bool) if learn is None else learn, scores,
            self._index, self._node, self._bins, self._gate, self._kept, self._count, self._random,
            self.sample, float(self.memory), self.flagged, self.pairs, self.regrow,
        )  # fmt: skip
        return scores

    def snapshot(self) -> dict[str, np.ndarray]:
        return {
            "index": self._index, "node": self._node, "bins": self._bins, "gate": self._gate,
            "kept": self._kept, "count": self._count, "random": self._random,
        }  # fmt: skip

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for name in self.snapshot():
            setattr(self, f"_{name}", arrays[name].copy())


@numba.njit(cache=True, nogil=True)
def _walk(
    rows, learn, scores, index, node, bins, gate, kept, count, random, sample, memory, flagged, pairs, regrow,
):  # fmt: skip
    n_trees = index.shape[0]
    height = np.int64(np.ceil(np.log2(sample)))
    place = np.empty(_BLOCK, np.uint32)
    within = np.empty(_BLOCK)
    depths = np.empty(_BLOCK)
    begin = 0
    while begin < rows.shape[0]:
        # Up to the next regrowth trees stay as they are, whichever rows are learned.
        stop = min(rows.shape[0], begin + min(_BLOCK, count[_NEXT] - count[_SEEN]))
        depths[:] = 0.0
        grown = count[_GROWN] > 0
        if grown:
            for t in range(n_trees):
                add_depths(rows, begin, stop, height, index[t], node[t], place, within, depths)
        usual = n_trees * mean_depth(count[_GROWN])
        for r in range(begin, stop):
            scores[r] = 2.0 ** (-depths[r - begin] / usual) if grown else 0.0
            finite = True
            for f in range(rows.shape[1]):
                finite &= np.isfinite(rows[r, f])
            if not finite:
                scores[r] = 1.0
            elif learn[r] and (not grown or admits(scores[r], bins, gate, flagged, memory)):
                _keep(rows[r], kept, count, random, memory)
                if count[_SEEN] == count[_NEXT]:
                    _regrow(kept, index, node, count, random, sample, height, pairs, regrow)
        begin = stop


@numba.njit(cache=True, nogil=True)
def _keep(row, kept, count, random, memory):
    """Take a row into the reservoir: all until it is full, then each with the same chance."""
    count[_SEEN] += 1
    if count[_STORED] < kept.shape[0]:
        kept[count[_STORED]] = row
        count[_STORED] += 1
    elif uniform(random) * min(np.float64(count[_SEEN]), memory) < kept.shape[0]:
        kept[np.int64(uniform(random) * kept.shape[0])] = row


@numba.njit(cache=True, nogil=True)
def _regrow(kept, index, node, count, random, sample, height, pairs, regrow):
    """All trees while the first sample fills, then one after the other."""
    size = min(sample, count[_STORED])
    count[_GROWN] = size
    young = count[_SEEN] <= sample
    for t in range(index.shape[0]):
        if young or t == count[_TREE]:
            chosen = np.arange(count[_STORED])
            for i in range(size):
                j = i + np.int64(uniform(random) * (chosen.size - i))
                chosen[i], chosen[j] = chosen[j], chosen[i]
            grow(kept, chosen[:size], height, pairs, index[t], node[t], random)
    if count[_SEEN] < sample:
        count[_NEXT] = min(2 * count[_SEEN], sample)
    else:
        count[_NEXT] = count[_SEEN] + regrow
        count[_TREE] = 0 if young else (count[_TREE] + 1) % index.shape[0]
