"""Planning the chunks of a folder: several topics, one order, near to that of time."""

import os
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.earliest_time import earliest_on_time
from connectors.errors import TopicError
from connectors.folder import Chunk, list_files
from connectors.folder_cursor import FolderCursor
from connectors.line_cut import cut_chunk, lines

PeekTime = Callable[[str, bytes], int | None]

#: A line longer than this is not loaded, bytes (ours).
MAX_LINE_BYTES = 64 << 20
#: Lines with a readable time that a chunk's earliest time is taken from (ours).
PEEKED_LINES = 16


@dataclass
class _Head:
    """The open file of a topic and the chunk that is next in it; a cache, never state."""

    name: str
    fd: int
    start: int
    end: int = 0
    oversized: bool = False
    times_ms: tuple[int, ...] = ()
    searched: int = 0  # no line end before this byte


class FolderPlan:
    """Plans the chunks of a folder's topics, one after the other.

    The chunk whose earliest event is earliest goes next, so that a replay of all topics keeps
    roughly the order of time; one without a readable time, or with late events only, goes at once. Without `follow` the
    plan depends on the folder and the cursor only. With it, where a chunk ends also depends on
    how far its writer had come, but every byte is still delivered once and in order.

    Memory: one open file and one planned chunk per topic, and the names of its files.

    Parameters
    ----------
    directory : str or Path
    topics : sequence of str
        Ties go to the one named first.
    chunk_bytes : int
        See `connectors.line_cut.cut_chunk`.
    peek_time : callable
        ``peek_time(topic, line)`` returns the event time of a line in UTC milliseconds, None if
        it cannot be told; it must not raise.
    follow : bool
        Wait for lines to be finished and for files to come. A file counts as finished when a later
        one is there.
    max_line_bytes : int
    lateness_ms : int
        See :func:`connectors.earliest_time.earliest_on_time`.
    """

    def __init__(self, directory: str | Path, topics: Sequence[str], chunk_bytes: int, peek_time: PeekTime,
                 follow: bool = False, max_line_bytes: int = MAX_LINE_BYTES, lateness_ms: int = 0):
        if chunk_bytes < 1 or max_line_bytes < 1:
            raise TopicError(f"chunk and line sizes are at least 1 byte, got {chunk_bytes} and {max_line_bytes}")
        self.directory = directory
        self.topics = tuple(topics)
        self.chunk_bytes = chunk_bytes
        self.peek_time = peek_time
        self.follow = follow
        self.max_line_bytes = max_line_bytes
        self.lateness_ms = lateness_ms
        self._heads: dict[str, _Head] = {}
        self._files: dict[str, list[str]] = {}

    def plan_next(self, cursor: FolderCursor) -> tuple[Chunk, FolderCursor] | None:
        """Return the chunk behind `cursor` and the cursor behind that chunk.

        Returns None at the end: of the folder, or with `follow` of what is there now. Opens and
        lists only what changed since the last call; any cursor may be given.
        """
        best: tuple[int, int, str, _Head] | None = None
        for topic in self.topics:
            head = self._head(topic, cursor)
            if head is not None:
                early_ms = earliest_on_time(head.times_ms, cursor.low_ms, self.lateness_ms)
                turn = -1 << 63 if early_ms is None else early_ms
                if best is None or turn < best[0]:
                    best = (turn, early_ms or 0, topic, head)
        if best is None:
            return None
        _, early_ms, topic, head = best
        low_ms = max(cursor.low_ms, early_ms)
        path = os.path.join(self.directory, topic, head.name)
        chunk = Chunk(topic, path, head.start, head.end, low_ms, head.oversized)
        return chunk, cursor.moved(topic, head.name, head.end, low_ms)

    def close(self) -> None:
        """Close the open files; planning may go on and opens them again."""
        for topic in list(self._heads):
            self._drop(topic)

    def _drop(self, topic: str) -> None:
        os.close(self._heads.pop(topic).fd)

    def _head(self, topic: str, cursor: FolderCursor) -> _Head | None:
        """Return the next chunk of `topic`, going on to later files where one is used up."""
        name, offset = cursor.positions.get(topic, ("", 0))
        names = self._names(topic, name)
        later = bisect_right(names, name)
        while True:
            if name:
                head = self._at(topic, name, offset)
                finished = later < len(names) or not self.follow
                if head.end > head.start or self._cut(topic, head, finished):
                    return head
            if later == len(names):
                return None
            name, offset, later = names[later], 0, later + 1

    def _names(self, topic: str, name: str) -> list[str]:
        """Return the names of the topic's files; lists the folder again only if that can be news."""
        names = self._files.get(topic)
        if names is None or (self.follow and (not names or names[-1] <= name)):
            names = [os.path.basename(path) for path in list_files(self.directory, topic)]
            self._files[topic] = names
        return names

    def _at(self, topic: str, name: str, offset: int) -> _Head:
        head = self._heads.get(topic)
        if head is not None and head.name == name:
            if head.start != offset:
                self._heads[topic] = head = _Head(name, head.fd, offset)
            return head
        if head is not None:
            self._drop(topic)
        path = os.path.join(self.directory, topic, name)
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise TopicError(f"{path} cannot be opened: {error.strerror}; files of a topic must stay until the job "
                             "has stopped") from error
        self._heads[topic] = _Head(name, fd, offset)
        return self._heads[topic]

    def _cut(self, topic: str, head: _Head, finished: bool) -> bool:
        size = os.fstat(head.fd).st_size
        if size < head.start:
            raise TopicError(f"{head.name} of topic {topic} has {size} bytes, but was read up to {head.start}; "
                             "files of a topic must not be shortened")
        cut = cut_chunk(head.fd, head.start, size, self.chunk_bytes, self.max_line_bytes, finished, head.searched)
        if cut is None:
            head.searched = size
            return False
        head.end, head.oversized = cut.end, cut.oversized
        if not cut.oversized:
            head.times_ms = self._first_times(topic, head)
        return True

    def _first_times(self, topic: str, head: _Head) -> tuple[int, ...]:
        times: list[int] = []
        for line in lines(head.fd, head.start, head.end):
            time_ms = self.peek_time(topic, line)
            if time_ms is not None:
                times.append(time_ms)
                if len(times) == PEEKED_LINES:
                    break
        return tuple(times)
