"""Half-space trees against river's, and what the masks and windows promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from river import anomaly

from models.detectors.half_space_trees import HalfSpaceTrees


def streams(seed: int, rows: int, features: int) -> np.ndarray:
    """Rows mostly within [0, 1]: dense, at the borders, now and then outside."""
    rng = np.random.default_rng(seed)
    matrix = rng.beta(1 + 3 * rng.random(), 4, (rows, features))
    matrix[rng.random(matrix.shape) < 0.05] = rng.choice([0.0, 1.0, 0.5])
    matrix[rng.random(matrix.shape) < 0.01] = rng.choice([-0.5, 1.7])
    return matrix


def river_scores(trees: anomaly.HalfSpaceTrees, matrix: np.ndarray) -> np.ndarray:
    # River takes features in the order of their sorted names.
    names = [f"f{k:03d}" for k in range(matrix.shape[1])]
    scores = []
    for row in matrix.tolist():
        x = dict(zip(names, row))
        scores.append(trees.score_one(x))
        trees.learn_one(x)
    return np.array(scores)


@pytest.mark.parametrize(
    ("seed", "features", "n_trees", "height", "window"),
    [(42, 3, 10, 8, 50), (1, 1, 3, 1, 7), (2, 12, 5, 4, 100), (3, 25, 4, 6, 33), (0, 2, 1, 10, 20), (7, 5, 25, 3, 1)],
)
def test_scores_like_river(seed, features, n_trees, height, window):
    settings_ = {"n_trees": n_trees, "height": height, "window_size": window, "seed": seed}
    matrix = streams(seed, 260, features)
    theirs = river_scores(anomaly.HalfSpaceTrees(**settings_), matrix)
    ours = HalfSpaceTrees(features, **settings_).score_learn_many(matrix)
    assert np.abs(ours - theirs).max() < 1e-12
    assert len(np.unique(theirs)) > 3


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 2**31), features=st.integers(1, 8), height=st.integers(1, 6), window=st.integers(1, 40))
def test_scores_like_river_whatever_the_settings(seed, features, height, window):
    settings_ = {"n_trees": 3, "height": height, "window_size": window, "seed": seed}
    matrix = streams(seed, 90, features)
    theirs = river_scores(anomaly.HalfSpaceTrees(**settings_), matrix)
    assert np.abs(HalfSpaceTrees(features, **settings_).score_learn_many(matrix) - theirs).max() < 1e-12


def test_the_single_verbs_do_what_the_plural_ones_do():
    matrix = streams(5, 300, 4)
    one, many = (HalfSpaceTrees(4, window_size=40, seed=5) for _ in range(2))
    singly = []
    for row in matrix:
        singly.append(one.score_one(row))
        one.learn_one(row)
    assert singly == many.score_learn_many(matrix).tolist()
    assert one.score_many(matrix).tolist() == many.score_many(matrix).tolist()


def test_rows_left_out_of_learning_leave_no_trace():
    """An attack that the typologies see is masked, so that it does not become normal."""
    matrix, attack = streams(6, 400, 4), np.full((50, 4), 0.99)
    with_attack = np.insert(matrix, [200] * 50, attack, axis=0)
    learn = np.ones(450, bool)
    learn[200:250] = False
    clean, masked, poisoned = (HalfSpaceTrees(4, window_size=50, seed=6) for _ in range(3))
    clean.learn_many(matrix)
    masked.score_learn_many(with_attack, learn)
    poisoned.learn_many(with_attack[:250])
    assert all(np.array_equal(a, b) for a, b in zip(clean.snapshot().values(), masked.snapshot().values()))
    probe = attack[:1]
    assert poisoned.score_many(probe)[0] < masked.score_many(probe)[0] - 0.05


def test_nothing_is_unusual_before_the_first_window_is_full():
    trees = HalfSpaceTrees(2, window_size=30)
    scores = trees.score_learn_many(streams(8, 60, 2))
    assert (scores[:30] == 0).all() and (scores[30:] > 0).all()


def test_detectors_of_one_seed_share_their_trees_and_not_their_counts():
    a, b = HalfSpaceTrees(3, seed=9, window_size=10), HalfSpaceTrees(3, seed=9, window_size=10)
    a.learn_many(streams(9, 50, 3))
    assert b.score_many(streams(9, 5, 3)).tolist() == [0.0] * 5
