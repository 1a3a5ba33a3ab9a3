"""Processor time by stage: a stage inside another is taken out of the outer one, so that stages add up."""

import functools
import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path


class _Thread(threading.local):
    """What one thread counts: operators that share a process are threads of it."""

    def __init__(self, all_counts: list):
        self.ns: dict[str, int] = defaultdict(int)
        self.under_way: list[str] = []
        self.since = 0
        all_counts.append(self.ns)


class StageClock:
    """Seconds of processor time by stage, over all threads of this process.

    Examples
    --------
    >>> clock = StageClock(ticks=iter(range(100)).__next__)
    >>> inner = clock.watched("inner", lambda: None)
    >>> clock.watched("outer", lambda: inner())()
    >>> {name: round(spent * 1e9) for name, spent in clock.seconds.items()}
    {'outer': 2, 'inner': 1}
    """

    def __init__(self, ticks: Callable[[], int] = time.thread_time_ns):
        self._ticks = ticks
        self._counts: list[dict[str, int]] = []
        self._own = _Thread(self._counts)

    @property
    def seconds(self) -> dict[str, float]:
        total: dict[str, float] = defaultdict(float)
        for counts in self._counts:
            for name, ns in list(counts.items()):
                total[name] += ns / 1e9
        return dict(total)

    def clear(self) -> None:
        for counts in self._counts:
            counts.clear()

    def watched(self, stage: str, function: Callable) -> Callable:
        """`function`, its time counted as the stage's."""

        @functools.wraps(function)
        def watching(*arguments, **named):
            own, now = self._own, self._ticks()
            if own.under_way:
                own.ns[own.under_way[-1]] += now - own.since
            own.under_way.append(stage)
            own.since = now
            try:
                return function(*arguments, **named)
            finally:
                now = self._ticks()
                own.ns[own.under_way.pop()] += now - own.since
                own.since = now

        return watching

    def write(self, folder: Path) -> None:
        """What this process counted so far, as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{os.getpid()}.json").write_text(json.dumps(self.seconds))


def read_stages(folder: Path) -> dict[str, float]:
    """Seconds by stage of all processes that wrote below `folder`."""
    total: dict[str, float] = defaultdict(float)
    for file in folder.glob("*.json"):
        for name, spent in json.loads(file.read_text()).items():
            total[name] += spent
    return dict(total)
