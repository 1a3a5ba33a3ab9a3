"""The online isolation forest: laws, bursts, drift, invariances, cold start."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.detectors.half_space_trees import HalfSpaceTrees
from models.detectors.isolation_rank import IsolationRank
from models.detectors.online_isolation_forest import BadRows, OnlineIsolationForest
from tests.models.detector_laws import LAWS
from tests.models.point_anomalies import drifting, drifting_with_burst, heavy_tailed, whole_numbers


class Forest:
    """Small enough that everything happens within the laws' 1,500 rows."""

    def __init__(self):
        self.forest = OnlineIsolationForest(4, n_trees=6, sample=64, reservoir=100, memory=300, regrow=20, seed=7)
        self.snapshot, self.restore = self.forest.snapshot, self.forest.restore

    def score_learn(self, matrix, learn):
        return self.forest.score_learn_many(matrix, learn)


class Rank:
    """The rank of its score."""

    def __init__(self):
        self.rank = IsolationRank(4, seed=7)
        self.snapshot, self.restore = self.rank.snapshot, self.rank.restore

    def score_learn(self, matrix, learn):
        return self.rank.rank_learn(matrix.astype(np.float32), learn)


@pytest.mark.parametrize("law", LAWS, ids=[law.__name__ for law in LAWS])
@pytest.mark.parametrize("make", [Forest, Rank])
def test_the_law_of_detectors(make, law):
    law(make, np.random.default_rng(1).beta(2, 5, (1500, 4)))


def scores_of(matrix: np.ndarray, **settings) -> np.ndarray:
    return OnlineIsolationForest(matrix.shape[1], **settings).score_learn_many(matrix)


def test_batches_make_no_difference_in_a_stream_with_a_burst():
    matrix, _ = drifting_with_burst(1)
    whole = scores_of(matrix)
    for size in (1, 7, 5000):
        forest = OnlineIsolationForest(matrix.shape[1])
        parts = [forest.score_learn_many(matrix[k : k + size]) for k in range(0, len(matrix), size)]
        assert np.array_equal(np.concatenate(parts), whole)


def test_the_single_verbs_do_what_the_plural_ones_do():
    matrix = drifting(2, rows=700)[1]
    one, singly = OnlineIsolationForest(6, n_trees=8), []
    for row in matrix:
        singly.append(one.score_one(row))
        one.learn_one(row)
    assert singly == scores_of(matrix, n_trees=8).tolist()


@pytest.mark.parametrize("seed", range(4))
def test_a_burst_is_as_anomalous_at_its_end_as_at_its_beginning(seed):
    matrix, bad = drifting_with_burst(seed)
    scores = scores_of(matrix, seed=seed)
    assert roc_auc_score(bad, scores) > 0.99
    begin = len(matrix) // 2
    assert abs(scores[begin : begin + 300].mean() - scores[begin + 1200 : begin + 1500].mean()) < 0.02


def test_plain_half_space_trees_learn_the_burst():
    """The streams are no easy ones: what learns everything fails on them."""
    areas = []
    for seed in range(4):
        matrix, bad = drifting_with_burst(seed)
        low, high = matrix.min(axis=0), matrix.max(axis=0)
        trees = HalfSpaceTrees(matrix.shape[1], seed=seed)
        areas.append(roc_auc_score(bad, trees.score_learn_many((matrix - low) / (high - low))))
    assert max(areas) < 0.9


@pytest.mark.parametrize(("stream", "least"), [(heavy_tailed, 0.85), (whole_numbers, 0.97)])
@pytest.mark.parametrize("seed", range(3))
def test_spread_out_anomalies(stream, least, seed):
    matrix, bad = stream(seed)
    assert roc_auc_score(bad, scores_of(matrix)) > least


def test_a_change_of_everything_is_flagged_and_then_learned():
    matrix = drifting(3)[1]
    matrix[4000:] += 40
    scores = scores_of(matrix, memory=1000, reservoir=512)
    before = scores[2000:4000].mean()
    assert scores[4000:4600].min() > before + 0.3
    assert scores[6500:].mean() < before + 0.05


