"""Half-space trees over columns: river's scores at a hundredth of its cost."""

import random
from functools import lru_cache

import numba
import numpy as np

#: Rows walked at a time (ours).
_BLOCK = 64


class HalfSpaceTrees:
    """Streaming half-space trees (Tan, Ting and Liu, IJCAI 2011), as in river 0.23.

    Same seed, same order, same scores as ``river.anomaly.HalfSpaceTrees`` (to 1e-12), with features
    taken in the order of their sorted names. It works when anomalies are spread over time. It
    misleads when they come in a burst longer than `window_size`, which then counts as normal:
    leave such rows out of `learn_many` (see `learn` of :meth:`score_learn_many`), or take
    :class:`models.detectors.online_isolation_forest.OnlineIsolationForest`.

    Parameters
    ----------
    features : int
        Number of features, each within [0, 1]; others are scored at the border.
    n_trees, height, window_size, seed
        As in river.

    Notes
    -----
    Per row O(n_trees * height); memory ``8 * n_trees * 2**(height + 1)`` bytes whatever the stream.

    Examples
    --------
    >>> import numpy as np
    >>> trees = HalfSpaceTrees(1, n_trees=5, height=3, window_size=3, seed=42)
    >>> rows = np.array([[0.5], [0.45], [0.43], [0.44], [0.445], [0.45], [0.0]])
    >>> trees.learn_many(rows[:3])
    >>> for row in rows:
    ...     trees.learn_one(row)
    ...     print(f"{trees.score_one(row):.3f}", end=" ")
    0.107 0.071 0.107 0.107 0.107 0.071 0.853 
    """

    def __init__(
        self,
        features: int,
        n_trees: int = 10,
        height: int = 8,
        window_size: int = 250,
        seed: int = 42,
    ):
        self.features = features
        self.n_trees = n_trees
        self.height = height
        self.window_size = window_size
        self.seed = seed
        self._feature, self._threshold = _grow(features, n_trees, height, seed)
        nodes = 2 ** (height + 1) - 1
        self._latest = np.zeros((n_trees, nodes), np.int32)
        self._reference = np.zeros((n_trees, nodes), np.int32)
        self._count = np.zeros(2, np.int64)  # rows in this window, windows completed

    def learn_one(self, x: np.ndarray) -> None:
        self.learn_many(x[np.newaxis])

    def score_one(self, x: np.ndarray) -> float:
        return float(self.score_many(x[np.newaxis])[0])

    def learn_many(self, rows: np.ndarray) -> None:
        """Learn float rows, shape (n, features), in order."""
        self._run(rows, np.ones(len(rows), bool), np.empty(0))

    def score_many(self, rows: np.ndarray) -> np.ndarray:
        """Scores of float rows, shape (n, features), in [0, 1], high = anomalous; learns nothing."""
        return self.score_learn_many(rows, np.zeros(len(rows), bool))

    def score_learn_many(self, rows: np.ndarray, learn: np.ndarray | None = None) -> np.ndarray:
        """Score each row, then learn it before the next is scored.

        Parameters
        ----------
        rows : ndarray of float, shape (n, features)
        learn : ndarray of bool, shape (n,), optional
            Rows to learn; all by default.

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        scores = np.empty(len(rows))
        self._run(rows, np.ones(len(rows), bool) if learn is None else learn, scores)
        return scores

    def _run(self, rows: np.ndarray, learn: np.ndarray, scores: np.ndarray) -> None:
        _walk(
            rows, learn, scores, self._feature, self._threshold,
            self._latest, self._reference, self._count, self.window_size, self.height,
        )  # fmt: skip

    def snapshot(self) -> dict[str, np.ndarray]:
        return {"latest": self._latest, "reference": self._reference, "count": self._count}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self._latest = arrays["latest"].copy()
        self._reference = arrays["reference"].copy()
        self._count = arrays["count"].copy()


@lru_cache(maxsize=16)
def _grow(features: int, n_trees: int, height: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Trees as heaps: node k has children 2k + 1 and 2k + 2; drawn in river's order.

    Shards share them: they follow from the arguments and are only read.
    """
    rng = random.Random(seed)
    inner = 2**height - 1
    feature = np.zeros((n_trees, inner), np.int32)
    threshold = np.zeros((n_trees, inner))

    def split(tree: int, node: int, limits: list[tuple[float, float]]) -> None:
        if node >= inner:
            return
        on = rng.choices(range(features), weights=[b - a for a, b in limits])[0]
        a, b = limits[on]
        at = rng.uniform(a + 0.15 * (b - a), b - 0.15 * (b - a))
        feature[tree, node], threshold[tree, node] = on, at
        for child, half in ((2 * node + 1, (a, at)), (2 * node + 2, (at, b))):
            split(tree, child, limits[:on] + [half] + limits[on + 1 :])

    for tree in range(n_trees):
        split(tree, 0, [(0.0, 1.0)] * features)
    return feature, threshold


@numba.njit(cache=True, nogil=True)
def _walk(rows, learn, scores, feature, threshold, latest, reference, count, window, height):
    """Score and learn in blocks, tree by tree and level by level, so that rows overlap in the processor.

    Scores come from the reference counts, which stay as they are until a window is full; blocks end there.
    Unsigned indices save numba's test for negative ones.
    """
    n_trees = feature.shape[0]
    few = 0.1 * window
    top = float(n_trees) * window * (2 ** (height + 1) - 1)
    path = np.empty((_BLOCK, height + 1), np.uint32)
    totals = np.empty(_BLOCK, np.int64)
    begin = 0
    while begin < rows.shape[0]:
        stop = min(rows.shape[0], begin + min(_BLOCK, window - count[0]))
        n, offset = np.uint64(stop - begin), np.uint64(begin)
        totals[:] = 0
        for t in range(n_trees):
            _descend(rows, offset, n, feature[t], threshold[t], height, path)
            if scores.size:
                _add_counts(path, n, reference[t], few, totals)
            for i in range(n):
                if learn[offset + i]:
                    for depth in range(height + 1):
                        latest[t, path[i, depth]] += 1
        for i in range(n):
            if scores.size:
                scores[offset + i] = 1.0 - totals[i] / top if count[1] > 0 else 0.0
            count[0] += learn[offset + i]
        if count[0] == window:
            reference[:] = latest
            latest[:] = 0
            count[0] = 0
            count[1] += 1
        begin = stop


@numba.njit(cache=True, nogil=True)
def _descend(rows, offset, n, feature, threshold, height, path):
    """Nodes that ``rows[offset:offset + n]`` meet from the root of one tree to its leaves."""
    for i in range(n):
        path[i, 0] = 0
    for depth in range(height):
        for i in range(n):
            node = path[i, depth]
            right = rows[offset + i, np.uint32(feature[node])] >= threshold[node]
            path[i, depth + 1] = 2 * node + (np.uint32(2) if right else np.uint32(1))


@numba.njit(cache=True, nogil=True)
def _add_counts(path, n, reference, few, totals):
    """Counts along each path, doubled at each level, down to the first node with few rows."""
    for i in range(n):
        total = np.int64(0)
        for depth in range(path.shape[1]):
            count = reference[path[i, depth]]
            total += np.int64(count) << depth
            if count < few:
                break
        totals[i] += total
