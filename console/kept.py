"""Answers that several pages need or that take long, kept for a moment."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Answers kept at once (ours); the oldest go first.
MOST = 200


@dataclass(frozen=True)
class Answer:
    """What was found, and when; shared by whoever asks, so nobody changes it."""

    value: Any
    at_ms: int


class Kept:
    """Answers by name; of those who ask at one moment, one looks and the others wait.

    Parameters
    ----------
    now_ms : callable
        UTC milliseconds.
    """

    def __init__(self, now_ms: Callable[[], int]):
        self._now_ms = now_ms
        self._answers: dict[tuple, Answer] = {}
        self._locks: dict[tuple, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, name: tuple, keep_ms: int, look: Callable[[], Any]) -> Answer:
        """Return the answer of a name, looked for anew if it is older than `keep_ms`; errors are not kept."""
        with self._lock:
            own = self._locks.setdefault(name, threading.Lock())
        with own:
            found = self._answers.get(name)
            if found is not None and 0 <= self._now_ms() - found.at_ms < keep_ms:
                return found
            at_ms = self._now_ms()
            made = Answer(look(), at_ms)
            with self._lock:
                self._answers[name] = made
                for oldest in sorted(self._answers, key=lambda n: self._answers[n].at_ms)[:-MOST]:
                    del self._answers[oldest]
                    self._locks.pop(oldest, None)
            return made

    def drop(self, *kinds: str) -> None:
        """Forget the answers whose names begin so: something was done that changes them."""
        with self._lock:
            for name in [name for name in self._answers if name[0] in kinds]:
                del self._answers[name]
