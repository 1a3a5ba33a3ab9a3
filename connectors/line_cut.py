"""Cutting a file at line ends without reading more of it than the cut needs."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

#: Bytes looked at in one step (ours).
STEP_BYTES = 1 << 16


@dataclass(frozen=True)
class Cut:
    """Where a chunk that begins at some byte ends; `oversized` as in `connectors.folder.Chunk`."""

    end: int
    oversized: bool = False


def last_line_end(fd: int, start: int, end: int) -> int | None:
    """Return the byte behind the last line feed in [start, end), or None without one."""
    while end > start:
        begin = max(start, end - STEP_BYTES)
        found = os.pread(fd, end - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return None


def next_line_end(fd: int, start: int, end: int) -> int | None:
    """Return the byte behind the first line feed in [start, end), or None without one."""
    while start < end:
        piece = os.pread(fd, min(16 * STEP_BYTES, end - start), start)
        if not piece:
            return None
        found = piece.find(b"\n")
        if found >= 0:
            return start + found + 1
        start += len(piece)
    return None


def cut_chunk(fd: int, start: int, size: int, chunk_bytes: int, max_line_bytes: int, finished: bool,
              searched: int = 0) -> Cut | None:
    """Return where the chunk that begins at `start` ends.

    Parameters
    ----------
    fd : int
        The file.
    size : int
        Its size; bytes beyond are not looked at.
    chunk_bytes : int
        A chunk is at most so long, unless its first line is longer.
    max_line_bytes : int
        A line longer than this is oversized.
    finished : bool
        Whether the file's last line is whole though nothing ends it.
    searched : int
        No line feed lies before this byte; spares a long, growing line to be searched anew.

    Returns
    -------
    Cut or None
        None if there is no whole line yet. An unfinished line is never cut, however long it is.
    """
    window = min(start + chunk_bytes, size)
    if finished and window == size:
        end = size
    else:
        end = last_line_end(fd, max(start, min(searched, window)), window)
        if end is None:
            end = next_line_end(fd, max(window, searched), size)
        if end is None and finished:
            end = size
    if end is None or end <= start:
        return None
    # A chunk within the window may hold an oversized line only if the window itself allows one.
    if end - start > max_line_bytes and (next_line_end(fd, start, start + max_line_bytes) is None):
        return Cut(next_line_end(fd, start + max_line_bytes, end) or end, oversized=True)
    return Cut(end)


def lines(fd: int, start: int, end: int) -> Iterator[bytes]:
    """Yield the lines in [start, end) without their line feeds, reading only as far as asked."""
    rest: list[bytes] = []
    while start < end:
        piece = os.pread(fd, min(STEP_BYTES, end - start), start)
        if not piece:
            break
        start += len(piece)
        *whole, tail = piece.split(b"\n")
        for line in whole:
            yield b"".join((*rest, line))
            rest.clear()
        rest.append(tail)
    last = b"".join(rest)
    if last:
        yield last
