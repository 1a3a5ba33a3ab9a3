"""Which chunk of a folder of topics the Flink job takes next, and when silence lets events out."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

from connectors.folder_cursor import FolderCursor
from connectors.folder_plan import FolderPlan
from features.events import TOPICS
from features.peek import peek_time
from jobs.flink.protocol import Chunk

#: Bytes at the end of a chunk in which its newest event time is looked for (ours).
_TAIL_BYTES = 8192


class ChunkPlanner:
    """Callable that gives the next chunk, or None when nothing is new.

    In follow mode, after `idle_ms` without anything new it gives one heartbeat, which moves event
    time to the newest event seen: held events come out instead of waiting for the next one. What
    then still arrives from before that moment is scored at once and counted as late.
    """

    def __init__(
        self,
        bus: Path,
        latest_ms: int,
        ahead_ms: int,
        chunk_bytes: int,
        lateness_ms: int,
        follow: bool,
        idle_ms: int,
    ):
        self._latest_ms = latest_ms
        # How far ahead of the clock an event may lie; following, the clock moves on.
        self._ahead_ms = ahead_ms
        self._plan = FolderPlan(bus, tuple(TOPICS), chunk_bytes, self._peek, follow)
        self._cursor = FolderCursor()
        self._lateness_ms = lateness_ms
        self._follow = follow
        self._idle_s = idle_ms / 1000
        self._newest_ms = 0
        self._last_new = time.monotonic()
        self._said_idle = True

    def skip(self, planned: Iterable[Chunk]) -> None:
        """Go on after chunks that an earlier run planned."""
        for chunk in planned:
            self._newest_ms = max(self._newest_ms, chunk.low_ms)
            if not chunk.is_heartbeat:
                name = os.path.basename(chunk.path)
                low_ms = max(chunk.low_ms, self._cursor.low_ms)
                self._cursor = self._cursor.moved(chunk.topic, name, chunk.end, low_ms)

    def __call__(self) -> Chunk | None:
        if self._follow:
            self._latest_ms = max(self._latest_ms, int(time.time() * 1000) + self._ahead_ms)
        planned = self._plan.plan_next(self._cursor)
        if planned is None:
            return self._heartbeat() if self._follow else None
        chunk, self._cursor = planned
        if self._follow:
            self._newest_ms = max(self._newest_ms, chunk.low_ms, self._newest(chunk))
        self._last_new, self._said_idle = time.monotonic(), False
        return Chunk(chunk.topic, chunk.path, chunk.start, chunk.end, chunk.low_ms, self._latest_ms)

    def _peek(self, topic: str, line: bytes) -> int | None:
        return peek_time(topic, line, self._latest_ms)

    def _heartbeat(self) -> Chunk | None:
        if self._said_idle or time.monotonic() - self._last_new < self._idle_s:
            return None
        self._said_idle = True
        return Chunk("", "", 0, 0, self._newest_ms + self._lateness_ms + 1)

    def _newest(self, chunk) -> int:
        start = max(chunk.start, chunk.end - _TAIL_BYTES)
        with open(chunk.path, "rb") as file:
            file.seek(start)
            lines = file.read(chunk.end - start).splitlines()
        return max((t for line in lines if (t := self._peek(chunk.topic, line)) is not None), default=0)
