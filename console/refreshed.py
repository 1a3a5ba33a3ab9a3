"""Answers that take longer than a page may: made anew beside the pages, which show the last one with its time."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

_log = logging.getLogger("duanka.console")
T = TypeVar("T")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """The last answer, None before the first; `failed` says why there is no newer one."""

    value: T | None = None
    made_ms: int = 0
    failed: str = ""


class Refreshed(Generic[T]):
    """Makes an answer when somebody asks and the last one is old; one at a time, in a thread of its own.

    ::

        asked     a         b    c                 d
        made      ├──1──┤   (young enough)         ├──2──┤
        shown     1 (waited)1    1                 1, or 2 if it comes within the wait

    Parameters
    ----------
    make : callable
        May take long, and raise.
    clock : callable
        UTC milliseconds.
    share : float
        Of the time that may be spent on it: what takes a second is made every twenty seconds at most (ours).
    """

    def __init__(self, make: Callable[[], T], clock: Callable[[], int], share: float = 0.05):
        self._make, self._clock, self._share = make, clock, share
        self._last: Answer[T] = Answer()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._due_s, self._took_s = float("-inf"), 0.0

    @property
    def is_running(self) -> bool:
        thread = self._thread
        return thread is not None and thread.is_alive()

    def latest(self, wait_s: float = 0.2, first_wait_s: float | None = None) -> Answer[T]:
        """Return the last answer; where it is old and a newer one will not take long, having waited for that.

        Parameters
        ----------
        first_wait_s : float, optional
            How long to wait where there is no answer at all yet.
        """
        with self._lock:
            if not self.is_running and time.monotonic() >= self._due_s:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            thread = self._thread
        if thread is not None:
            none_yet = self._last.value is None and not self._last.failed
            if none_yet and first_wait_s is not None:
                thread.join(first_wait_s)
            elif self._took_s <= wait_s:
                thread.join(wait_s)
        return self._last

    def refresh(self) -> Answer[T]:
        """Make an answer now, and return it."""
        self.close()
        self._run()
        return self._last

    def close(self, wait_s: float = 30.0) -> None:
        """Wait for the answer that is being made."""
        if self._thread is not None:
            self._thread.join(wait_s)

    def _run(self) -> None:
        begun_s = time.monotonic()
        try:
            self._last = Answer(self._make(), self._clock())
        except Exception as error:  # whatever it is, the pages go on with what there was
            _log.warning("not made anew: %s: %s", type(error).__name__, error)
            self._last = Answer(self._last.value, self._last.made_ms, type(error).__name__)
        finally:
            ended_s = time.monotonic()
            self._took_s = ended_s - begun_s
            self._due_s = ended_s + self._took_s / self._share
