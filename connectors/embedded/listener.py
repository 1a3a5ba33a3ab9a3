"""The embedded store's server: one listening socket, a thread per client, an orderly end."""

import contextlib
import itertools
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from connectors.embedded import packets
from connectors.embedded.disk_space import DiskSpace
from connectors.embedded.engine import EngineSession
from connectors.embedded.greeting import Account
from connectors.embedded.known_columns import Changes
from connectors.embedded.session import Session
from connectors.embedded.watchdog import Watchdog

logger = logging.getLogger(__name__)

#: Clients at a time; more than a laptop's jobs and consoles need (ours).
MAX_SESSIONS = 128
#: How long running statements may take to end at a shut-down, seconds (ours).
DRAIN_S = 30.0


class Listener:
    """Accepts clients on a loopback port until told to stop, or until idle for too long.

    Parameters
    ----------
    folder : Path
        The store's own folder.
    engine_path : str
        The engine's data folder below it; nobody else may have it open. May end in ``?`` and options.
    account : Account
    port : int
        0 for any free one.
    idle_s : float
        Stop when no client was connected for so long; 0 for never.
    owns_folder : callable
        Asked a few times a second; when it says no, the server stops. A folder that was deleted
        gets a new server at the next start, and the old one would stay for nobody.
    reopen : callable
        Given the port; starts the whole server anew in the place of this process, see `disk_space`.
    """

    def __init__(self, folder: Path, engine_path: str, account: Account, port: int, idle_s: float,
                 owns_folder: Callable[[], bool], reopen: Callable[[int], None]):
        self.folder = folder
        self.engine_path = engine_path
        self.account = account
        self.port = port
        self.idle_s = idle_s
        self.owns_folder = owns_folder
        self.reopen = reopen
        self._socket: socket.socket | None = None
        self._engine: EngineSession | None = None
        self._space: DiskSpace | None = None
        self._changes = Changes()
        self._sessions: dict[Session, threading.Thread] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def open(self) -> None:
        """Open the engine, then listen; `port` is the real one from then on.

        Raises
        ------
        ProtocolError, RuntimeError
            The engine cannot open its folder.
        OSError
            The port is taken.
        """
        # Kept open for the server's life: the engine ends with its last connection.
        self._engine = EngineSession(self.engine_path, "watchdog")
        self._space = DiskSpace(self.folder, EngineSession(self.engine_path, "disk space"),
                                self._reopen)
        self._socket = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self._socket.settimeout(0.1)
        self.port = self._socket.getsockname()[1]

    def stop(self) -> None:
        """Ask `serve` to end; may be called from a signal handler."""
        self._stopping.set()

    def serve(self) -> None:
        """Serve until stopped, then let running statements end and close the engine; after `open`."""
        watchdog = Watchdog(self._living, self._engine)
        watchdog.start()
        self._space.start()
        numbers = itertools.count(1)
        idle_since = time.monotonic()
        while not self._stopping.is_set():
            if self._living():
                idle_since = time.monotonic()
            elif self.idle_s and time.monotonic() - idle_since > self.idle_s:
                logger.info("idle for %.0f s, stopping", self.idle_s)
                break
            if not self.owns_folder():
                logger.warning("the folder was deleted or replaced, stopping")
                break
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            # The pid keeps labels apart from those of a server that was killed.
            self._admit(connection, f"session-{os.getpid()}-{next(numbers)}")
        self._socket.close()
        self._drain()
        for helper in (watchdog, self._space):
            helper.stopping.set()
            helper.join()
        self._space.close()
        self._engine.close()

    def _reopen(self) -> None:
        if self._stopping.is_set():
            logger.warning("stopped as if killed: the next start mends what a full disk broke")
            os._exit(0)
        self.reopen(self.port)

    def _admit(self, connection: socket.socket, label: str) -> None:
        if len(self._sessions) >= MAX_SESSIONS:
            connection.settimeout(1)
            with contextlib.suppress(OSError):
                connection.sendall(packets.exception(packets.TOO_MANY_CONNECTIONS,
                                                     f"more than {MAX_SESSIONS} clients are connected"))
            connection.close()
            return
        session = Session(connection, self.engine_path, label, self.account, self._space, self._changes)
        thread = threading.Thread(target=self._run, args=(session,), name=label, daemon=True)
        with self._lock:
            self._sessions[session] = thread
        thread.start()

    def _run(self, session: Session) -> None:
        try:
            session.run()
        finally:
            with self._lock:
                del self._sessions[session]

    def _living(self) -> list[Session]:
        with self._lock:
            return list(self._sessions)

    def _drain(self) -> None:
        deadline = time.monotonic() + DRAIN_S
        while sessions := self._living():
            late = time.monotonic() > deadline
            for session in sessions:
                if late:
                    self._engine.kill(session.label)
                if late or not session.busy:
                    _hang_up(session.connection)
            if late and time.monotonic() > deadline + 5:
                logger.warning("%d sessions did not end", len(sessions))
                return
            time.sleep(0.02)


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be gone already
        connection.shutdown(socket.SHUT_RDWR)
