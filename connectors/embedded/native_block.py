"""Blocks of the Native format, copied between the wire and the engine.

Over TCP (at the revision in :mod:`connectors.embedded.packets`) a block is the Native format plus
an eight-byte block info in front and one byte per column, after its type, that announces a custom
serialization. The engine reads and writes the format without either. So a copy adds or drops
those few bytes and leaves the rest as it is: nothing is decoded.
"""

from dataclasses import dataclass

from connectors.embedded.byte_cursor import ByteCursor, ConnectionClosed, Sink, discard, encode_varint
from connectors.embedded.column_layout import layout_of

#: Field 1, is_overflows = 0; field 2, bucket_num = -1; end.
BLOCK_INFO = bytes.fromhex("010002ffffffff00")


@dataclass(frozen=True)
class BlockShape:
    """Name and type of each column, and the number of rows; a block without columns ends a stream."""

    columns: list[tuple[str, str]]
    rows: int


def _text(value: str) -> bytes:
    raw = value.encode("utf-8", "surrogateescape")
    return encode_varint(len(raw)) + raw


def header_block(columns: list[tuple[str, str]]) -> bytes:
    """Return a block without rows, as sent over TCP, for columns given as (name, type)."""
    parts = [BLOCK_INFO, encode_varint(len(columns)), b"\0"]
    for name, spec in columns:
        parts += (_text(name), _text(spec), b"\0")
    return b"".join(parts)




def _skip_block_info(cursor: ByteCursor) -> None:
    while field := cursor.read_varint():
        if field not in (1, 2):
            raise ConnectionClosed(f"block info field {field} is not known")
        cursor.copy(1 if field == 1 else 4, discard)


def copy_from_wire(cursor: ByteCursor, sink: Sink) -> BlockShape:
    """Copy one block from a client to the engine's input format.

    Parameters
    ----------
    cursor : ByteCursor
        At the block info.
    sink : callable
        Gets the block in the Native format, in pieces; nothing for the empty block.

    Raises
    ------
    UnsupportedType
        The bytes after it cannot be told apart, so the connection must be closed.
    """
    _skip_block_info(cursor)
    count, rows = cursor.read_varint(), cursor.read_varint()
    if count:
        sink(memoryview(encode_varint(count) + encode_varint(rows)))
    columns = []
    for _ in range(count):
        name, spec = cursor.read_text(), cursor.read_text()
        if cursor.read_byte():
            raise ConnectionClosed(f"column {name} comes in a sparse serialization, which was not offered")
        sink(memoryview(_text(name) + _text(spec)))
        columns.append((name, spec))
        _copy_column(cursor, spec, rows, sink)
    return BlockShape(columns, rows)


def copy_to_wire(cursor: ByteCursor, sink: Sink) -> BlockShape:
    """Copy one block of the engine's output to the form sent over TCP; the reverse of the above."""
    count, rows = cursor.read_varint(), cursor.read_varint()
    sink(memoryview(BLOCK_INFO + encode_varint(count) + encode_varint(rows)))
    columns = []
    for _ in range(count):
        name, spec = cursor.read_text(), cursor.read_text()
        sink(memoryview(_text(name) + _text(spec) + b"\0"))
        columns.append((name, spec))
        _copy_column(cursor, spec, rows, sink)
    return BlockShape(columns, rows)


def _copy_column(cursor: ByteCursor, spec: str, rows: int, sink: Sink) -> None:
    if rows:
        layout = layout_of(spec)
        layout.copy_prefix(cursor, sink)
        layout.copy_data(cursor, rows, sink)
