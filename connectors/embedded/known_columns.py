"""Columns of answers without rows: the engine says nothing of them, and working them out costs a second statement."""

import re
import threading

from connectors.embedded.engine import EngineSession

#: Statements remembered by one client (ours); the console has some two hundred.
MOST = 1000
#: Another for every insert, and no matter to its columns.
_TOKEN = "insert_deduplication_token"
_NAMED = re.compile(r":\s*Identifier\b")


class Changes:
    """How many statements may have changed what columns an answer has; one for all clients of a folder."""

    def __init__(self):
        self._lock = threading.Lock()
        self.count = 0

    def note(self) -> None:
        with self._lock:
            self.count += 1


class KnownColumns:
    """Names and types of the columns that one client's statements give.

    They depend on the statement, on tables, on the client's database and settings, but not on values of parameters,
    unless one names a table or a column; such statements are asked about each time.

    Parameters
    ----------
    engine : EngineSession
    changes : Changes
        Noted after every statement that is no plain question or insert.
    """

    def __init__(self, engine: EngineSession, changes: Changes):
        self._engine, self._changes = engine, changes
        self._known: dict[tuple, list[tuple[str, str]]] = {}
        self._at = changes.count

    def of(self, sql: str, params: dict[str, str] | None = None) -> list[tuple[str, str]]:
        """Return name and type of each column that a SELECT gives.

        Raises
        ------
        ProtocolError
            The engine refuses the statement.
        """
        at = self._changes.count
        key = sql, frozenset((name, value) for name, value in self._engine.settings if name != _TOKEN)
        if at != self._at or len(self._known) >= MOST:
            self._known, self._at = {}, at
        columns = self._known.get(key)
        if columns is None:
            columns = self._engine.describe(sql.strip().rstrip(";"), params)
            if not _NAMED.search(sql):
                self._known[key] = columns
        return columns
