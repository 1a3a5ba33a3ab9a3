"""Whole lines of a file or a pipe, some at a time, with the byte at which they end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

#: Bytes read at once (ours).
READ_BYTES = 1 << 20
#: A longer line is not loaded whole (ours).
LONGEST_LINE_BYTES = 8 << 20
#: What stays of it; more than a record may have, so that it is refused as too long.
KEPT_BYTES = 128 << 10


@dataclass(frozen=True)
class LineBlock:
    """Some whole lines without their line feeds, empty ones among them.

    `start` and `end` are bytes from the beginning of the file or pipe. A line's end is that of the
    line before, its length, and one for the line feed; but a cut line has a block to itself.
    """

    lines: list[bytes]
    start: int
    end: int


def line_blocks(stream: BinaryIO, start: int = 0, read_bytes: int = READ_BYTES,
                longest_line_bytes: int = LONGEST_LINE_BYTES) -> Iterator[LineBlock]:
    """Yield what can be read, to its end; the last line may lack its line feed.

    A pipe's lines come as soon as they are there. A line longer than `longest_line_bytes` comes
    as its first 128 KiB, so memory stays bounded whatever is read.

    Parameters
    ----------
    stream : BinaryIO
        Unbuffered, at byte `start`.
    """
    rest = b""
    cutting = False
    begun = at = start
    while piece := stream.read(read_bytes):
        if cutting:
            before, feed, piece = piece.partition(b"\n")
            at += len(before) + len(feed)
            if not feed:
                continue
            yield LineBlock([rest], begun, at)
            rest, begun, cutting = b"", at, False
        at += len(piece)
        whole, feed, tail = piece.rpartition(b"\n")
        if feed:
            end = at - len(tail)
            yield LineBlock((rest + whole).split(b"\n"), begun, end)
            rest, begun = tail, end
        else:
            rest += piece
        if len(rest) > longest_line_bytes:
            rest, cutting = rest[:KEPT_BYTES], True
    if rest:
        yield LineBlock([rest], begun, at)
