"""Adds a file to a topic that is a folder, whole or not at all, behind all others."""

import os
import re
from pathlib import Path

from connectors.errors import TopicError
from connectors.folder import SUFFIX, list_files

_NUMBER = re.compile(r"(.*?)(\d+)$", re.DOTALL)


def name_behind(last: str | None) -> str:
    """A file name that sorts after `last`, which readers take as the end of what was written before.

    >>> name_behind(None), name_behind("000009.ndjson"), name_behind("9.ndjson"), name_behind("day.ndjson")
    ('000000.ndjson', '000010.ndjson', '9~000000.ndjson', 'day~000000.ndjson')
    """
    if last is None:
        return f"{0:06d}{SUFFIX}"
    stem = last.removesuffix(SUFFIX)
    number = _NUMBER.fullmatch(stem)
    if number and len(raised := f"{int(number[2]) + 1:0{len(number[2])}d}") == len(number[2]):
        return f"{number[1]}{raised}{SUFFIX}"
    return f"{stem}~000000{SUFFIX}"


def add_file(bus: Path, topic: str, content: bytes) -> Path:
    """Write `content` as a new last file of a topic.

    Several may do so at once. What was the last file counts as complete from then on, so a writer that still appends
    to it must not share the topic with this.

    Raises
    ------
    TopicError
        The folder cannot be written to.
    """
    folder = bus / topic
    part = folder / f".{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        try:
            while True:
                files = list_files(bus, topic)
                path = folder / name_behind(os.path.basename(files[-1]) if files else None)
                try:
                    # A link, unlike a rename, fails where another writer was first.
                    os.link(part, path)
                    return path
                except FileExistsError:
                    continue
        finally:
            part.unlink()
    except OSError as error:
        raise TopicError(f"{folder} cannot be written to: {error.strerror}") from error
