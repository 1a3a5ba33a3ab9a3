"""The rank of a score against the share of lower scores counted the slow way."""

import numpy as np
import pytest

from models.detectors.score_rank import BINS, MEMORY, WARM_UP, ScoreRank


def slow_ranks(scores: np.ndarray) -> np.ndarray:
    return np.array([np.mean(scores[:k] < scores[k]) if k >= WARM_UP else 0.0 for k in range(len(scores))])


@pytest.mark.parametrize("draw", ["uniform", "beta", "normal", "two heaps"])
def test_like_the_share_of_lower_scores(draw):
    rng = np.random.default_rng(3)
    scores = {
        "uniform": rng.random(4000),
        "beta": rng.beta(2, 20, 4000),
        "normal": np.clip(rng.normal(0.5, 0.1, 4000), 0, 1),
        "two heaps": np.where(rng.random(4000) < 0.9, rng.beta(3, 30, 4000), 0.8 + 0.1 * rng.random(4000)),
    }[draw]
    ranks = ScoreRank().rank_learn_many(scores)
    error = np.abs(ranks - slow_ranks(scores))
    # Up to 256 rows behind; and what falls into one bin is not told apart.
    assert error.max() < 0.06 and error[2000:].mean() < 0.01


def test_it_keeps_the_order_of_scores():
    rank = ScoreRank()
    rank.rank_learn_many(np.random.default_rng(1).random(1024))
    probes = np.sort(np.random.default_rng(2).random(100))
    assert (np.diff(rank.rank_learn_many(probes)) >= 0).all()


def test_zero_while_warming_up():
    ranks = ScoreRank().rank_learn_many(np.linspace(0, 1, WARM_UP + 100))
    assert (ranks[:WARM_UP] == 0).all() and (ranks[WARM_UP:] > 0.9).all()


def test_the_border_scores():
    rank = ScoreRank()
    rank.rank_learn_many(np.tile([0.0, 0.25, 0.5, 1.0], 256))
    low, high = rank.rank_learn_many(np.array([0.0, 1.0]))
    assert low == 0 and high == pytest.approx(0.75, abs=0.01)
    assert rank.rank_learn_many(np.array([-3.0, 5.0])).tolist() == pytest.approx([low, high], abs=0.01)


def test_what_becomes_frequent_ranks_lower():
    rank = ScoreRank()
    rank.rank_learn_many(np.full(MEMORY, 0.2))
    rare = rank.rank_learn_many(np.array([0.8]))[0]
    rank.rank_learn_many(np.full(3 * MEMORY, 0.8))
    common = rank.rank_learn_many(np.array([0.8]))[0]
    assert rare == pytest.approx(1, abs=0.01) and common < 0.15


def test_memory_of_the_past_is_bounded():
    rank = ScoreRank()
    scores = np.random.default_rng(4).random(100_000)
    for _ in range(10):
        rank.rank_learn_many(scores)
        assert rank.snapshot()["counts"].sum() <= 2 * MEMORY + 256
    assert sum(a.nbytes for a in rank.snapshot().values()) <= 2 * 8 * BINS + 64
