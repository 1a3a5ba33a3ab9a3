"""What is sent: which topics, from which files."""

import os
import select
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.folder import SUFFIX, list_files
from connectors.line_blocks import LineBlock, line_blocks
from features.events import TOPICS
from jobs.ingest.errors import IngestError

#: A place in a lane: name of the file, and a byte in it.
Mark = tuple[str, int]
#: Longest wait for standard input in one piece, s (ours).
_IDLE_S = 0.2


@dataclass(frozen=True)
class Lane:
    """What goes to one topic: files in order of their names, or standard input where there are none."""

    topic: str
    files: tuple[Path, ...] = ()

    def bytes_total(self) -> int:
        return sum(file.stat().st_size for file in self.files)

    def bytes_before(self, mark: Mark | None) -> int:
        """Bytes up to a place."""
        if mark is None:
            return 0
        return sum(file.stat().st_size for file in self.files if file.name < mark[0]) + mark[1]

    def blocks(self, start: Mark | None, idle: Callable[[], None]) -> Iterator[tuple[str, LineBlock]]:
        """Yield the lines behind a place, some at a time, each time with the name of their file.

        Parameters
        ----------
        idle : callable
            Called now and then while standard input is waited for.

        Raises
        ------
        IngestError
            A file is gone or shorter than it was.
        """
        if not self.files:
            for block in line_blocks(_Pipe(sys.stdin.fileno(), idle)):
                yield "-", block
            return
        names = [file.name for file in self.files]
        if start and start[0] not in names:
            raise IngestError(f"{start[0]}, from which topic {self.topic} was sent last, is no longer there; bring it "
                              "back, or begin anew with --anew")
        for file in self.files:
            if start and file.name < start[0]:
                continue
            offset = start[1] if start and file.name == start[0] else 0
            try:
                if file.stat().st_size < offset:
                    raise IngestError(f"{file} has been sent up to byte {offset}, and is shorter now; bring it back, "
                                      "or begin anew with --anew")
                with file.open("rb", buffering=0) as stream:
                    stream.seek(offset)
                    for block in line_blocks(stream, offset):
                        yield file.name, block
            except OSError as error:
                raise IngestError(f"{file} cannot be read: {error.strerror}") from error


class _Pipe:
    """Standard input, which may keep one waiting."""

    def __init__(self, fd: int, idle: Callable[[], None]):
        self.fd = fd
        self.idle = idle

    def read(self, size: int) -> bytes:
        while not select.select([self.fd], [], [], _IDLE_S)[0]:
            self.idle()
        return os.read(self.fd, size)


def lanes_of(source: str, topic: str | None) -> list[Lane]:
    """Return what a FILE, a FOLDER or ``-`` holds.

    A folder is a bus folder with a folder per topic, or, with `topic`, may be a topic's own.

    Raises
    ------
    IngestError
        There is nothing there, or the topic is not known.
    """
    if topic is not None and topic not in TOPICS:
        raise IngestError(f"topic: one of {', '.join(TOPICS)}, got {topic!r}")
    path = Path(source)
    if source == "-" or path.is_file():
        if topic is None:
            raise IngestError(f"{source} may hold records of any topic; say which: --topic {' or '.join(TOPICS)}")
        return [Lane(topic, () if source == "-" else (path,))]
    if not path.is_dir():
        raise IngestError(f"{source} is neither a file nor a folder; give a file of records, a folder of topics, or - "
                          "for standard input")
    found = {name: tuple(map(Path, list_files(path, name))) for name in ([topic] if topic else TOPICS)}
    if topic and not found[topic]:
        own = (file for file in path.glob(f"*{SUFFIX}") if file.is_file() and not file.name.startswith("."))
        found = {topic: tuple(sorted(own))}
    lanes = [Lane(name, files) for name, files in found.items() if files]
    if not lanes:
        wanted = f"{SUFFIX} files, also not in a folder {topic}" if topic else f"folder of {', '.join(TOPICS)}"
        raise IngestError(f"{source} has no {wanted}; give another, or make one with: duanka simulate --out FOLDER")
    return lanes
