"""Folders of ``.ndjson`` files, cut by time and by size, written in order."""

from pathlib import Path

#: A file is closed before it exceeds this (ours: stays below 64 MB).
MAX_BYTES = 60 * 1024 * 1024
#: Hours of event time in one file at most (ours).
HOURS_PER_FILE = 6


class Shelf:
    """One topic's folder; names count up, so that lexical order is time order."""

    def __init__(self, folder: Path):
        folder.mkdir()
        self._folder = folder
        self._file = None
        self._count = 0
        self._size = 0
        self.events = 0

    def append(self, block: bytes, events: int) -> None:
        """Add whole lines, in order of time."""
        if not block:
            return
        if self._file is None or self._size + len(block) > MAX_BYTES:
            self.cut()
            self._file = (self._folder / f"{self._count:06d}.ndjson").open("wb")
            self._count += 1
            self._size = 0
        self._file.write(block)
        self._size += len(block)
        self.events += events

    def cut(self) -> None:
        """Begin a new file with the next block."""
        if self._file is not None:
            self._file.close()
            self._file = None
