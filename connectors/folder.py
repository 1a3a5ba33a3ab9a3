"""Topics that are folders of ``.ndjson`` files: which files, which bytes.

A bus folder holds one folder per topic, a topic its files in order of their names. Writers append
to the last file only, or add a file whose name sorts after it. See
:mod:`connectors.folder_plan` for the order in which chunks are delivered.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import TopicError

SUFFIX = ".ndjson"


@dataclass(frozen=True)
class Chunk:
    """A run of whole lines of one file.

    Attributes
    ----------
    topic, path : str
    start, end : int
        Bytes; `end` is exclusive and just behind a line end, or the end of the file.
    low_ms : int
        No later chunk's first lines are known to be earlier than this: a running maximum over the
        chunks delivered so far, hence never falling. UTC milliseconds; 0 until a time is known.
    oversized : bool
        One line longer than any that may be loaded; for the dead letters, unread.
    """

    topic: str
    path: str
    start: int
    end: int
    low_ms: int
    oversized: bool = False


def list_files(directory: str | Path, topic: str) -> list[str]:
    """Return the paths of a topic's files in order of their names; none if it has no folder.

    Hidden files are left out, so that a writer can fill ``.part.ndjson`` and rename it.

    Raises
    ------
    TopicError
        The folder cannot be listed, or a name in it is no UTF-8, so that no store can name the source.
    """
    folder = os.path.join(directory, topic)
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries
                     if entry.name.endswith(SUFFIX) and not entry.name.startswith(".") and entry.is_file()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise TopicError(f"the folder {folder} of topic {topic} cannot be listed: {error.strerror}") from error
    for name in names:
        if not name.isascii() and os.fsencode(name).decode("utf-8", "replace") != name:
            raise TopicError(f"a file of topic {topic} has a name that is no UTF-8, got {ascii(name)} in {folder}; "
                             "rename it")
    return [os.path.join(folder, name) for name in sorted(names)]


def read_chunk(path: str | Path, start: int, end: int) -> bytes:
    """Return the bytes from `start` to `end`, exclusive.

    Raises
    ------
    TopicError
        The file is gone or shorter than that: topics only grow.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            file.seek(start)
            parts = []
            missing = end - start
            while missing:
                part = file.read(missing)
                if not part:
                    raise TopicError(f"{path} ends at byte {end - missing}, but was planned to be read up to {end}; "
                                     "files of a topic must not be shortened")
                parts.append(part)
                missing -= len(part)
    except OSError as error:
        raise TopicError(f"{path} cannot be read: {error.strerror}; files of a topic must stay until the job "
                         "has stopped") from error
    return parts[0] if len(parts) == 1 else b"".join(parts)
