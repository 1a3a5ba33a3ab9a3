"""Ports that a run opens by a fixed number; all others are taken as they are free."""

import urllib.request
from collections.abc import Iterator

from jobs.doctor.finding import Finding, bad, ok
from jobs.flink.errors import SettingError
from jobs.flink.metrics_server import HOST, served_metrics
from jobs.settings import Settings


def ports(settings: Settings) -> Iterator[Finding]:
    port = settings.metrics_port
    if port == 0:
        yield ok("ports", "none by number; metrics_port is 0, so no metrics are served")
        return
    try:
        with served_metrics(port):
            yield ok("ports", f"metrics_port {port} is free")
    except SettingError as error:
        if _answers_with_metrics(port):
            yield ok("ports", f"metrics_port {port}: a running job serves its metrics there")
        else:
            yield bad("ports", f"metrics_port {port} is taken", str(error))


def _answers_with_metrics(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=3) as answer:
            return answer.headers.get_content_type() == "text/plain" and b"duanka_metrics" in answer.read()
    except (OSError, ValueError):
        return False
