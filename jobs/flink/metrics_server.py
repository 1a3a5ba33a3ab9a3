"""Serves a run's metrics to Prometheus on a loopback port.

Flink's Prometheus reporter would listen on every address of the machine. So Flink pushes instead, to
this server, which answers like a Pushgateway; Prometheus fetches from the same port::

    JVM ── PUT /metrics/job/<secret> every 2 s ──► 127.0.0.1:port ◄── GET /metrics ── Prometheus

The port is taken before Flink starts, so that one that is taken already is said at once.
"""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jobs.flink.errors import SettingError
from jobs.flink.metric_options import PUSH_S, PYTHON_METRICS, push_options

HOST = "127.0.0.1"
#: What is pushed is some hundred kB; more than this is not ours.
_LONGEST_BYTES = 32 << 20
#: Text that is older is not shown any more: the JVM is gone or stuck (ours).
STALE_S = 10 * PUSH_S
_PUSHED = "duanka_metrics_pushed_time_seconds"


class MetricsServer:
    """Holds the newest text that was pushed.

    Parameters
    ----------
    port : int
        0 takes a free one.

    Raises
    ------
    SettingError
        The port is taken, or may not be taken.
    """

    def __init__(self, port: int):
        self._secret = secrets.token_hex(16)
        self._text = b""
        self._pushed_s = 0.0
        try:
            self._server = ThreadingHTTPServer((HOST, port), self._handler())
        except OSError as error:
            raise SettingError(
                f"setting metrics_port: cannot listen on {HOST}:{port}: {error.strerror}; give a free port, "
                "or 0 for no metrics") from error
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="duanka-metrics", daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def flink_options(self) -> dict[str, str]:
        """Options that make Flink push here."""
        return {PYTHON_METRICS: "true", **push_options(f"http://{HOST}:{self.port}", self._secret)}

    def page(self) -> bytes:
        """What Prometheus gets: the newest text and when it came; nothing of a JVM that is silent."""
        if time.time() - self._pushed_s > STALE_S:
            return b""
        age = f"# TYPE {_PUSHED} gauge\n{_PUSHED} {self._pushed_s:.3f}\n"
        return self._text + age.encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _push(self, text: bytes) -> None:
        self._text, self._pushed_s = text, time.time() if text else 0.0

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner, path = self, f"/metrics/job/{self._secret}"

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.partition("?")[0] != "/metrics":
                    self._answer(HTTPStatus.NOT_FOUND, b"metrics are at /metrics\n")
                    return
                self._answer(HTTPStatus.OK, owner.page())

            def do_PUT(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                if self.path.rstrip("/") != path or not 0 <= size <= _LONGEST_BYTES:
                    self.close_connection = True
                    self._answer(HTTPStatus.FORBIDDEN, b"")
                    return
                owner._push(self.rfile.read(size))
                self._answer(HTTPStatus.ACCEPTED, b"")

            do_POST = do_PUT

            def do_DELETE(self) -> None:
                mine = self.path.rstrip("/") == path
                if mine:
                    owner._push(b"")
                self._answer(HTTPStatus.ACCEPTED if mine else HTTPStatus.FORBIDDEN, b"")

            def _answer(self, status: HTTPStatus, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_) -> None:
                """Keep quiet: the terminal is the run's."""

        return Handler


@contextmanager
def served_metrics(port: int) -> Iterator[dict[str, str]]:
    """Serve on `port` while the block runs; gives the options for Flink, none where `port` is 0."""
    if port == 0:
        yield {}
        return
    server = MetricsServer(port)
    try:
        yield server.flink_options
    finally:
        server.close()
