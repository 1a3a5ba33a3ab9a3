"""The plan log: which chunk each tick stands for, written before the chunk is used.

Flink replays *ticks* after a restore; this file turns a tick into the very same bytes again, even
when the input folder has changed in between. So reading it is exactly-once without a custom
source. An append-only ndjson file: a header, then one line per chunk in tick order. Ticks that
found nothing to do have no line.
"""

import fcntl
import json
import os
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from jobs.flink.errors import PlanMismatchError
from jobs.flink.protocol import Chunk

VERSION = 1


class PlanLog:
    """Reads, and after `lock` also appends to, the plan log at `path`.

    About 16 bytes of memory per chunk; the chunks themselves stay on disk.
    """

    def __init__(self, path: Path):
        self._path = Path(path)
        self._file = os.open(self._path, os.O_RDWR)
        self._ticks = array("q")
        self._offsets = array("q")
        self._scanned = 0
        self.header = json.loads(self._scan_header())
        self.refresh()

    @classmethod
    def open_or_create(cls, path: Path, *, bus: str, chunk_bytes: int, follow: bool) -> "PlanLog":
        """Open the log, checked against the settings, or start a new one.

        Raises
        ------
        PlanMismatchError
            The log was written by another version, or for another bus, chunk size or mode.
        """
        wanted = {"plan": VERSION, "bus": bus, "chunk_bytes": chunk_bytes, "follow": follow}
        path = Path(path)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.write_text(json.dumps(wanted, ensure_ascii=False) + "\n", encoding="utf-8")
            os.replace(fresh, path)
        log = cls(path)
        for name, value in wanted.items():
            found = log.header.get(name)
            if found != value:
                log.close()
                raise PlanMismatchError(
                    f"The plan log {path} was written with {name} = {found!r}, this run has "
                    f"{value!r}. Use the earlier setting, or another state folder.")
        return log

    def __len__(self) -> int:
        return len(self._ticks)

    @property
    def last_tick(self) -> int:
        return self._ticks[-1] if self._ticks else -1

    def get(self, tick: int) -> Chunk | None:
        """The chunk of a tick, None when the tick has none (yet). O(log n) and one read."""
        at = bisect_left(self._ticks, tick)
        if at == len(self._ticks) or self._ticks[at] != tick:
            return None
        return self._read(at)

    def chunks(self, from_tick: int = 0) -> Iterator[Chunk]:
        """All chunks from a tick on, in tick order."""
        return (self._read(at) for at in range(bisect_left(self._ticks, from_tick), len(self._ticks)))

    def entries(self) -> Iterator[tuple[int, Chunk]]:
        """All (tick, chunk), in tick order."""
        return ((self._ticks[at], self._read(at)) for at in range(len(self._ticks)))

    def append(self, tick: int, chunk: Chunk, *, durable: bool = True) -> None:
        """Add a line and, unless told otherwise, wait until the disk has it."""
        if tick <= self.last_tick:
            raise ValueError(f"tick {tick} is not after {self.last_tick}")
        line = f'{{"tick":{tick},"chunk":{chunk.to_json()}}}\n'.encode()
        os.pwrite(self._file, line, self._scanned)
        if durable:
            self.sync()
        self._ticks.append(tick)
        self._offsets.append(self._scanned)
        self._scanned += len(line)

    def sync(self) -> None:
        os.fsync(self._file)

    def lock(self, timeout_s: float = 60.0) -> None:
        """Become the only writer, then cut off a line torn by a crash.

        A worker of the attempt before may still be dying; its lock goes with it.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise PlanMismatchError(
                        f"Another process still writes {self._path}. Stop it, or use another "
                        "state folder.") from None
                time.sleep(0.05)
        self.refresh()
        os.ftruncate(self._file, self._scanned)

    def refresh(self) -> None:
        """Take in lines added since; an unfinished last line is left for later."""
        data = os.pread(self._file, os.fstat(self._file).st_size - self._scanned, self._scanned)
        for line in data[: data.rfind(b"\n") + 1].splitlines(keepends=True):
            self._ticks.append(json.loads(line)["tick"])
            self._offsets.append(self._scanned)
            self._scanned += len(line)

    def close(self) -> None:
        os.close(self._file)

    def __enter__(self) -> "PlanLog":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _scan_header(self) -> bytes:
        head = os.pread(self._file, 65536, 0)
        self._scanned = head.index(b"\n") + 1
        return head[: self._scanned]

    def _read(self, at: int) -> Chunk:
        end = self._offsets[at + 1] if at + 1 < len(self._offsets) else self._scanned
        line = os.pread(self._file, end - self._offsets[at], self._offsets[at])
        return Chunk.from_said(json.loads(line)["chunk"])


def complete(log: PlanLog, planner) -> int:
    """Plan a bounded input to its end, one tick per chunk; returns the number of chunks.

    A log that holds chunks already is left alone: resuming means the same input again.
    """
    if len(log) == 0:
        log.lock()
        while (chunk := planner()) is not None:
            log.append(len(log), chunk, durable=False)
        log.sync()
    return len(log)
