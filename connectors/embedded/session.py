"""One client connection of the embedded store, from hello to goodbye."""

import logging
import socket
import time
from contextlib import nullcontext

from connectors.embedded import packets
from connectors.embedded.byte_cursor import ConnectionClosed, SocketCursor
from connectors.embedded.column_layout import UnsupportedType
from connectors.embedded.disk_space import SYMPTOMS, DiskSpace, writes
from connectors.embedded.engine import NOT_ENOUGH_SPACE, EngineSession, is_select
from connectors.embedded.greeting import Account, read_greeting
from connectors.embedded.insert_statement import parse_insert
from connectors.embedded.known_columns import Changes, KnownColumns
from connectors.embedded.packets import ProtocolError
from connectors.embedded.query_parameters import decode_parameters
from connectors.embedded.serve_insert import serve_insert, skip_external_tables
from connectors.embedded.serve_select import serve_select

logger = logging.getLogger(__name__)

#: How long a client may take over its hello, and be silent within a packet, seconds (ours).
HELLO_TIMEOUT_S = 10
PACKET_TIMEOUT_S = 300


class Session:
    """Serves one client; for one thread, with the watchdog looking on.

    Parameters
    ----------
    connection : socket.socket
    engine_path : str
        The engine's data folder.
    label : str
        Unique among the living sessions.
    account : Account
    space : DiskSpace
    changes : Changes

    Attributes
    ----------
    busy : bool
        A query is being read or answered.
    running_since : float or None
        Monotonic time since which the engine runs a statement while nothing is read from the
        client; only then may the watchdog look at the socket.
    cancelled : bool
        Set by the watchdog when it kills the statement because the client wants it.
    """

    def __init__(self, connection: socket.socket, engine_path: str, label: str, account: Account,
                 space: DiskSpace, changes: Changes):
        self.connection = connection
        self.engine_path = engine_path
        self.label = label
        self.account = account
        self.space = space
        self.changes = changes
        self.busy = False
        self.running_since: float | None = None
        self.cancelled = False
        self._engine: EngineSession | None = None
        self._known: KnownColumns | None = None

    def run(self) -> None:
        """Serve until the client leaves; never raises, so that it hurts no other session."""
        try:
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._serve(SocketCursor(self.connection))
        except (ConnectionClosed, OSError) as error:
            logger.debug("%s ended: %s", self.label, error)
        except Exception:
            logger.exception("%s ended by a fault of the server", self.label)
        finally:
            self.connection.close()
            if self._engine is not None:
                self._engine.close()

    def _serve(self, cursor: SocketCursor) -> None:
        try:
            self._greet(cursor)
            while True:
                self._serve_packet(cursor)
        except ProtocolError as error:  # not one of a statement: the connection is of no more use
            self._send_error(error.code, str(error))
        except UnsupportedType as error:
            self._send_error(packets.NOT_IMPLEMENTED, str(error))

    def _send_error(self, code: int, message: str) -> None:
        self.connection.sendall(packets.exception(code, message))

    def _greet(self, cursor: SocketCursor) -> None:
        self.connection.settimeout(HELLO_TIMEOUT_S)
        database = read_greeting(cursor, self.account)
        self._engine = EngineSession(self.engine_path, self.label)
        self._known = KnownColumns(self._engine, self.changes)
        if database:
            self._engine.use(database)
        self.connection.sendall(packets.server_hello(self._engine.version()))
        cursor.read_text(packets.SHORT_TEXT)  # addendum: the quota key

    def _serve_packet(self, cursor: SocketCursor) -> None:
        self.connection.settimeout(None)  # a client may be idle as long as it likes
        kind = cursor.read_byte()
        self.connection.settimeout(PACKET_TIMEOUT_S)
        if kind == packets.CLIENT_PING:
            self.connection.sendall(packets.PONG)
        elif kind == packets.CLIENT_QUERY:
            self.busy = True
            try:
                self._serve_query(cursor)
            finally:
                self.busy = False
        elif kind != packets.CLIENT_CANCEL:  # which may come after the statement has ended
            raise ProtocolError(packets.UNEXPECTED_PACKET, f"unexpected packet {kind} from the client")

    def _serve_query(self, cursor: SocketCursor) -> None:
        cursor.read_text(packets.SHORT_TEXT)  # query id: the engine gives its own
        packets.skip_client_info(cursor)
        settings = packets.read_settings(cursor)
        cursor.read_text(packets.SHORT_TEXT)  # interserver secret
        cursor.read_varint()  # stage
        if cursor.read_varint():
            raise ProtocolError(packets.NOT_IMPLEMENTED,
                                "the embedded store does not compress; connect with compression=False")
        sql = cursor.read_text()
        params = packets.read_settings(cursor)
        skip_external_tables(cursor)
        self.cancelled = False
        began, insert = time.monotonic(), parse_insert(sql)
        try:
            self._engine.apply_settings(settings)
            if insert is not None:
                serve_insert(self.connection, cursor, self._engine, self._known, insert, self.space.writing)
            else:
                self.running_since = time.monotonic()
                with self.space.writing() if writes(sql) else nullcontext():
                    serve_select(self.connection, self._engine, self._known, sql, decode_parameters(params))
        except ProtocolError as error:
            if not self.cancelled:
                passes = error.code in SYMPTOMS and self.space.was_low_since(began)
                self._send_error(NOT_ENOUGH_SPACE if passes else error.code, str(error))
                return
        finally:
            self.running_since = None
            if insert is None and not is_select(sql):
                self.changes.note()
        self.connection.sendall(packets.END_OF_STREAM)
