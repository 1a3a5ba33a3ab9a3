"""Taking the blocks of an INSERT from a client to the engine."""

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager

from connectors.embedded import packets
from connectors.embedded.byte_cursor import ByteCursor, ConnectionClosed, discard
from connectors.embedded.engine import EngineSession
from connectors.embedded.insert_spool import InsertSpool
from connectors.embedded.insert_statement import InsertStatement
from connectors.embedded.known_columns import KnownColumns
from connectors.embedded.native_block import copy_from_wire, header_block


def read_data_prefix(cursor: ByteCursor) -> str:
    """Read a data packet up to its block; return the name of the table it belongs to."""
    kind = cursor.read_byte()
    if kind == packets.CLIENT_CANCEL:
        raise ConnectionClosed("the client cancelled its insert")
    if kind != packets.CLIENT_DATA:
        raise ConnectionClosed(f"packet {kind} where data was expected")
    return cursor.read_text(packets.SHORT_TEXT)


def skip_external_tables(cursor: ByteCursor) -> None:
    """Read the empty block that ends the external tables of a query; there may be none."""
    name = read_data_prefix(cursor)
    if copy_from_wire(cursor, discard).columns:
        raise ConnectionClosed(f"external table {name[:64]} sent; the embedded store does not take any")


def serve_insert(connection: socket.socket, cursor: ByteCursor, engine: EngineSession,
                 known: KnownColumns, insert: InsertStatement, writing: Callable[[], AbstractContextManager]) -> None:
    """Send the columns wanted, gather the blocks that come, then insert them as one.

    Nothing is decoded on the way. Returns when the rows are in parts on disk. If the client
    leaves or breaks the protocol before the end, nothing is inserted. `writing` is what makes sure of
    the disk, see `disk_space`.

    Raises
    ------
    ProtocolError
        The engine refused the statement or the rows.
    UnsupportedType, ConnectionClosed, OSError
        The connection cannot be used any more.
    """
    columns = known.of(insert.header)
    connection.sendall(packets.DATA_PREFIX + header_block(columns))
    with InsertSpool() as spool:
        while True:
            read_data_prefix(cursor)
            if not copy_from_wire(cursor, spool.append).columns:
                break
            # A client reads an answer after each block before it sends the next.
            connection.sendall(packets.PROFILE_EVENTS)
        spool.flush()
        if spool.size:
            with writing():
                engine.run(insert.from_file(spool.path, columns))
    connection.sendall(packets.PROFILE_EVENTS)
