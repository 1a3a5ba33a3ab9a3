"""How far a folder has been delivered, as a small value that a checkpoint can hold."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from connectors.errors import TopicError

#: Version of the bytes; the changelog says when it changes.
VERSION = 1


@dataclass(frozen=True)
class FolderCursor:
    """The position behind the last chunk that was planned. Immutable: planning returns a new one.

    Attributes
    ----------
    positions : mapping of str to (str, int)
        By topic: the name of the file last planned from, and the byte behind it. Files that
        sort before it are done. One entry per topic, however many files it has.
    low_ms : int
        `Chunk.low_ms` of the last chunk.
    """

    positions: Mapping[str, tuple[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    low_ms: int = 0

    def moved(self, topic: str, name: str, offset: int, low_ms: int) -> "FolderCursor":
        """Return the cursor behind a chunk of `topic` that ends at `offset` of file `name`."""
        return FolderCursor(MappingProxyType({**self.positions, topic: (name, offset)}), low_ms)

    def to_bytes(self) -> bytes:
        """Return the cursor as JSON.

        >>> FolderCursor().moved("cdr", "a.ndjson", 10, 7).to_bytes()
        b'{"version":1,"low_ms":7,"positions":{"cdr":["a.ndjson",10]}}'
        """
        state = {"version": VERSION, "low_ms": self.low_ms,
                 "positions": {topic: list(self.positions[topic]) for topic in sorted(self.positions)}}
        return json.dumps(state, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogateescape")

    @classmethod
    def from_bytes(cls, raw: bytes) -> "FolderCursor":
        """Return the cursor that `to_bytes` wrote.

        Raises
        ------
        TopicError
            It is no cursor, or one of another release.
        """
        try:
            state = json.loads(raw.decode("utf-8", "surrogateescape"))
            version = state["version"]
            positions = {topic: (str(name), int(offset)) for topic, (name, offset) in state["positions"].items()}
            low_ms = int(state["low_ms"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TopicError(f"the stored position in a folder cannot be read ({error}), got {raw[:80]!r}; "
                             "start from a savepoint of this job, or without one") from None
        if version != VERSION:
            raise TopicError(f"the stored position in a folder is of version {version}, this release reads {VERSION}; "
                             "start with the release that wrote it")
        return cls(MappingProxyType(positions), low_ms)
