"""Starting, stopping, killing and finding again."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from clickhouse_driver import Client, errors

from connectors import embedded
from connectors.embedded.folder_lock import LOCK_FILE, FolderLock, find_server
from connectors.errors import EmbeddedStoreError


@pytest.fixture
def connect():
    clients = []

    def make(server) -> Client:
        clients.append(Client(server.host, port=server.port, password=server.password))
        return clients[-1]

    yield make
    for client in clients:
        client.disconnect()


def wait_until_gone(folder) -> None:
    deadline = time.monotonic() + 10
    while find_server(folder) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_second_start_finds_the_first_and_leaving_the_context_keeps_it(own_folder, connect):
    with embedded.start(own_folder) as first:
        assert embedded.start(own_folder) == first
    assert connect(embedded.start(own_folder)).execute("SELECT 1") == [(1,)]


def test_starts_at_the_same_time_agree_on_one_server(own_folder):
    found = []
    threads = [threading.Thread(target=lambda: found.append(embedded.start(own_folder))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(server.pid, server.port, server.password) for server in found}) == 1


def test_the_password_is_for_the_owner_only_and_not_shown(own_folder):
    server = embedded.start(own_folder)
    path = own_folder / "password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(server.password) >= 32 and server.password == path.read_text()
    assert server.password not in repr(server) and server.password not in server.url
    assert server.password not in (own_folder / "server.log").read_text()
    assert all(server.password.encode() not in Path(f"/proc/{server.pid}/{name}").read_bytes()
               for name in ("cmdline", "environ"))
    path.chmod(0o644)
    with pytest.raises(EmbeddedStoreError, match="chmod 600"):
        embedded.start(own_folder)
    path.chmod(0o600)


def test_a_given_password_takes_the_place_of_the_folders_own(own_folder, tmp_path, monkeypatch, connect):
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    monkeypatch.setenv("DUANKA_STORE_PASSWORD_FILE", str(secret))
    server = embedded.start(own_folder)
    assert server.password == "from a file"
    assert connect(server).execute("SELECT 1") == [(1,)]
    assert not (own_folder / "password").exists()


def test_what_was_acknowledged_survives_kill_9(own_folder, connect):
    server = embedded.start(own_folder)
    client = connect(server)
    client.execute("CREATE DATABASE d")
    client.execute("CREATE TABLE d.t (a Int64) ENGINE = MergeTree ORDER BY a")
    acknowledged = 0
    stop_at = time.monotonic() + 0.5

    def kill_later() -> None:
        time.sleep(max(0.0, stop_at - time.monotonic()))
        os.kill(server.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_later)
    killer.start()
    with pytest.raises((errors.Error, OSError, EOFError)):
        while True:
            client.execute("INSERT INTO d.t VALUES", [list(range(acknowledged, acknowledged + 100))], columnar=True)
            acknowledged += 100
    killer.join()
    wait_until_gone(own_folder)
    again = embedded.start(own_folder)
    assert again.pid != server.pid
    found = connect(again).execute("SELECT count(), uniqExact(a) FROM d.t")[0]
    assert acknowledged > 0
    # The insert under way at the kill may have arrived without its answer.
    assert found in ((acknowledged, acknowledged), (acknowledged + 100, acknowledged + 100))


def test_an_orderly_stop_lets_a_running_insert_end(own_folder, connect):
    server = embedded.start(own_folder)
    client = connect(server)
    client.execute("CREATE DATABASE d")
    client.execute("CREATE TABLE d.t (a UInt64) ENGINE = MergeTree ORDER BY a")
    results = []
    slow = "INSERT INTO d.t SELECT number + sleepEachRow(0.005) FROM numbers(100) SETTINGS max_block_size = 10"
    thread = threading.Thread(target=lambda: results.append(client.execute(slow)))
    thread.start()
    time.sleep(0.3)
    assert embedded.stop(own_folder)
    thread.join()
    assert results == [[]]
    assert connect(embedded.start(own_folder)).execute("SELECT count() FROM d.t") == [(100,)]


def test_a_lock_file_left_behind_is_no_server(own_folder, connect):
    own_folder.mkdir()
    (own_folder / LOCK_FILE).write_text('{"pid": 1, "port": 9}')
    assert find_server(own_folder) is None
    assert not embedded.stop(own_folder)
    assert connect(embedded.start(own_folder)).execute("SELECT 1") == [(1,)]


def test_a_folder_served_already_is_refused_to_a_second_server(own_folder):
    embedded.start(own_folder)
    second = subprocess.run([sys.executable, "-m", "connectors.embedded", str(own_folder)], capture_output=True,
                            text=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert second.returncode == 3
    assert "another process serves" in second.stderr


def test_a_start_that_fails_shows_the_log(own_folder):
    own_folder.mkdir()
    (own_folder / "engine").write_text("not a folder")
    with pytest.raises(EmbeddedStoreError, match="ended at its start.*cannot open"):
        embedded.start(own_folder)


def test_a_start_waits_for_one_that_is_starting_and_gives_up_in_time(own_folder):
    own_folder.mkdir()
    lock = FolderLock(own_folder)
    assert lock.acquire()
    with pytest.raises(EmbeddedStoreError, match="did not start within"):
        embedded.start(own_folder, timeout_s=0.2)
    lock.release()


def test_a_server_whose_folder_was_deleted_ends_and_does_not_hinder_the_next(own_folder, connect):
    first = embedded.start(own_folder)
    shutil.rmtree(own_folder, ignore_errors=True)
    second = embedded.start(own_folder)
    assert connect(second).execute("SELECT 1") == [(1,)]
    deadline = time.monotonic() + 10
    while os.path.exists(f"/proc/{first.pid}"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_idle_server_ends_by_itself(own_folder):
    embedded.start(own_folder, idle_minutes=0.5 / 60)
    wait_until_gone(own_folder)
