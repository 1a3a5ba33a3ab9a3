"""Stopping statements whose client has gone away or changed its mind.

A session's thread is inside the engine while a statement runs and cannot look at its socket. One
watchdog looks for all of them.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable

from connectors.embedded.engine import EngineSession
from connectors.embedded.packets import CLIENT_CANCEL, ProtocolError
from connectors.embedded.session import Session

logger = logging.getLogger(__name__)

#: How often it looks, and how long a statement runs before it is looked at, seconds (ours).
PERIOD_S = 0.2


def wants_to_stop(connection: socket.socket) -> bool | None:
    """Return True for a cancel, None for a closed connection, False while the client waits."""
    try:
        peeked = connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except (BlockingIOError, InterruptedError):
        return False
    except OSError:
        return None
    if not peeked:
        return None
    return peeked[0] == CLIENT_CANCEL


class Watchdog(threading.Thread):
    """Kills statements that nobody waits for any more.

    Parameters
    ----------
    sessions : callable
        Returns the living sessions.
    engine : EngineSession
        A connection of the watchdog's own.
    """

    def __init__(self, sessions: Callable[[], Iterable[Session]], engine: EngineSession):
        super().__init__(name="watchdog", daemon=True)
        self.sessions = sessions
        self.engine = engine
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(PERIOD_S):
            for session in self.sessions():
                since = session.running_since
                if since is not None and time.monotonic() - since > PERIOD_S:
                    self._look_at(session)

    def _look_at(self, session: Session) -> None:
        verdict = wants_to_stop(session.connection)
        if verdict is False:
            return
        session.cancelled = True
        try:
            self.engine.kill(session.label)
        except ProtocolError as error:
            logger.warning("cannot stop the statement of %s: %s", session.label, error)
