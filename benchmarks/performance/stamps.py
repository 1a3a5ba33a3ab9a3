"""When work began and when it was last done, over all processes of a run; Python alone, for rivals' environments."""

import atexit
import json
import os
import time
from pathlib import Path

#: Written at most so often while work goes on: a process may end without a word.
_EVERY_S = 0.2


class Stamp:
    """One worker's first and last moment of work, kept in a file of its own below `folder`."""

    def __init__(self, folder: str | Path):
        self._path = Path(folder) / f"{os.getpid()}-{id(self)}.json"
        self._first = self._last = self._written = 0.0
        self._records = 0
        atexit.register(self.close)

    def note(self, records: int = 1) -> None:
        """Some records were worked off just now."""
        now = time.time()
        self._first = self._first or now
        self._last = now
        self._records += records
        if now - self._written > _EVERY_S:
            self.close()

    def close(self) -> None:
        """Write what was noted."""
        if self._first:
            self._written = time.time()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps([self._first, self._last, self._records]))


def span_s(folder: str | Path) -> tuple[float, float, int]:
    """First moment, last moment (seconds since 1970) and records of all workers that noted any."""
    noted = [json.loads(file.read_text()) for file in Path(folder).glob("*.json")]
    if not noted:
        raise FileNotFoundError(f"nobody noted any work below {folder}")
    return min(n[0] for n in noted), max(n[1] for n in noted), sum(n[2] for n in noted)
