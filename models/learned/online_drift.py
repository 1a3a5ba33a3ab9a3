"""Drift of the prequential loss, with a memory that can be written down."""

from dataclasses import dataclass

import numpy as np
from river.drift import ADWIN


@dataclass(frozen=True)
class Drift:
    """The mean loss moved: `before` and `after` are its means on either side of the change."""

    before: float
    after: float
    labels: int

    @property
    def worse(self) -> bool:
        return self.after > self.before


class LossDrift:
    """ADWIN over losses (Bifet and Gavaldà, SDM 2007; river's implementation).

    River's ADWIN keeps its window in a C++ object that cannot be read out. What it was told since
    it last started anew is kept beside it, at most `memory` losses, and rebuilds it exactly. When
    that is full, ADWIN starts anew from the newer half: a change is then seen against `memory / 2`
    losses or more instead of all.

    Parameters
    ----------
    delta : float
        Chance of a false alarm, as in ADWIN.
    memory : int
    clock : int
        Look for a change after so many losses.
    """

    def __init__(self, delta: float, memory: int, clock: int):
        self._delta = delta
        self._memory = memory
        self._clock = clock
        self._tell_anew([])

    def update(self, loss: float) -> Drift | None:
        """Take a loss within [0, 1]; answers with the drift that it reveals, if any."""
        if len(self._told) >= self._memory:
            self._tell_anew(self._told[self._memory // 2 :])
        self._told.append(loss)
        self._adwin.update(loss)
        if not self._adwin.drift_detected:
            return None
        told = np.array(self._told)
        after = max(int(self._adwin.width), 1)
        drift = Drift(float(told[:-after].mean()) if told.size > after else 0.0, float(told[-after:].mean()), told.size)
        # River's own starts anew after an alarm; so does ours, from what it holds for the present.
        self._tell_anew(self._told[-after:])
        return drift

    def _tell_anew(self, losses: list[float]) -> None:
        self._told = list(losses)
        self._adwin = ADWIN(delta=self._delta, clock=self._clock)
        for loss in self._told:
            self._adwin.update(loss)

    def snapshot(self) -> dict[str, np.ndarray]:
        return {"told": np.array(self._told, np.float64)}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        self._tell_anew(arrays["told"].tolist())
