"""Answering a statement with the blocks that the engine gives."""

import socket

from connectors.embedded import packets
from connectors.embedded.byte_cursor import ByteCursor
from connectors.embedded.engine import EngineSession, is_select
from connectors.embedded.known_columns import KnownColumns
from connectors.embedded.native_block import copy_to_wire, header_block


def serve_select(connection: socket.socket, engine: EngineSession, known: KnownColumns, sql: str,
                 params: dict[str, str]) -> None:
    """Run any statement but an INSERT of blocks; send its rows, if it has any.

    The engine's blocks are relayed without decoding, each as soon as it is there. The engine
    writes them for a client of no revision, which leaves the zone out of a plain ``DateTime``
    column's type; its values then come as naive UTC. ``DateTime64`` keeps its zone.

    Raises
    ------
    ProtocolError
        The engine refused the statement, perhaps after some blocks had been sent.
    UnsupportedType
        A column cannot be sent over this port.
    OSError
        The client went away; the statement is cancelled.
    """
    sent = False
    chunks = engine.stream(sql, params)
    try:
        for chunk in chunks:
            blocks = ByteCursor(chunk, len(chunk))
            while not blocks.at_end():
                pieces: list[bytes | memoryview] = [packets.DATA_PREFIX]
                shape = copy_to_wire(blocks, pieces.append)
                if not sent:  # clients take names and types from a block without rows
                    pieces.insert(0, packets.DATA_PREFIX + header_block(shape.columns))
                    sent = True
                connection.sendall(b"".join(pieces))
    finally:
        chunks.close()
    if not sent and is_select(sql):
        # The engine writes nothing at all for no rows, but clients want the columns all the same.
        connection.sendall(packets.DATA_PREFIX + header_block(known.of(sql, params)))
