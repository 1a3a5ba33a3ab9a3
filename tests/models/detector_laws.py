"""The laws of online detectors, as functions that a test applies to good and to bad ones.

A detector under test is made by ``make()`` and has ``score_learn(matrix, learn)``, which gives a
score for each row and then learns the rows where `learn` is true; ``snapshot()``, ``restore()``.
"""

from collections.abc import Callable

import numpy as np

Make = Callable[[], object]


def all_rows(matrix: np.ndarray) -> np.ndarray:
    return np.ones(len(matrix), bool)


def check_range(make: Make, matrix: np.ndarray) -> None:
    """Scores are finite and within [0, 1], from the first row on; no rows are no scores."""
    detector = make()
    assert len(detector.score_learn(matrix[:0], all_rows(matrix[:0]))) == 0, "scores out of nothing"
    scores = detector.score_learn(matrix, all_rows(matrix))
    assert len(scores) == len(matrix), "not one score a row"
    assert np.isfinite(scores).all() and scores.min() >= 0 and scores.max() <= 1, "out of range"
    assert len(np.unique(scores)) > 5, "it says the same of everything"


def check_repeatable(make: Make, matrix: np.ndarray) -> None:
    """Two detectors made alike score alike, and scoring leaves the rows as they were."""
    before = matrix.copy()
    first, second = (make().score_learn(matrix, all_rows(matrix)) for _ in range(2))
    assert np.array_equal(first, second), "not repeatable"
    assert np.array_equal(before, matrix), "it changes its input"


def check_batches(make: Make, matrix: np.ndarray) -> None:
    """All at once, one by one, or in parts: bit for bit the same scores."""
    learn = np.arange(len(matrix)) % 5 != 3
    whole = make().score_learn(matrix, learn)
    for size in (1, 7, 300):
        detector = make()
        bounds = range(0, len(matrix), size)
        parts = [detector.score_learn(matrix[a : a + size], learn[a : a + size]) for a in bounds]
        assert np.array_equal(np.concatenate(parts), whole), "batches make a difference"


def check_causal(make: Make, matrix: np.ndarray) -> None:
    """What comes later changes no score: nobody peeks."""
    half = len(matrix) // 2
    changed = matrix.copy()
    changed[half:] = 1 - changed[half:]
    scores, others = (make().score_learn(m, all_rows(m))[:half] for m in (matrix, changed))
    assert np.array_equal(scores, others), "it peeks at what comes later"


def check_scored_before_learned(make: Make, matrix: np.ndarray) -> None:
    """A row's score is the same whether or not the row is learned then."""
    learn = all_rows(matrix)
    learned = make().score_learn(matrix, learn)
    for last in (600, 1000, len(matrix) - 1):
        mask = learn[: last + 1].copy()
        mask[last] = False
        assert make().score_learn(matrix[: last + 1], mask)[last] == learned[last], "it learns before it scores"


def check_snapshots(make: Make, matrix: np.ndarray) -> None:
    """Snapshots and restores in mid-stream change nothing, also not in the next snapshot."""
    straight = make()
    whole = straight.score_learn(matrix, all_rows(matrix))
    detector, parts = make(), []
    for part in np.array_split(matrix, 7):
        parts.append(detector.score_learn(part, all_rows(part)))
        saved = {name: array.copy() for name, array in detector.snapshot().items()}
        detector.score_learn(1 - part, all_rows(part))  # what the old one does afterwards is its own affair
        detector = make()
        detector.restore(saved)
    assert np.array_equal(np.concatenate(parts), whole), "a snapshot makes a difference"
    left = detector.snapshot()
    for name, array in straight.snapshot().items():
        assert np.array_equal(left[name], array), "a snapshot leaves another state"


def check_bounded(make: Make, matrix: np.ndarray) -> None:
    """State is as large after many rows as after few."""
    sizes = []
    for rows in (matrix[:10], matrix):
        detector = make()
        detector.score_learn(rows, all_rows(rows))
        sizes.append(sum(array.nbytes for array in detector.snapshot().values()))
    assert sizes[0] == sizes[1], "memory grows with the stream"


LAWS = (
    *(check_range, check_repeatable, check_batches, check_causal, check_scored_before_learned, check_snapshots),
    check_bounded,
)
