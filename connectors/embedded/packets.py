"""The packets of ClickHouse's native protocol, as far as this server speaks it.

Revision 54459 is the first with query parameters; nothing later is needed, and every later
addition would be one more thing to write.
"""

import struct

from connectors.embedded.byte_cursor import ByteCursor, ConnectionClosed, encode_varint

REVISION = 54459

CLIENT_HELLO, CLIENT_QUERY, CLIENT_DATA, CLIENT_CANCEL, CLIENT_PING = range(5)
_SERVER_HELLO, _SERVER_DATA, _SERVER_EXCEPTION = 0, 1, 2

PONG = b"\x04"
END_OF_STREAM = b"\x05"
#: Packet type and the (empty) name of the table it belongs to; a block follows.
DATA_PREFIX = bytes((_SERVER_DATA, 0))

#: Profile events without events: from revision 54456 on a client waits for one after each block
#: that it sends. Type, table, block info, no columns, no rows.
PROFILE_EVENTS = b"\x0e\x00" + bytes.fromhex("010002ffffffff00") + b"\x00\x00"

# Codes of ClickHouse's own errors, for those that this server raises itself.
NOT_IMPLEMENTED = 48
UNEXPECTED_PACKET = 101
TOO_MANY_CONNECTIONS = 202
QUERY_WAS_CANCELLED = 394
AUTHENTICATION_FAILED = 516
UNKNOWN_EXCEPTION = 1002

#: Longest user name, password, database or setting taken from a client, bytes (ours).
SHORT_TEXT = 1 << 16


class ProtocolError(Exception):
    """Something the client asked for is refused; `code` is ClickHouse's."""

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code


def text(value: str) -> bytes:
    """Return a length-prefixed UTF-8 string."""
    raw = value.encode("utf-8", "surrogateescape")
    return encode_varint(len(raw)) + raw


def server_hello(engine_version: str) -> bytes:
    """Return the answer to an accepted hello; `engine_version` is like ``26.9.2.1``."""
    major, minor, patch = (int(part) for part in engine_version.split(".")[:3])
    return b"".join((
        encode_varint(_SERVER_HELLO), text("ClickHouse"), encode_varint(major), encode_varint(minor),
        encode_varint(REVISION), text("UTC"), text("duanka-embedded"), encode_varint(patch),
    ))


def exception(code: int, message: str) -> bytes:
    """Return an exception without stack trace and without a nested one."""
    return b"".join((
        encode_varint(_SERVER_EXCEPTION), struct.pack("<i", code), text("DB::Exception"),
        text(f"DB::Exception: {message}"), text(""), b"\0",
    ))


def read_hello(cursor: ByteCursor) -> tuple[int, str, str, str]:
    """Return the client's revision, database, user and password; the packet type was read."""
    cursor.read_text(SHORT_TEXT)  # name of the client
    cursor.read_varint(), cursor.read_varint()  # its version
    return (cursor.read_varint(), cursor.read_text(SHORT_TEXT),
            cursor.read_text(SHORT_TEXT), cursor.read_text(SHORT_TEXT))


def skip_client_info(cursor: ByteCursor) -> None:
    """Skip what the client says about itself at the start of a query."""
    if not cursor.read_byte():
        return
    for _ in range(3):  # initial user, query id, address
        cursor.read_text(SHORT_TEXT)
    cursor.read(8)  # start time
    if cursor.read_byte() != 1:
        raise ConnectionClosed("the query did not come over TCP")
    for _ in range(3):  # system user, host, client
        cursor.read_text(SHORT_TEXT)
    for _ in range(3):  # version
        cursor.read_varint()
    cursor.read_text(SHORT_TEXT)  # quota key
    cursor.read_varint(), cursor.read_varint()  # depth, patch
    if cursor.read_byte():  # trace context
        cursor.read(24)
        cursor.read_text(SHORT_TEXT)
        cursor.read(1)
    for _ in range(3):  # parallel replicas
        cursor.read_varint()


def read_settings(cursor: ByteCursor) -> dict[str, tuple[int, str]]:
    """Return settings (or query parameters) as name -> (flags, value)."""
    settings = {}
    while name := cursor.read_text(SHORT_TEXT):
        settings[name] = (cursor.read_byte(), cursor.read_text())
    return settings
