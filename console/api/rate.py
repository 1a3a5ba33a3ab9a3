"""How often one may ask: a bucket that fills steadily (generic cell rate algorithm), in the memory of the process."""

import threading
from collections.abc import Callable


class Rate:
    """So many requests a minute for each name, a burst of as many at once.

    There is one process, so nothing has to be shared; a restart forgives.

    Parameters
    ----------
    a_minute : int
    now_ms : callable
    """

    def __init__(self, a_minute: int, now_ms: Callable[[], int]):
        self._step_ms, self._burst_ms = 60_000 / a_minute, 60_000.0
        self._now_ms, self._full_ms, self._lock = now_ms, {}, threading.Lock()

    def wait_ms(self, name: str) -> int:
        """Count a request, and return 0; or count none, and return how long to wait."""
        now = self._now_ms()
        with self._lock:
            if len(self._full_ms) > 10_000:
                self._full_ms = {each: at for each, at in self._full_ms.items() if at > now}
            full = max(self._full_ms.get(name, 0.0), now) + self._step_ms
            if full - now > self._burst_ms:
                return max(1, int(full - now - self._burst_ms))
            self._full_ms[name] = full
        return 0
