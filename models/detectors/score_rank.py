"""Where a score stands among the scores seen before: from any detector's scale to [0, 1]."""

import numba
import numpy as np

#: Bins of the histogram (ours): ranks are exact to about 1 / BINS of the scores' range.
BINS = 2048
#: Weight of the past, rows (ours): counts are halved when they reach twice this.
MEMORY = 200_000
#: Rows after which a rank means something (ours); before it every rank is 0.
WARM_UP = 500


class ScoreRank:
    """Streaming rank of scores within [0, 1], by a histogram that forgets.

    It works for any score whose interesting part is spread over more than a few bins. It answers 0
    while warming up, and adapts: what becomes frequent ranks lower.

    Notes
    -----
    O(1) amortised a row, 32 KiB.
    """

    def __init__(self):
        self._counts = np.zeros(BINS)
        self._below = np.zeros(BINS)
        self._state = np.zeros(2, np.int64)  # total, rows since the cumulative sum was made

    def rank_learn_many(self, scores: np.ndarray) -> np.ndarray:
        """Share of past scores below each score, shape (n,), each learned after it was ranked."""
        ranks = np.empty(len(scores))
        _rank(scores, ranks, self._counts, self._below, self._state)
        return ranks

    def snapshot(self) -> dict[str, np.ndarray]:
        return {"counts": self._counts, "below": self._below, "state": self._state}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self._counts = arrays["counts"].copy()
        self._below = arrays["below"].copy()
        self._state = arrays["state"].copy()


@numba.njit(cache=True, nogil=True)
def _rank(scores, ranks, counts, below, state):
    for r in range(scores.size):
        k = min(max(np.int64(scores[r] * BINS), 0), BINS - 1)
        if state[0] < WARM_UP:
            ranks[r] = 0.0
        else:
            ranks[r] = below[k] / max(below[BINS - 1] + counts[BINS - 1], 1.0)
            if ranks[r] > 1.0:
                ranks[r] = 1.0
        counts[k] += 1.0
        state[0] += 1
        state[1] += 1
        # The cumulative sum is renewed by row count, so that batches make no difference.
        if state[1] >= 256 or state[0] == WARM_UP:
            state[1] = 0
            total = 0.0
            for j in range(BINS):
                below[j] = total
                total += counts[j]
            if total >= 2 * MEMORY:
                for j in range(BINS):
                    counts[j] *= 0.5
                    below[j] *= 0.5
