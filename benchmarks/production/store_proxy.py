"""A wire between the job and its store that can be cut."""

import socket
import threading
import time
from contextlib import suppress

_PIECE = 1 << 16


class StoreProxy:
    """Passes TCP connections on from a fixed loopback port to wherever the store listens now.

    Three states: ``pass``; ``refuse``, nobody listens and connections end at once, as after a
    crash; ``silence``, connections stay and nothing gets through, as with a cut cable.
    """

    def __init__(self, target_port: int, port: int = 0):
        self.target_port = target_port
        self._state = "pass"
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._server = self._listen(port)
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, name="store-proxy", daemon=True).start()

    @property
    def state(self) -> str:
        return self._state

    def refuse(self) -> None:
        """End all connections and accept none."""
        with self._lock:
            self._state = "refuse"
            server, self._server = self._server, None
        if server is not None:
            # A thread in accept would keep the port open.
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        self._drop()

    def silence(self) -> None:
        """Keep connections, also new ones, and pass nothing on."""
        self._state = "silence"

    def restore(self) -> None:
        """Pass everything on again; connections that were silent break, as they do in life."""
        silent = self._state == "silence"
        with self._lock:
            self._state = "pass"
            if self._server is None:
                self._server = self._listen(self.port)
        if silent:
            self._drop()

    def close(self) -> None:
        """End for good."""
        self.refuse()
        self._state = "closed"

    @staticmethod
    def _listen(port: int) -> socket.socket:
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen(64)
        return server

    def _drop(self) -> None:
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _accept(self) -> None:
        while self._state != "closed":
            server = self._server
            if server is None:
                time.sleep(0.02)
                continue
            try:
                near, _ = server.accept()
            except OSError:
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port), 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)  # the one above was for connecting
            with self._lock:
                self._pairs.append((near, far))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(_PIECE):
                while self._state == "silence":
                    time.sleep(0.05)
                other.sendall(piece)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
