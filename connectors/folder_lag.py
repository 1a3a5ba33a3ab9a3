"""How much of a folder of topics is not planned yet."""

import os
from collections.abc import Iterable
from pathlib import Path

from connectors.folder import list_files
from connectors.folder_cursor import FolderCursor


def bytes_behind(directory: str | Path, topics: Iterable[str], cursor: FolderCursor) -> int:
    """Bytes of the topics' files behind `cursor`, as they are now.

    Lists every topic's folder and asks the size of each file that is not done; a file that goes
    meanwhile counts nothing.
    """
    return sum(_size(path) - offset for path, offset in _unfinished(directory, topics, cursor))


def _unfinished(directory: str | Path, topics: Iterable[str], cursor: FolderCursor):
    for topic in topics:
        name, offset = cursor.positions.get(topic, ("", 0))
        for path in list_files(directory, topic):
            if os.path.basename(path) >= name:
                yield path, min(offset, _size(path)) if os.path.basename(path) == name else 0


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
