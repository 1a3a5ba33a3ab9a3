"""A model on its way to the card shards: what it replaces, and from which event time on."""

import base64
import json
import struct
from dataclasses import dataclass

from features.errors import DuankaError

CHAMPION, SHADOW = "champion", "shadow"
ROLES = (CHAMPION, SHADOW)
#: From the first event on: the models that a run begins with.
FROM_START_MS = -(2**63)

_HEAD = struct.Struct("<4sBq")
_MAGIC = b"DKM1"


class BadTakeover(DuankaError, ValueError):
    """The bytes or the text are no takeover of this version."""


@dataclass(frozen=True)
class Takeover:
    """Rows from `effective_ms` on are scored with this model.

    Attributes
    ----------
    role : {"champion", "shadow"}
    effective_ms : int
        Event time, UTC ms.
    blob : bytes
        The snapshot itself, so that nobody need look for a file again; empty for no model.
    number, version : int, str
        In the registry; 0 and empty for no model.
    of : int
        `seq` of the deed in the registry's log; 0 where there is none.
    """

    role: str
    effective_ms: int
    blob: bytes
    number: int = 0
    version: str = ""
    of: int = 0

    def to_payload(self) -> bytes:
        """Bytes for a card shard; no sub-batch begins like these."""
        return _HEAD.pack(_MAGIC, ROLES.index(self.role), self.effective_ms) + self.blob

    def to_text(self) -> str:
        """Text for the plan log, with everything in it."""
        fields = {k: v for k, v in self.__dict__.items() if k != "blob"}
        return json.dumps(fields | {"blob": base64.b85encode(self.blob).decode()}, separators=(",", ":"))

    @staticmethod
    def from_text(text: str) -> "Takeover":
        """Read what :meth:`to_text` wrote.

        Raises
        ------
        BadTakeover
        """
        try:
            fields = json.loads(text)
            return Takeover(**(fields | {"blob": base64.b85decode(fields["blob"])}))
        except (ValueError, KeyError, TypeError) as error:
            raise BadTakeover(f"want a takeover of a model, got a text that is none: {error}") from error


def is_takeover(payload: bytes) -> bool:
    """Whether a card shard's payload is a model and no sub-batch."""
    return payload[:4] == _MAGIC


def read_payload(payload: bytes) -> tuple[bytes, int, str]:
    """Blob, effective event time and role of what :meth:`Takeover.to_payload` wrote.

    >>> read_payload(Takeover("shadow", 5, b"x").to_payload())
    (b'x', 5, 'shadow')
    """
    if len(payload) < _HEAD.size or payload[:4] != _MAGIC:
        raise BadTakeover(f"want a model for a shard, got {payload[:4]!r} and {len(payload)} bytes")
    _, role, effective_ms = _HEAD.unpack_from(payload)
    return payload[_HEAD.size :], effective_ms, ROLES[role]
