"""Isolation trees against what they should be, walked the slow way."""

import math

import numpy as np
import pytest

from models.detectors.isolation_tree import (
    CENTRE,
    DEPTH,
    FIRST,
    HALF,
    LEFT,
    SECOND,
    THRESHOLD,
    WEIGHT,
    add_depths,
    allocate,
    grow,
    mean_depth,
    uniform,
)


def tree_of(rows: np.ndarray, height: int, pairs: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    index, node = allocate(1, len(rows), rows.dtype)
    grow(rows, np.arange(len(rows)), height, pairs, index[0], node[0], np.array([seed], np.uint64))
    return index[0], node[0]


def depths_of(rows, index, node, height) -> np.ndarray:
    depths = np.zeros(len(rows))
    add_depths(rows, 0, len(rows), height, index, node, np.empty(len(rows), np.uint32), np.empty(len(rows)), depths)
    return depths


def slow_depth(row, index, node, k=0) -> float:
    if index[k, LEFT] == k:
        return node[k, DEPTH]
    at = row[index[k, FIRST]] + node[k, WEIGHT] * row[index[k, SECOND]]
    beyond = max(0.0, abs(at - node[k, CENTRE]) - node[k, HALF])
    cut_off = beyond / (2 * node[k, HALF] + beyond)
    child = index[k, LEFT] + (1 if at >= node[k, THRESHOLD] else 0)
    return cut_off * node[k, DEPTH] + (1 - cut_off) * slow_depth(row, index, node, child)


@pytest.mark.parametrize("pairs", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("features", [1, 2, 5])
def test_depths_like_the_slow_walk(features, pairs):
    rng = np.random.default_rng(features)
    rows = rng.gamma(0.5, 1, (128, features))
    index, node = tree_of(rows, 7, pairs)
    probes = np.concatenate([rows, rng.normal(0, 5, (200, features))])
    slow = [slow_depth(row, index, node) for row in probes]
    assert depths_of(probes, index, node, 7) == pytest.approx(slow, abs=1e-9)
    assert len(np.unique(np.round(slow, 6))) > 100


@pytest.mark.parametrize("pairs", [0.0, 1.0])
def test_a_tree_without_limit_isolates_every_row(pairs):
    rows = np.random.default_rng(2).normal(size=(64, 3))
    index, node = tree_of(rows, 63, pairs)
    leaves = [(int(k), node[k, DEPTH]) for k in range(127) if index[k, LEFT] == k]
    assert len(leaves) == 64
    assert sum(2.0**-depth for _, depth in leaves) == pytest.approx(1)  # each inner node has two children
    inner = node[[k for k in range(127) if index[k, LEFT] != k]]
    assert (np.abs(inner[:, THRESHOLD] - inner[:, CENTRE]) <= inner[:, HALF] + 1e-12).all()


def test_rows_it_grew_from_are_beyond_no_range():
    """So their depth is a leaf's, and its mean is near what random search trees have."""
    rows = np.random.default_rng(3).random((128, 2))
    means = []
    for seed in range(60):
        index, node = tree_of(rows, 127, 0.0, seed)
        depths = depths_of(rows, index, node, 127)
        assert depths == pytest.approx(np.round(depths), abs=1e-9)
        means.append(depths.mean())
    assert mean_depth(128) * 0.8 < np.mean(means) < mean_depth(128) * 1.2


def test_constant_features_are_never_cut_but_watched():
    rows = np.random.default_rng(4).random((100, 4))
    rows[:, [0, 2]] = 3.0
    index, node = tree_of(rows, 7, 1.0)
    inner = index[[k for k in range(200) if index[k, LEFT] > k]]
    assert set(inner[:, FIRST].tolist()) == {1, 3}
    changed = rows.copy()
    changed[:, 2] = 10.0
    assert depths_of(changed, index, node, 7).mean() < depths_of(rows, index, node, 7).mean() - 1


def test_features_are_drawn_alike():
    rows = np.random.default_rng(5).random((100, 4))
    roots = [tree_of(rows, 1, 0.0, seed)[0][0, FIRST] for seed in range(2000)]
    assert np.bincount(roots, minlength=4) == pytest.approx(500, rel=0.2)


def test_mean_depth():
    assert [mean_depth(n) for n in (0, 1, 2)] == [0, 0, 1]
    harmonic = sum(1 / k for k in range(1, 256))
    assert mean_depth(256) == pytest.approx(2 * harmonic - 2 * 255 / 256, abs=0.01)


def test_uniform_numbers():
    state = np.array([9], np.uint64)
    drawn = np.array([uniform(state) for _ in range(20_000)])
    assert drawn.min() >= 0 and drawn.max() < 1
    assert np.histogram(drawn, 10, (0, 1))[0] == pytest.approx(2000, rel=0.1)
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03
    assert math.isclose(uniform(np.array([9], np.uint64)), drawn[0])
