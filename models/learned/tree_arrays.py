"""Nodes of decision trees in one order: siblings side by side, behind their parent."""

import numpy as np

from models.learned.bad_model import BadModel

#: Arrays of an ensemble and their dtypes.
TREE_ARRAYS = {
    "roots": np.int32,
    "feature": np.int32,
    "threshold": np.float32,
    "left": np.int32,
    "missing_right": np.uint8,
    "value": np.float64,
}
#: Levels of a tree that a model may have.
DEEPEST = 64


def canonical(trees: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Arrays of an ensemble from trees as libraries keep them, shallow trees first.

    Parameters and errors as for :func:`models.learned.tree_ensemble.build_ensemble`.
    """
    if not trees:
        raise BadModel("an ensemble needs at least one tree")
    ordered = [_breadth_first(tree) for tree in trees]
    # Trees walked abreast should end together; the order of a sum is free.
    ordered.sort(key=lambda tree: int(depths(np.array([0, tree["left"].size], np.int32), tree["left"])[0]))
    sizes = [tree["left"].size for tree in ordered]
    roots = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    for tree, root in zip(ordered, roots):
        tree["left"] = tree["left"] + root
    joined = {name: np.concatenate([tree[name] for tree in ordered]) for name in ordered[0]}
    return {"roots": roots} | {n: joined[n].astype(d) for n, d in TREE_ARRAYS.items() if n != "roots"}


def _breadth_first(tree: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    left, right = (np.asarray(tree[side], np.int64) for side in ("left", "right"))
    order, at = [0], 0
    child = np.arange(left.size)
    while at < len(order):
        node = order[at]
        if left[node] >= 0:
            if len(order) + 2 > left.size:
                raise BadModel("the nodes of a tree go round in a circle, or two share a child")
            child[at] = len(order)
            order += [int(left[node]), int(right[node])]
        at += 1
    inner = left[order] >= 0
    child = child[: len(order)]
    value, count = (np.asarray(tree[name], np.float64)[order] for name in ("value", "count"))
    for k in np.flatnonzero(inner)[::-1]:
        pair = slice(child[k], child[k] + 2)
        count[k] = count[pair].sum()
        value[k] = (value[pair] @ count[pair]) / count[k] if count[k] > 0 else value[pair].mean()
    threshold = np.asarray(tree["threshold"], np.float64)[order]
    return {
        "feature": np.where(inner, np.asarray(tree["feature"])[order], 0),
        "threshold": np.where(inner, float32_below(threshold), np.float32(np.inf)),
        "left": child,
        "missing_right": np.where(inner, np.asarray(tree["missing_right"])[order], 0),
        "value": value,
    }


def float32_below(values: np.ndarray) -> np.ndarray:
    """The largest float32 not above each float64: ``x <= v`` stays what it was for float32 x."""
    with np.errstate(over="ignore"):
        near = values.astype(np.float32)
    return np.where(near.astype(np.float64) > values, np.nextafter(near, np.float32(-np.inf)), near)


def depths(roots: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Levels below the root of each tree, int32, for nodes that follow their parents."""
    level = np.zeros(left.size, np.int32)
    for node in np.flatnonzero(left != np.arange(left.size)):
        level[left[node] : left[node] + 2] = level[node] + 1
    return np.maximum.reduceat(level, roots[:-1])


def check_trees(roots: np.ndarray, nodes: dict[str, np.ndarray], features: int) -> None:
    """Refuse nodes that are no trees over that many features.

    Raises
    ------
    BadModel
    """
    left = nodes["left"].astype(np.int64)
    own = np.arange(left.size)
    if roots.size < 2 or roots[0] != 0 or roots[-1] != left.size or (np.diff(roots) <= 0).any():
        raise BadModel("the roots of an ensemble must begin with 0, rise, and end with the number of nodes")
    if ((nodes["feature"] < 0) | (nodes["feature"] >= features)).any():
        raise BadModel(f"a split names a feature that the model, which reads {features}, does not have")
    inner = left != own
    end = np.repeat(roots[1:], np.diff(roots))
    if (left < own).any() or (left[inner] + 1 >= end[inner]).any():
        raise BadModel("the nodes of a tree go round in a circle or leave it: children stand behind their parent")
    parents = np.bincount(np.concatenate([left[inner], left[inner] + 1]), minlength=left.size)
    parents[roots[:-1]] += 1
    if (parents != 1).any():
        raise BadModel("each node of a tree must have one parent, and its root none")
    if np.isnan(nodes["threshold"]).any() or not np.isposinf(nodes["threshold"][~inner]).all():
        raise BadModel("thresholds must be numbers, and infinite in leaves")
    if (nodes["missing_right"] > 1).any() or nodes["missing_right"][~inner].any():
        raise BadModel("missing_right must be 0 or 1, and 0 in leaves")
    if depths(roots, nodes["left"]).max() > DEEPEST:
        raise BadModel(f"a tree is deeper than {DEEPEST} levels")
