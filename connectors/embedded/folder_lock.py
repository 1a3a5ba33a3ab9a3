"""Who serves a data folder: a lock that dies with its owner, and a note of where to find it."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

LOCK_FILE = "server.lock"


@dataclass(frozen=True)
class ServerNote:
    """Where the server of a folder is; port 0 while it is starting."""

    pid: int
    port: int


class FolderLock:
    """An exclusive lock on a data folder, held by its server for life.

    The kernel drops it when the process dies, however it dies; so a lock is never stale, only the
    note in it can be, and the note counts only while somebody holds the lock.
    """

    def __init__(self, data_dir: Path):
        self.path = data_dir / LOCK_FILE
        self._fd: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False if another process has it."""
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            return False
        self._fd = fd
        return True

    def hand_over(self) -> int:
        """Return the descriptor, which a program that takes the place of this process finds open."""
        os.set_inheritable(self._fd, True)
        return self._fd

    def take_over(self, fd: int) -> None:
        """Hold the lock by a descriptor that was handed over."""
        os.set_inheritable(fd, False)
        self._fd = fd

    def write_note(self, note: ServerNote) -> None:
        """Say where the server is. Only for the holder."""
        raw = json.dumps(asdict(note)).encode()
        # One write of a short text; a reader that sees half of it fails to parse and looks again.
        os.pwrite(self._fd, raw.ljust(64), 0)
        os.ftruncate(self._fd, 64)

    def is_in_place(self) -> bool:
        """Whether the file locked is still the one in the folder; not if the folder was deleted."""
        try:
            return os.path.samestat(os.fstat(self._fd), os.stat(self.path))
        except OSError:
            return False

    def release(self) -> None:
        if self._fd is not None:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = None


def find_server(data_dir: Path) -> ServerNote | None:
    """Return the note of the living server of `data_dir`, or None if there is none.

    The port is 0 while the server is starting. Somebody who merely looks holds the lock shared,
    for microseconds; a server that starts at that very moment tries again.
    """
    try:
        fd = os.open(data_dir / LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            pass
        else:
            return None
        try:
            return ServerNote(**json.loads(os.pread(fd, 64, 0)))
        except (ValueError, TypeError):
            return ServerNote(pid=0, port=0)
    finally:
        os.close(fd)
