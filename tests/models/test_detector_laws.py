"""The laws on every detector here, and on detectors that break them."""

import numpy as np
import pytest

from features.card_features import FeatureRows
from features.roles import ACCOUNT, CARD_ROW, PHONE
from models.detectors.half_space_trees import HalfSpaceTrees
from models.detectors.score_rank import ScoreRank
from models.detectors.unusual_behaviour import UnusualBehaviour
from models.rules import default_rules
from models.scorer import FEATURE_NAMES, Scorer
from tests.models.detector_laws import (
    LAWS,
    check_batches,
    check_bounded,
    check_causal,
    check_range,
    check_repeatable,
    check_scored_before_learned,
    check_snapshots,
)


class Trees:
    """Half-space trees alone."""

    def __init__(self, window: int = 100):
        self.trees = HalfSpaceTrees(4, n_trees=5, height=6, window_size=window, seed=7)
        self.snapshot, self.restore = self.trees.snapshot, self.trees.restore

    def score_learn(self, matrix, learn):
        return self.trees.score_learn_many(matrix, learn)


class Rank:
    """The rank of a score; it learns every score that it ranks."""

    def __init__(self):
        self.rank = ScoreRank()
        self.snapshot, self.restore = self.rank.snapshot, self.rank.restore

    def score_learn(self, matrix, learn):
        return self.rank.rank_learn_many(matrix.mean(axis=1))


class Unusual:
    """The detector of a kind of card."""

    def __init__(self):
        self.detector = UnusualBehaviour(np.array([0.5, 1, 2, 0.1]), seed=7)
        self.snapshot, self.restore = self.detector.snapshot, self.detector.restore

    def score_learn(self, matrix, learn):
        return self.detector.rank_learn(matrix.astype(np.float32), learn)


class WholeScorer:
    """Everything from features to risk; what it learns it decides by itself."""

    kind = PHONE

    def __init__(self):
        self.scorer = Scorer(default_rules())
        self.snapshot, self.restore = self.scorer.snapshot, self.scorer.restore

    def score_learn(self, matrix, learn):
        wide = np.tile(matrix.astype(np.float32), 25)[:, : len(FEATURE_NAMES[self.kind])] * 30
        rows = np.zeros(len(matrix), CARD_ROW)
        met = np.zeros(len(matrix), np.uint8)
        return self.scorer.score(FeatureRows(self.kind, rows, np.arange(len(matrix)), wide, met)).risk / 1000


class AccountScorer(WholeScorer):
    """The same for accounts."""

    kind = ACCOUNT


class Peeks(Trees):
    """Bad: scales by the largest value of the batch."""

    def score_learn(self, matrix, learn):
        return super().score_learn(matrix / max(matrix.max(initial=0), 1e-9), learn)


class LooksAhead(Trees):
    """Bad: learns the whole batch, then scores it."""

    def score_learn(self, matrix, learn):
        self.trees.learn_many(matrix[learn])
        return self.trees.score_many(matrix)


class LearnsFirst(Trees):
    """Bad: learns each row just before it scores it."""

    def score_learn(self, matrix, learn):
        scores = [self._one(row, yes) for row, yes in zip(matrix, learn)]
        return np.array(scores)

    def _one(self, row, yes):
        if yes:
            self.trees.learn_one(row)
        return self.trees.score_one(row)


class Unseeded(Trees):
    """Bad: another forest each time."""

    seed = 0

    def __init__(self):
        Unseeded.seed += 1
        self.trees = HalfSpaceTrees(4, window_size=100, seed=Unseeded.seed)


class Forgets(Trees):
    """Bad: a snapshot leaves out how far the window has come."""

    def __init__(self):
        super().__init__()
        self.snapshot = lambda: self.trees.snapshot() | {"count": np.array([0, 1])}


class Hoards(Trees):
    """Bad: keeps every row."""

    def __init__(self):
        super().__init__()
        self.kept = np.empty((0, 4))
        self.snapshot = lambda: self.trees.snapshot() | {"kept": self.kept}

    def score_learn(self, matrix, learn):
        self.kept = np.concatenate([self.kept, matrix])
        return super().score_learn(matrix, learn)


class Constant(Trees):
    """Bad: finds everything equally unusual."""

    def score_learn(self, matrix, learn):
        return np.full(len(matrix), 0.5)


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    return np.random.default_rng(1).beta(2, 5, (1500, 4))


GOOD = (Trees, Rank, Unusual, WholeScorer, AccountScorer)


@pytest.mark.parametrize("law", LAWS, ids=[law.__name__ for law in LAWS])
@pytest.mark.parametrize("make", GOOD)
def test_good_detectors_keep_the_law(make, law, matrix):
    law(make, matrix)


@pytest.mark.parametrize(
    ("law", "bad"),
    [
        (check_range, Constant),
        (check_repeatable, Unseeded),
        (check_batches, Peeks),
        (check_batches, LooksAhead),
        (check_causal, Peeks),
        (check_causal, LooksAhead),
        (check_scored_before_learned, LearnsFirst),
        (check_snapshots, Forgets),
        (check_bounded, Hoards),
    ],
)
def test_bad_detectors_break_it(law, bad, matrix):
    with pytest.raises(AssertionError, match="same|repeatable|batches|peeks|learns|snapshot|grows"):
        law(bad, matrix)
