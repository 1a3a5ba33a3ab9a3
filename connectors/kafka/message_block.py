"""Messages of one topic as one piece of bytes, each of whose records still knows its place."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from connectors.errors import TopicError
from connectors.kafka.record_place import MAX_LINES, pack_position

_HEAD = struct.Struct("<4sII")
_MAGIC = b"DKM1"
_MESSAGE = np.dtype([("offset", "<i8"), ("start", "<i8"), ("partition", "<u4")])


@dataclass(frozen=True)
class MessageBlock:
    """The values of messages, joined by line feeds.

    Attributes
    ----------
    raw : bytes
        What is to be decoded.
    messages : structured ndarray, shape (n,)
        Offset, first byte in `raw`, and partition of each message, in the order of `raw`.
    """

    raw: bytes
    messages: np.ndarray

    def to_bytes(self) -> bytes:
        """Bytes for one hop from plan to decode; not kept anywhere."""
        return _HEAD.pack(_MAGIC, self.messages.size, len(self.raw)) + self.messages.tobytes() + self.raw

    @staticmethod
    def from_bytes(body: bytes) -> "MessageBlock":
        """The block that `to_bytes` wrote.

        Raises
        ------
        TopicError
            It is cut off or something else.
        """
        if len(body) < _HEAD.size:
            raise TopicError(f"want a block of messages, got {len(body)} bytes")
        magic, count, size = _HEAD.unpack_from(body)
        at = _HEAD.size + count * _MESSAGE.itemsize
        if magic != _MAGIC or len(body) != at + size:
            raise TopicError(f"want a block of {count} messages and {size} bytes, got {magic!r} and {len(body) - at}")
        return MessageBlock(body[at:], np.frombuffer(body, _MESSAGE, count, _HEAD.size))

    def locate(self, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Partition and packed position of records.

        Parameters
        ----------
        starts : ndarray of int64, shape (m,)
            First byte in `raw` of *every* record of the block, rising: a record's line number is
            its rank among the records of its message, blank lines left out.

        Returns
        -------
        partition : ndarray of uint32, shape (m,)
        position : ndarray of int64, shape (m,)
            See `connectors.kafka.record_place.pack_position`. Lines of one message from `MAX_LINES`
            on share a position: they are counted one by one, but as dead letters they are one.
        """
        message = np.searchsorted(self.messages["start"], starts, "right") - 1
        first = np.searchsorted(message, message, "left")
        line = np.minimum(np.arange(starts.size) - first, MAX_LINES - 1)
        return self.messages["partition"][message], pack_position(self.messages["offset"][message], line)


def join_messages(parts: Sequence[tuple[int, int, bytes]]) -> MessageBlock:
    """A block of (partition, offset, value), in this order.

    >>> block = join_messages([(0, 70, b"{}\\n{}"), (3, 9, b"[]")])
    >>> partition, position = block.locate(np.array([0, 3, 6]))
    >>> partition.tolist(), [(int(p) >> 20, int(p) & 0xFFFFF) for p in position]
    ([0, 0, 3], [(70, 0), (70, 1), (9, 0)])
    """
    messages = np.zeros(len(parts), _MESSAGE)
    at = 0
    for i, (partition, offset, value) in enumerate(parts):
        messages[i] = (offset, at, partition)
        at += len(value) + 1
    return MessageBlock(b"\n".join(value for _, _, value in parts), messages)
