"""Chunks of a bus of folders."""

import os
from pathlib import Path

from connectors.folder import Chunk as FolderChunk
from connectors.folder_cursor import FolderCursor
from connectors.folder_lag import bytes_behind
from connectors.folder_plan import FolderPlan
from features.events import TOPICS
from features.peek import peek_time
from jobs.flink.protocol import Chunk

#: Bytes at the end of a chunk in which its newest event time is looked for (ours).
_TAIL_BYTES = 8192


class FolderChunks:
    """A :class:`jobs.chunk_planner.ChunkSource` of a folder with one folder per topic."""

    def __init__(self, bus: Path, chunk_bytes: int, follow: bool, lateness_ms: int):
        self.latest_ms = 0
        self._bus = bus
        self._plan = FolderPlan(bus, tuple(TOPICS), chunk_bytes, self._peek, follow, lateness_ms=lateness_ms)
        self._cursor = FolderCursor()
        self._follow = follow
        self._newest_ms = 0

    def skip(self, chunk: Chunk) -> None:
        name = os.path.basename(chunk.path)
        low_ms = max(chunk.low_ms, self._cursor.low_ms)
        self._cursor = self._cursor.moved(chunk.topic, name, chunk.end, low_ms)

    def next_chunk(self, at_once: bool = False) -> Chunk | None:
        planned = self._plan.plan_next(self._cursor)
        if planned is None:
            return None
        chunk, self._cursor = planned
        if self._follow:
            self._newest_ms = max(self._newest_ms, self._newest(chunk))
        return Chunk(chunk.topic, chunk.path, chunk.start, chunk.end, chunk.low_ms, self.latest_ms)

    def is_reachable(self) -> bool:
        return True

    def newest_ms(self) -> int:
        return self._newest_ms

    #: What `lag` counts.
    lag_unit = "bytes"

    def lag(self) -> int:
        """Bytes behind the last chunk given."""
        return bytes_behind(self._bus, TOPICS, self._cursor)

    def _peek(self, topic: str, line: bytes) -> int | None:
        return peek_time(topic, line, self.latest_ms)

    def _newest(self, chunk: FolderChunk) -> int:
        start = max(chunk.start, chunk.end - _TAIL_BYTES)
        with open(chunk.path, "rb") as file:
            file.seek(start)
            lines = file.read(chunk.end - start).splitlines()
        return max((t for line in lines if (t := self._peek(chunk.topic, line)) is not None), default=0)


def folder_bytes(bus: Path) -> int:
    """Bytes of all files of all topics, as they are now."""
    return sum(file.stat().st_size for topic in TOPICS for file in (bus / topic).glob("*.ndjson"))
