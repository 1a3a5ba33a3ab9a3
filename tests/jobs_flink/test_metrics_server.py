"""The port of the metrics: loopback alone, pushed to by Flink alone, honest about silence."""

import socket
import urllib.error
import urllib.request

import psutil
import pytest

from jobs.flink import metrics_server
from jobs.flink.errors import SettingError
from jobs.flink.metric_options import PYTHON_METRICS, prometheus_options, push_options
from jobs.flink.metrics_server import MetricsServer, served_metrics

_REPORTER = "metrics.reporter.prom"


@pytest.fixture
def server():
    made = MetricsServer(0)
    yield made
    made.close()


def _send(method: str, url: str, body: bytes | None = None) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, method=method), timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def _push_url(server: MetricsServer) -> str:
    options = server.flink_options
    return f"{options[f'{_REPORTER}.hostUrl']}/metrics/job/{options[f'{_REPORTER}.jobName']}"


def test_what_is_pushed_is_served_until_it_is_deleted(server):
    page = f"http://127.0.0.1:{server.port}/metrics"
    assert _send("GET", page) == (200, b"")
    assert _send("PUT", _push_url(server), b"a 1\n")[0] == 202
    assert _send("PUT", _push_url(server), b"a 2\n")[0] == 202
    status, text = _send("GET", page)
    assert status == 200 and text.startswith(b"a 2\n") and b"duanka_metrics_pushed_time_seconds 1" in text
    assert _send("DELETE", _push_url(server))[0] == 202
    assert _send("GET", page) == (200, b"")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_nobody_else_may_push(server, method):
    assert _send("PUT", _push_url(server), b"a 1\n")[0] == 202
    foreign = f"http://127.0.0.1:{server.port}/metrics/job/other"
    assert _send(method, foreign, None if method == "DELETE" else b"b 1\n")[0] == 403
    assert _send("GET", f"http://127.0.0.1:{server.port}/metrics")[1].startswith(b"a 1\n")


def test_old_metrics_are_not_shown(server, monkeypatch):
    _send("PUT", _push_url(server), b"a 1\n")
    monkeypatch.setattr(metrics_server, "STALE_S", -1)
    assert server.page() == b""


def test_it_listens_on_loopback_alone(server):
    mine = [c for c in psutil.Process().net_connections("inet") if c.laddr.port == server.port]
    assert {c.laddr.ip for c in mine if c.status == psutil.CONN_LISTEN} == {"127.0.0.1"}


def test_a_port_that_is_taken_is_said_at_once():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=rf"metrics_port.*127\.0\.0\.1:{port}.*in use.*free port"):
            MetricsServer(port)


def test_port_0_serves_nothing_and_a_port_switches_python_metrics_on():
    with served_metrics(0) as options:
        assert options == {}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with served_metrics(port) as options:
        assert options[PYTHON_METRICS] == "true" and options[f"{_REPORTER}.hostUrl"] == f"http://127.0.0.1:{port}"
    with served_metrics(port):
        """The port is free again."""


def test_options_of_a_cluster_name_factories_that_flink_ships():
    import zipfile

    from jobs.flink.flink_home import flink_home
    from jobs.flink.metric_options import reporter_jars

    inside = set(zipfile.ZipFile(reporter_jars(flink_home())[0]).namelist())
    for options in (prometheus_options("9250-9260"), push_options("http://127.0.0.1:9091", "job")):
        factory = options[f"{_REPORTER}.factory.class"]
        assert factory.replace(".", "/") + ".class" in inside
        assert options[f"{_REPORTER}.filterLabelValueCharacters"] == "false"
