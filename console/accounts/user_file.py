"""The users: a SQLite file in the state folder that only its owner may read."""

import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.accounts.duties import BOUND, Duty
from console.accounts.passwords import hash_password, one_time_password
from console.errors import AccountError

_TABLES = """
CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY, duty TEXT NOT NULL, officer TEXT NOT NULL, password_hash TEXT NOT NULL,
    must_change INTEGER NOT NULL, secret TEXT NOT NULL, last_step INTEGER NOT NULL, active INTEGER NOT NULL,
    created_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS attempts (
    name TEXT PRIMARY KEY, failures INTEGER NOT NULL, locked_until_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (
    id_hash TEXT PRIMARY KEY, user TEXT NOT NULL, stage TEXT NOT NULL, form_token TEXT NOT NULL,
    pending TEXT NOT NULL, created_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS purposes (
    id_hash TEXT NOT NULL, subject TEXT NOT NULL, purpose TEXT NOT NULL, PRIMARY KEY (id_hash, subject));
CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    token_id TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
    created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS kept_answers (
    token_id TEXT NOT NULL, key TEXT NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY (token_id, key));
CREATE TABLE IF NOT EXISTS openid_flows (
    state_hash TEXT PRIMARY KEY, browser_hash TEXT NOT NULL, nonce TEXT NOT NULL, verifier TEXT NOT NULL,
    after TEXT NOT NULL, at_ms INTEGER NOT NULL);
"""
_NAME = re.compile(r"[^\s:/]{1,64}")


@dataclass(frozen=True)
class User:
    """A person who may sign in.

    Attributes
    ----------
    officer : str
        The registered officer in whose name they act; empty for duties that act on no case.
    must_change : bool
        Whether the password is a one-time one.
    secret : str
        Of the second factor; empty before it is set up.
    """

    name: str
    duty: Duty
    officer: str
    must_change: bool
    secret: str
    active: bool


class UserFile:
    """The file, shared by the threads of the console and by the command line.

    Parameters
    ----------
    path : Path
        Made with mode 0600 where there is none.
    clock : callable
        UTC milliseconds.
    """

    def __init__(self, path: Path, clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000):
        self.path, self.now_ms = path, clock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            os.chmod(path, 0o600)
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._lock = threading.RLock()
            self.change("PRAGMA secure_delete = ON")
            self._db.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise AccountError(f"the file of users {path} cannot be used: {error}; give a folder that this user may "
                               "write, with --state") from error

    def close(self) -> None:
        self._db.close()

    def rows(self, sql: str, *values: object) -> list[tuple]:
        """Rows of a statement; values stand as ``?``."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def change(self, sql: str, *values: object) -> int:
        """Carry out a statement, and return the number of rows it changed."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def users(self) -> list[User]:
        return [_user(row) for row in self.rows(f"SELECT {_USER} FROM users ORDER BY name")]

    def user(self, name: str) -> User | None:
        found = self.rows(f"SELECT {_USER} FROM users WHERE name = ?", name)
        return _user(found[0]) if found else None

    def password_hash(self, name: str) -> str | None:
        """The stored hash of an active user's password, None without one."""
        found = self.rows("SELECT password_hash FROM users WHERE name = ? AND active", name)
        return found[0][0] if found else None

    def add(self, name: str, duty: Duty, officer: str = "") -> str:
        """Add a user, and return the one-time password.

        Raises
        ------
        AccountError
        """
        if not _NAME.fullmatch(name) or not name.isprintable():
            raise AccountError(f"a user is named by up to 64 characters without space, ':' or '/', got {name!r}")
        if duty in BOUND and not officer:
            raise AccountError(f"a user with the duty {duty} acts in an officer's name; give one that duanka officer "
                               "list shows, with --officer")
        if duty not in BOUND and officer:
            raise AccountError(f"a user with the duty {duty} acts on no case; leave --officer out, got {officer!r}")
        password = one_time_password()
        try:
            self.change("INSERT INTO users VALUES (?, ?, ?, ?, 1, '', 0, 1, ?)", name, duty.value, officer,
                        hash_password(password), self.now_ms())
        except sqlite3.IntegrityError as error:
            raise AccountError(f"there is a user {name!r} already; duanka console user reset {name} gives a new "
                               "password") from error
        return password

    def reset(self, name: str) -> str:
        """Give a new one-time password, forget second factor, lock-out, sessions and tokens; let the user in again.

        Raises
        ------
        AccountError
        """
        password = one_time_password()
        changed = self.change("UPDATE users SET password_hash = ?, must_change = 1, secret = '', last_step = 0, "
                              "active = 1 WHERE name = ?", hash_password(password), name)
        self._require(changed, name)
        self.change("DELETE FROM attempts WHERE name = ?", name)
        self.change("DELETE FROM tokens WHERE user = ?", name)
        self.end_sessions(name)
        return password

    def disable(self, name: str) -> None:
        """Let a user in no longer, from this moment on.

        Raises
        ------
        AccountError
        """
        self._require(self.change("UPDATE users SET active = 0 WHERE name = ?", name), name)
        self.change("DELETE FROM tokens WHERE user = ?", name)
        self.end_sessions(name)

    def remove(self, name: str) -> None:
        """Undo `add` of a moment ago; a user who was here once is disabled, never removed."""
        self.change("DELETE FROM users WHERE name = ? AND must_change AND secret = ''", name)

    def sessions_of(self, name: str) -> int:
        """How many sessions a user has now."""
        return self.rows("SELECT count(*) FROM sessions WHERE user = ? AND stage = 'full'", name)[0][0]

    def created_ms(self, name: str) -> int:
        found = self.rows("SELECT created_ms FROM users WHERE name = ?", name)
        return found[0][0] if found else 0

    def set_password(self, name: str, password: str) -> None:
        self.change("UPDATE users SET password_hash = ?, must_change = 0 WHERE name = ?", hash_password(password), name)

    def set_secret(self, name: str, secret: str, step: int) -> None:
        self.change("UPDATE users SET secret = ?, last_step = ? WHERE name = ?", secret, step, name)

    def last_step(self, name: str) -> int:
        found = self.rows("SELECT last_step FROM users WHERE name = ?", name)
        return found[0][0] if found else 0

    def spend_step(self, name: str, step: int) -> bool:
        """Note that a code was used; False if another request was quicker."""
        return self.change("UPDATE users SET last_step = ? WHERE name = ? AND last_step < ?", step, name, step) == 1

    def end_sessions(self, name: str) -> None:
        self.change("DELETE FROM purposes WHERE id_hash IN (SELECT id_hash FROM sessions WHERE user = ?)", name)
        self.change("DELETE FROM sessions WHERE user = ?", name)

    def key(self, name: str, size: int) -> bytes:
        """A random key of this installation, made at its first use."""
        self.change("INSERT OR IGNORE INTO keys VALUES (?, ?)", name, os.urandom(size))
        return self.rows("SELECT value FROM keys WHERE name = ?", name)[0][0]

    def _require(self, changed: int, name: str) -> None:
        if not changed:
            names = ", ".join(user.name for user in self.users()) or "none"
            raise AccountError(f"there is no user {name!r}; there are: {names}")


_USER = "name, duty, officer, must_change, secret, active"


def _user(row: tuple) -> User:
    name, duty, officer, must_change, secret, active = row
    return User(name, Duty(duty), officer, bool(must_change), secret, bool(active))
