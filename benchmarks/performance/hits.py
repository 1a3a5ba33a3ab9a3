"""Hits of the lane in a file, one JSON list a line, and whether two runs found the same."""

import json
from collections.abc import Iterable
from pathlib import Path

#: (phone, event time in ms, counterpart)
Hit = tuple[str, int, str]


def write_hits(path: str | Path, hits: Iterable[Hit]) -> None:
    """Write them as they come."""
    Path(path).write_text("".join(json.dumps(hit) + "\n" for hit in hits))


def read_hits(path: str | Path) -> set[Hit]:
    """All hits of a file, or of all files of a folder; none where nothing was found."""
    path = Path(path)
    files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path] * path.exists()
    return {tuple(json.loads(line)) for file in files for line in file.read_text().splitlines() if line}


def differing(found: set[Hit], reference: set[Hit]) -> int:
    """How many hits only one of the two has."""
    return len(found ^ reference)
