"""A cursor over bytes that arrive: read small things, copy or skip large ones without decoding."""

import socket
from collections.abc import Callable

from connectors.embedded.string_walk import walk_strings

Sink = Callable[[memoryview], None]


class ConnectionClosed(Exception):
    """The other side closed the connection, or the bytes ended in mid-block."""


def discard(_piece: memoryview) -> None:
    """The sink of bytes that nobody wants."""


class ByteCursor:
    """Reads forward over one buffer; everything it passes can be handed to a sink.

    A sink gets memoryviews that are only valid during the call, because the buffer is used again.

    Parameters
    ----------
    buffer : bytearray or bytes
    end : int
        Number of valid bytes in `buffer`.
    """

    def __init__(self, buffer: bytearray | bytes, end: int):
        self.buffer = buffer
        self.view = memoryview(buffer)
        self.position = 0
        self.end = end

    def fill(self) -> None:
        """Make at least one more byte available, or raise `ConnectionClosed`."""
        raise ConnectionClosed("the bytes end in the middle of a block")

    def at_end(self) -> bool:
        return self.position >= self.end

    def read(self, count: int) -> bytes:
        """Return exactly `count` bytes."""
        pieces: list[bytes] = []
        self.copy(count, lambda piece: pieces.append(bytes(piece)))
        return b"".join(pieces)

    def read_byte(self) -> int:
        if self.position >= self.end:
            self.fill()
        value = self.buffer[self.position]
        self.position += 1
        return value

    def read_varint(self) -> int:
        """Return an unsigned LEB128 number of at most 64 bits."""
        value = shift = 0
        while True:
            byte = self.read_byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise ConnectionClosed("a length of more than 64 bits: this is not the native protocol")

    def read_text(self, limit: int = 1 << 30) -> str:
        """Return a length-prefixed UTF-8 string; bytes that are not UTF-8 survive as surrogates."""
        length = self.read_varint()
        if length > limit:
            raise ConnectionClosed(f"a string of {length} bytes where at most {limit} are expected")
        return self.read(length).decode("utf-8", "surrogateescape")

    def copy(self, count: int, sink: Sink) -> None:
        """Pass `count` bytes on to `sink` as they come."""
        while count:
            available = self.end - self.position
            if not available:
                self.fill()
                continue
            step = min(available, count)
            sink(self.view[self.position:self.position + step])
            self.position += step
            count -= step

    def copy_strings(self, count: int, sink: Sink) -> None:
        """Pass `count` length-prefixed strings on to `sink`, prefixes included.

        Only the string that straddles the end of the buffer is looked at in Python.
        """
        while count:
            start = self.position
            self.position, count = walk_strings(self.buffer, start, self.end, count)
            if self.position > start:
                sink(self.view[start:self.position])
            if count:
                length = self.read_varint()
                sink(memoryview(encode_varint(length)))
                self.copy(length, sink)
                count -= 1


class SocketCursor(ByteCursor):
    """A cursor over what a client sends.

    Parameters
    ----------
    connection : socket.socket
        Its time-out bounds how long a client may stay silent in the middle of a packet.
    capacity : int
        Bytes of buffer.
    """

    def __init__(self, connection: socket.socket, capacity: int = 1 << 19):
        super().__init__(bytearray(capacity), 0)
        self.connection = connection

    def fill(self) -> None:
        """Receive into the buffer from its start; called only when everything in it was read."""
        self.position = 0
        self.end = self.connection.recv_into(self.view)
        if not self.end:
            raise ConnectionClosed("the client closed the connection")


def encode_varint(value: int) -> bytes:
    """Return `value` as unsigned LEB128.

    >>> encode_varint(300).hex()
    'ac02'
    """
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
