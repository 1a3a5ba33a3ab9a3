"""How fast records go out."""

import time
from collections.abc import Callable

#: Waits shorter than this are left for the next message, s (ours; a sleep costs about as much).
_SHORTEST_S = 0.001
#: Longest wait in one piece, s: acknowledgements are served in between.
_LONGEST_S = 0.1


class Pace:
    """Waits until a message is due.

    After a pause of the bus what is overdue goes out at once, so that the rate holds on average.

    Parameters
    ----------
    rate : float or None
        Records per second.
    speed : float or None
        Event time over time: 1 is as it happened, 60 an hour in a minute.
    wait : callable
        ``wait(seconds)``, for at most so long.
    clock : callable
        Seconds.
    """

    def __init__(self, rate: float | None, speed: float | None, wait: Callable[[float], None],
                 clock: Callable[[], float] = time.monotonic):
        self.rate = rate
        self.speed = speed
        self.wait = wait
        self.clock = clock
        self._begun_s: float | None = None
        self._first_ms = 0
        self._records = 0

    def await_due(self, records: int, time_ms: int) -> None:
        """Wait until `records` more, the first of them at event time `time_ms`, may go out."""
        if self.rate is None and self.speed is None:
            return
        if self._begun_s is None:
            self._begun_s, self._first_ms = self.clock(), time_ms
        due_s = self._begun_s
        if self.rate is not None:
            due_s = max(due_s, self._begun_s + self._records / self.rate)
        if self.speed is not None:
            due_s = max(due_s, self._begun_s + (time_ms - self._first_ms) / 1000 / self.speed)
        self._records += records
        while (left_s := due_s - self.clock()) > _SHORTEST_S:
            self.wait(min(left_s, _LONGEST_S))
