"""Ensembles of decision trees as arrays, and what each feature adds to their score."""

from dataclasses import dataclass

import numba
import numpy as np

from models.learned.bad_model import BadModel
from models.learned.log_odds import BOUND, checked, log_odds
from models.learned.tree_arrays import TREE_ARRAYS, canonical, check_trees, depths

#: What the sum of the trees is: log-odds, or a probability (then `log_odds` are taken of the sum).
LOG_ODDS, PROBABILITY = "log-odds", "probability"
#: Trees walked abreast: their loads do not wait for each other.
_LANES = 8


@dataclass(frozen=True)
class TreeEnsemble:
    """Sum of decision trees.

    It works with interactions, steps and missing values (NaN), which go to the side that each split
    names. It misleads beyond the range it was trained on, where it is constant.

    Attributes
    ----------
    features : int
    base : float
        Added to the sum of the trees.
    link : str
        `LOG_ODDS` (boosting) or `PROBABILITY` (forests).
    roots : ndarray of int32, shape (trees + 1,)
        Where each tree begins in the arrays of nodes, and their length.
    feature : ndarray of int32, shape (nodes,)
        What is compared; 0 in a leaf.
    threshold : ndarray of float32, shape (nodes,)
        Left where ``x <= threshold``; infinite in a leaf.
    left : ndarray of int32, shape (nodes,)
        Left child, the right one stands behind it; both stand behind their parent. A leaf names itself.
    missing_right : ndarray of uint8, shape (nodes,)
        1 where NaN goes right.
    value : ndarray of float64, shape (nodes,)
        In a leaf what the tree adds; in other nodes the mean of that over the training rows below.

    Notes
    -----
    Per row about a nanosecond for each level of each tree; memory 25 bytes a node.
    """

    features: int
    base: float
    link: str
    roots: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    missing_right: np.ndarray
    value: np.ndarray
    _walk: tuple[np.ndarray, ...]

    def log_odds(self, matrix: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Log-odds of rows.

        Parameters
        ----------
        matrix : ndarray of float32, shape (n, m)
        columns : ndarray of int64, shape (features,)
            Where each feature of the model stands in the matrix.

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        out = np.empty(len(matrix))
        _score(np.ascontiguousarray(matrix, np.float32), columns, self.base, *self._walk, out)
        return log_odds(np.clip(out, 0, 1)) if self.link == PROBABILITY else np.clip(out, -BOUND, BOUND)

    def contributions(self, row: np.ndarray) -> tuple[float, np.ndarray]:
        """Base and share of each feature, float64, shape (features,); together the row's log-odds.

        A split gives its feature the change of the node's mean along the row's path (A. Saabas,
        *Interpreting random forests*, 2014). With the link `PROBABILITY`, shares of the
        probability are stretched to log-odds in proportion.

        Parameters
        ----------
        row : ndarray of float32, shape (features,)
        """
        shares = np.zeros(self.features)
        _share(
            np.ascontiguousarray(row, np.float32), self.roots, self.feature, self.threshold, self.left,
            self.missing_right, self.value, shares,
        )  # fmt: skip
        start = self.base + float(self.value[self.roots[:-1]].sum())
        score = start + float(shares.sum())
        if self.link == PROBABILITY:
            ends = log_odds(np.clip([start, score], 0, 1))
        else:
            ends = np.clip([start, score], -BOUND, BOUND)
        return float(ends[0]), stretched(shares, float(ends[1] - ends[0]))

    def to_arrays(self) -> tuple[dict[str, np.ndarray], dict]:
        return {name: getattr(self, name) for name in TREE_ARRAYS}, {"base": self.base, "link": self.link}


def stretched(shares: np.ndarray, total: float) -> np.ndarray:
    """Shares in proportion, with `total` as their sum; as they are where they cancel out (then it is 0)."""
    whole = float(shares.sum())
    return shares * (total / whole) if abs(whole) > 1e-9 * np.abs(shares).sum() else shares


def build_ensemble(
    trees: list[dict[str, np.ndarray]], features: int, base: float, link: str = LOG_ODDS
) -> TreeEnsemble:
    """An ensemble from trees as libraries keep them.

    Parameters
    ----------
    trees : list of dict
        ``feature``, ``threshold`` (float64; left where ``x <= threshold``), ``left``, ``right``
        (-1 in a leaf), ``missing_right``, ``value`` (of leaves), ``count`` (training weight of
        leaves); node 0 is the root.
    features : int
    base : float
    link : str

    Raises
    ------
    BadModel
        As :func:`read_ensemble`.
    """
    return read_ensemble(canonical(trees), {"base": float(base), "link": link}, features)


def read_ensemble(arrays: dict[str, np.ndarray], meta: dict, features: int) -> TreeEnsemble:
    """What :meth:`TreeEnsemble.to_arrays` gave.

    Raises
    ------
    BadModel
        Anything missing, of another type or shape, or not finite; a feature out of range; nodes
        that are no trees (a circle, a node with two parents or none, a child before its parent).
    """
    base, link = meta.get("base"), meta.get("link")
    if not isinstance(base, float) or not np.isfinite(base):
        raise BadModel(f"the base of an ensemble must be a finite number, got {base!r}")
    if link not in (LOG_ODDS, PROBABILITY):
        raise BadModel(f"the link of an ensemble must be {LOG_ODDS!r} or {PROBABILITY!r}, got {link!r}")
    roots = checked(arrays, "roots", np.int32, (None,))
    nodes = (arrays["value"].size if isinstance(arrays.get("value"), np.ndarray) else None,)
    own = {
        name: checked(arrays, name, dtype, nodes, finite=name != "threshold")
        for name, dtype in TREE_ARRAYS.items()
        if name != "roots"
    }
    check_trees(roots, own, features)
    return TreeEnsemble(features, base, link, roots, **own, _walk=_abreast(roots, own))


def _abreast(roots: np.ndarray, own: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """What :func:`_score` walks: groups of `_LANES` roots, levels of each group, the nodes.

    A leaf that adds nothing stands behind the nodes, for lanes without a tree.
    """
    nothing = own["left"].size
    groups = -(-(roots.size - 1) // _LANES)
    lanes = np.full(groups * _LANES, nothing, np.int32)
    steps = np.zeros(groups * _LANES, np.int32)
    lanes[: roots.size - 1] = roots[:-1]
    steps[: roots.size - 1] = depths(roots, own["left"])
    resting = {"feature": 0, "threshold": np.inf, "left": nothing, "missing_right": 0, "value": 0.0}
    nodes = [np.append(own[name], np.array([rest], own[name].dtype)) for name, rest in resting.items()]
    return lanes.reshape(groups, _LANES), steps.reshape(groups, _LANES).max(axis=1), *nodes


@numba.njit(cache=True, nogil=True)
def _score(matrix, columns, base, lanes, steps, feature, threshold, left, missing_right, value, out):
    row = np.empty(columns.size, np.float32)
    for r in range(matrix.shape[0]):
        missing = False
        for k in range(columns.size):
            row[k] = matrix[r, columns[k]]
            missing |= np.isnan(row[k])
        total = base
        for g in range(lanes.shape[0]):
            lane = lanes[g]
            # Eight places in registers; a leaf names itself and nothing exceeds its threshold.
            a, b, c, d = _at(lane[0]), _at(lane[1]), _at(lane[2]), _at(lane[3])
            e, f, h, i = _at(lane[4]), _at(lane[5]), _at(lane[6]), _at(lane[7])
            if missing:
                for _ in range(steps[g]):
                    a = _next(row, a, feature, threshold, left, missing_right)
                    b = _next(row, b, feature, threshold, left, missing_right)
                    c = _next(row, c, feature, threshold, left, missing_right)
                    d = _next(row, d, feature, threshold, left, missing_right)
                    e = _next(row, e, feature, threshold, left, missing_right)
                    f = _next(row, f, feature, threshold, left, missing_right)
                    h = _next(row, h, feature, threshold, left, missing_right)
                    i = _next(row, i, feature, threshold, left, missing_right)
            else:
                for _ in range(steps[g]):
                    a = _next_known(row, a, feature, threshold, left)
                    b = _next_known(row, b, feature, threshold, left)
                    c = _next_known(row, c, feature, threshold, left)
                    d = _next_known(row, d, feature, threshold, left)
                    e = _next_known(row, e, feature, threshold, left)
                    f = _next_known(row, f, feature, threshold, left)
                    h = _next_known(row, h, feature, threshold, left)
                    i = _next_known(row, i, feature, threshold, left)
            total += value[a] + value[b] + value[c] + value[d] + value[e] + value[f] + value[h] + value[i]
        out[r] = total


@numba.njit(cache=True, nogil=True)
def _at(index):
    # Unsigned, or numba would look for indices that count from the end at every load.
    return np.uintp(index)


@numba.njit(cache=True, nogil=True)
def _next_known(row, at, feature, threshold, left):
    return _at(left[at]) + _at(row[_at(feature[at])] > threshold[at])


@numba.njit(cache=True, nogil=True)
def _next(row, at, feature, threshold, left, missing_right):
    x = row[_at(feature[at])]
    right = missing_right[at] == 1 if np.isnan(x) else x > threshold[at]
    return _at(left[at]) + _at(right)


@numba.njit(cache=True, nogil=True)
def _share(row, roots, feature, threshold, left, missing_right, value, out):
    for t in range(roots.size - 1):
        at = _at(roots[t])
        while _at(left[at]) != at:
            after = _next(row, at, feature, threshold, left, missing_right)
            out[feature[at]] += value[after] - value[at]
            at = after
