"""``duanka console`` as an operator types it."""

import os
import re
import socket
import stat
import subprocess
import sys

import pytest

from tests.waiting import PATIENCE_S

COMMAND = (sys.executable, "-m", "jobs.cli.main", "console")


@pytest.fixture
def environment(store, store_url, tmp_path):
    return os.environ | {"DUANKA_STORE": store_url, "DUANKA_STATE": str(tmp_path), "COLUMNS": "160"}


@pytest.fixture
def duanka(environment):
    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = [*COMMAND, *arguments]
        return subprocess.run(command, text=True, capture_output=True, timeout=PATIENCE_S, env=environment)

    return run


def test_it_listens_for_a_network_only_with_tls(duanka):
    done = duanka("--host", "0.0.0.0")
    assert done.returncode == 2 and "without TLS the console listens on this machine alone" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_start_makes_one_administrator_and_says_the_password_once(duanka, environment, store, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
    served = subprocess.Popen([*COMMAND, "--port", port], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment)
    try:
        said = "".join(iter(served.stdout.readline, f"console: http://127.0.0.1:{port}/\n"))
    finally:
        served.terminate()
        served.communicate(timeout=PATIENCE_S)
    assert re.search(r"first user: admin, one-time password (\w{5}-){3}\w{5} ", said)
    assert stat.S_IMODE((tmp_path / "console.sqlite").stat().st_mode) == 0o600
    refused = duanka("user", "add", "nobody", "--duty", "officer", "--officer", "not-registered")
    assert refused.returncode == 2 and "no active officer is called 'not-registered'" in refused.stderr
    assert "one-time password" in duanka("user", "reset", "admin").stdout
    assert duanka("user", "disable", "admin").returncode == 0
    # What the command line does to users is in the log of cases as what the page does.
    noted = store.query("SELECT action, officer FROM case_events WHERE subject = 'user:admin' ORDER BY seq")
    assert [tuple(row.values()) for row in noted] == [(action, "system:console") for action in
                                                      ("user_added", "user_reset", "user_disabled")]
    listed = duanka("user", "list", "--format", "csv").stdout
    assert listed.splitlines()[1:] == ["admin,administrator,,False,False"]
