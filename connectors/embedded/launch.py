"""Starting, finding and stopping the server of a folder."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import connectors
from connectors.embedded.access import password_for
from connectors.embedded.folder_lock import ServerNote, find_server
from connectors.errors import EmbeddedStoreError

LOG_FILE = "server.log"
ALREADY_SERVED = 3  # of connectors.embedded.__main__, which is not imported: it is a program
#: Minutes without clients after which a server that was started for them ends (ours).
IDLE_MINUTES = 30.0


@dataclass(frozen=True)
class EmbeddedStore:
    """A running embedded store.

    As a context manager it leaves the server running, so that the next command finds it warm;
    call `stop` to end it.
    """

    data_dir: Path
    port: int
    pid: int
    user: str = "default"
    password: str = field(repr=False, default="")
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """Its address without the password, for `connectors.store_url`."""
        return f"clickhouse://{self.user}@{self.host}:{self.port}/duanka"

    def __enter__(self) -> "EmbeddedStore":
        return self

    def __exit__(self, *_) -> None:
        pass


def start(data_dir: str | Path, idle_minutes: float = IDLE_MINUTES, timeout_s: float = 60.0) -> EmbeddedStore:
    """Return the server of `data_dir`, starting one as a process of its own if none runs.

    Safe to call from many processes at once: one server wins, all find it.

    Parameters
    ----------
    data_dir : str or Path
        Made if it does not exist.
    idle_minutes : float
        For a server started by this call; 0 for one that stays until stopped.
    timeout_s : float
        How long a start may take. It takes one to two seconds, more with millions of parts.

    Raises
    ------
    EmbeddedStoreError
        It did not start; the message has the end of its log.
    """
    folder = Path(data_dir).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        password = password_for(folder)
    except OSError as error:
        raise EmbeddedStoreError(f"the embedded store's folder {folder} cannot be used: {error.strerror}; give a "
                                 "folder that this user may write") from error
    deadline = time.monotonic() + timeout_s
    child: subprocess.Popen | None = None
    while True:
        note = find_server(folder)
        if note is not None and note.port:
            return EmbeddedStore(folder, note.port, note.pid, password=password)
        if note is None and (child is None or child.poll() == ALREADY_SERVED):
            child = _spawn(folder, idle_minutes)
            # Waits for its end, so that a long-lived parent leaves no zombie.
            threading.Thread(target=child.wait, name="embedded store", daemon=True).start()
        elif child is not None and child.poll() not in (None, ALREADY_SERVED):
            raise EmbeddedStoreError(f"the embedded store in {folder} ended at its start with code "
                                     f"{child.returncode}: {_log_tail(folder)}")
        if time.monotonic() > deadline:
            raise EmbeddedStoreError(f"the embedded store in {folder} did not start within {timeout_s:g} s: "
                                     f"{_log_tail(folder)}")
        time.sleep(0.01)


def stop(data_dir: str | Path, timeout_s: float = 60.0) -> bool:
    """Stop the server of `data_dir` once its running statements have ended; False if none runs.

    Raises
    ------
    EmbeddedStoreError
        It did not end in time.
    """
    folder = Path(data_dir).expanduser().resolve()
    deadline = time.monotonic() + timeout_s
    note: ServerNote | None = find_server(folder)
    if note is None:
        return False
    signalled = False
    while note is not None:
        if note.port and not signalled:  # while it is starting it could not close its engine
            os.kill(note.pid, signal.SIGTERM)
            signalled = True
        if time.monotonic() > deadline:
            raise EmbeddedStoreError(f"the embedded store in {folder} (process {note.pid}) did not stop within "
                                     f"{timeout_s:g} s; look at {folder / LOG_FILE}")
        time.sleep(0.01)
        note = find_server(folder)
    return True


def _spawn(folder: Path, idle_minutes: float) -> subprocess.Popen:
    root = str(Path(connectors.__file__).resolve().parent.parent)
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH"))))
    descriptor = os.open(folder / LOG_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "connectors.embedded", str(folder), "--idle-minutes", str(idle_minutes)],
            stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor, cwd=folder, env=environment,
            start_new_session=True)
    finally:
        os.close(descriptor)


def _log_tail(folder: Path, limit: int = 1500) -> str:
    try:
        return (folder / LOG_FILE).read_text("utf-8", "replace")[-limit:].strip() or "its log is empty"
    except OSError:
        return "it has no log"