def test_rows_kept_from_it_leave_no_trace():
    matrix, attack = drifting(4, rows=2000)[1], np.full((300, 6), 3.0)
    with_attack = np.insert(matrix, [1000] * 300, attack, axis=0)
    learn = np.ones(2300, bool)
    learn[1000:1300] = False
    clean, masked = (OnlineIsolationForest(6) for _ in range(2))
    clean.learn_many(matrix)
    masked.score_learn_many(with_attack, learn)
    assert all(np.array_equal(a, b) for a, b in zip(clean.snapshot().values(), masked.snapshot().values()))


def test_units_make_no_difference():
    matrix, _ = drifting_with_burst(5)
    # Powers of two, so that no rounding comes between.
    assert np.array_equal(scores_of(matrix), scores_of(matrix * 2.0 ** np.array([-20, -3, 0, 1, 9, 30])))


def test_shifts_column_order_and_seeds_make_little_difference():
    matrix, bad = drifting_with_burst(6)
    variants = [
        scores_of(matrix * [1e-3, 7, 1, -1, 300, 1e6] + [5, -1e4, 0, 1e6, 3, -1e8]),
        scores_of(matrix[:, [3, 1, 5, 0, 4, 2]]),
        scores_of(matrix, seed=1),
        scores_of(matrix, dtype=np.float32),
        scores_of(np.column_stack([matrix, np.full(len(matrix), 3.0)])),
    ]
    plain = scores_of(matrix)
    for scores in variants:
        assert roc_auc_score(bad, scores) > 0.99
        assert np.corrcoef(scores[500:], plain[500:])[0, 1] > 0.95


def test_the_farther_the_more_anomalous():
    forest = OnlineIsolationForest(2, seed=3)
    forest.learn_many(np.random.default_rng(3).normal(size=(3000, 2)))
    scores = forest.score_many(np.array([[0, 0], [3, 0], [6, 0], [12, 0], [100, 0], [1e9, 0]]))
    assert (np.diff(scores) > 0).all() and scores[0] < 0.5 < scores[2]


def test_a_broken_correlation_shows():
    """Each value is usual, both together are not: cuts along pairs see it better."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=6000)
    matrix = np.column_stack([x, x]) + rng.normal(0, 0.1, (6000, 2))
    bad = rng.random(6000) < 0.01
    matrix[bad, 1] = rng.permutation(matrix[bad, 1])
    single, both = (roc_auc_score(bad, scores_of(matrix, pairs=pairs)) for pairs in (0.0, 0.5))
    assert both > max(single, 0.85)


def test_the_first_row_that_differs_in_a_constant_feature_shows():
    matrix = np.column_stack([drifting(10)[1], np.zeros(8000)])
    matrix[6000, 6] = 1.0
    scores = scores_of(matrix)
    assert scores[6000] > np.quantile(scores, 0.97)


def test_nothing_is_said_before_eight_rows():
    scores = scores_of(drifting(7, rows=100)[1])
    assert (scores[:8] == 0).all() and (scores[8:] > 0).all()


def test_anomalies_among_the_first_rows_do_little_harm():
    rng, matrix = drifting(8)
    bad = rng.random(len(matrix)) < 0.01
    bad[:200:10] = True
    matrix[bad] = rng.uniform(-15, 15, (bad.sum(), matrix.shape[1]))
    assert roc_auc_score(bad[200:], scores_of(matrix)[200:]) > 0.98


def test_a_value_that_is_no_number_is_an_anomaly_and_not_learned():
    matrix = drifting(9, rows=1000)[1]
    broken = np.insert(matrix, 500, [[np.nan] * 6, [1, 2, np.inf, 4, 5, 6], [-np.inf] * 6], axis=0)
    scores = scores_of(broken)
    assert (scores[500:503] == 1).all()
    assert np.array_equal(np.delete(scores, [500, 501, 502]), scores_of(matrix))


def test_equal_rows_are_not_anomalous():
    scores = scores_of(np.full((1000, 3), 5.0))
    assert np.isfinite(scores).all() and scores[300:].max() < 0.5 + 1e-9


@pytest.mark.parametrize("shape", [(5, 2), (5, 4), (3,)])
def test_rows_of_another_width_are_refused(shape):
    with pytest.raises(BadRows, match="give"):
        OnlineIsolationForest(3).score_many(np.zeros(shape))
