"""How much one officer may teach against what all the others taught."""

from collections import deque

import numpy as np

#: Surprising verdicts remembered at most, over all officers (ours).
_REMEMBERED = 4096


class OfficerWeights:
    """Weights of verdicts that go against what the learner holds.

    The k-th such verdict of an officer within `window_ms` counts 1 / k. A new kind of fraud, or a
    kind of card wrongly suspected, is soon taught by several officers, or once learned no longer
    surprises; a handful of wrong verdicts by one hand stays the weight of two or three.
    """

    def __init__(self, window_ms: int):
        self._window_ms = window_ms
        self._surprises: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED)

    def weight(self, officer: int, surprising: bool, now_ms: int) -> float:
        """Weight of a verdict, in (0, 1]; verdicts come in order of event time."""
        while self._surprises and now_ms - self._surprises[0][0] > self._window_ms:
            self._surprises.popleft()
        if not surprising:
            return 1.0
        self._surprises.append((now_ms, officer))
        return 1.0 / sum(by == officer for _, by in self._surprises)

    def snapshot(self) -> dict[str, np.ndarray]:
        return {
            "time_ms": np.array([t for t, _ in self._surprises], np.int64),
            "officer": np.array([o for _, o in self._surprises], np.uint64),
        }

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        rows = zip(arrays["time_ms"].tolist(), arrays["officer"].tolist())
        self._surprises = deque(rows, maxlen=_REMEMBERED)
