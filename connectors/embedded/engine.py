"""One client's conversation with chdb, the ClickHouse engine inside this process.

chdb allows any number of connections within the one process that owns a folder. Each client gets
its own, so that its current database, settings and temporary tables are its own.
"""

import re
from collections.abc import Iterator

from chdb.state.sqlitelike import Connection

from connectors.embedded.literals import quote, unescape, without_leading_comments
from connectors.embedded.packets import NOT_IMPLEMENTED, UNKNOWN_EXCEPTION, ProtocolError

UNKNOWN_SETTING = 115
NOT_ENOUGH_SPACE = 243
_NO_SPACE = re.compile(r"No space left on device|errno: 28\b|Disk quota exceeded")
_STREAMING_UNSUPPORTED = "Streaming query is not supported"
_CODE = re.compile(r"Code: (\d+)\. DB::(?:Exception|NetException|ParsingException): (.*)", re.DOTALL)
_SELECT = re.compile(r"\s*(?:\(\s*)*(?:select|with)\b", re.IGNORECASE)
#: Acknowledging before the rows are in a part would break "nothing acknowledged is lost"; the
#: comment is the handle by which a running statement is found to be killed.
#: A part that was inserted must be told from a merged one by its level, see `part_check`.
_IGNORED = frozenset(("async_insert", "wait_for_async_insert", "log_comment", "optimize_on_insert"))
#: Cannot be undone within a connection, so it would outlive the query it was meant for.
_REFUSED = frozenset(("readonly",))
_IMPORTANT = 1


def translate(error: Exception) -> ProtocolError:
    """Return an engine's error with the code that it carries only in its text."""
    match = _CODE.search(str(error))
    if _NO_SPACE.search(str(error)):  # making a file or a folder fails in words of the system's
        return ProtocolError(NOT_ENOUGH_SPACE, match[2].strip() if match else str(error))
    if match:
        return ProtocolError(int(match[1]), match[2].strip())
    return ProtocolError(UNKNOWN_EXCEPTION, str(error))


class EngineSession:
    """The engine as one client sees it; for one thread at a time.

    Parameters
    ----------
    path : str
        The engine's own data folder.
    label : str
        Unique among the living sessions; see `kill`.
    """

    def __init__(self, path: str, label: str):
        self.label = label
        self._applied: dict[str, str] = {}
        self._connection = Connection(path)
        # Blocks of this size instead of four times as much: parts are still large, memory stays small.
        self._command("SET session_timezone = 'UTC', async_insert = 0, optimize_on_insert = 0, "
                      "print_pretty_type_names = 0, min_insert_block_size_rows = 262144, "
                      "max_insert_block_size = 262144, min_insert_block_size_bytes = 67108864")
        self._command(f"SET log_comment = {quote(label)}")

    def close(self) -> None:
        self._connection.close()

    def version(self) -> str:
        return self._command("SELECT version() FORMAT TSVRaw").decode().strip()

    @property
    def settings(self) -> frozenset[tuple[str, str]]:
        """Names and values of the settings that the client has in force."""
        return frozenset(self._applied.items())

    def use(self, database: str) -> None:
        self.run("USE {database:Identifier}", {"database": database})

    def apply_settings(self, settings: dict[str, tuple[int, str]]) -> None:
        """Make `settings` the only ones in force; unknown ones are skipped unless important."""
        wanted = {}
        for name, (flags, value) in settings.items():
            if not re.fullmatch(r"\w+", name):
                raise ProtocolError(UNKNOWN_SETTING, f"Unknown setting {name!r}")
            if name in _REFUSED:
                raise ProtocolError(NOT_IMPLEMENTED, f"The embedded store does not take the setting {name}")
            if name not in _IGNORED:
                wanted[name] = (flags, value)
        for name in [name for name in self._applied if name not in wanted]:
            self._command(f"SET {name} = DEFAULT")
            del self._applied[name]
        for name, (flags, value) in wanted.items():
            if self._applied.get(name) == value:
                continue
            try:
                self._command(f"SET {name} = {quote(value)}")
                self._applied[name] = value
            except ProtocolError as error:
                if error.code != UNKNOWN_SETTING or flags & _IMPORTANT:
                    raise

    def run(self, sql: str, params: dict[str, str] | None = None) -> bytes:
        """Run any statement; return its rows in the Native format, none or several blocks."""
        try:
            result = self._connection.query(sql, "Native", params=params or {})
        except Exception as error:  # chdb raises its own and bare RuntimeErrors
            raise translate(error) from None
        return result.bytes() if result is not None else b""

    def stream(self, sql: str, params: dict[str, str] | None = None) -> Iterator[bytes]:
        """Run any statement; yield its rows in the Native format, one or more blocks at a time.

        A SELECT is streamed: what it needs of memory does not grow with its result.
        Closing the generator cancels the statement.
        """
        if not is_select(sql):
            yield self.run(sql, params)
            return
        try:
            result = self._connection.send_query(sql, "Native", params=params or {})
        except Exception as error:
            if _STREAMING_UNSUPPORTED in str(error):
                yield self.run(sql, params)
                return
            raise translate(error) from None
        try:
            while (chunk := result.fetch()) is not None:
                yield chunk.bytes()
        except GeneratorExit:
            result.cancel()
            raise
        except Exception as error:
            raise translate(error) from None

    def describe(self, select: str, params: dict[str, str] | None = None) -> list[tuple[str, str]]:
        """Return name and type of each column that `select` gives."""
        return [(name, spec) for name, spec, *_ in self.texts(f"DESCRIBE ({select}\n)", params)]

    def texts(self, sql: str, params: dict[str, str] | None = None) -> list[list[str]]:
        """Run any statement; return the values of each row as text."""
        try:
            result = self._connection.query(sql, "TSV", params=params or {})
        except Exception as error:
            raise translate(error) from None
        lines = result.bytes().decode("utf-8", "surrogateescape").split("\n")[:-1] if result is not None else []
        return [[unescape(value) for value in line.split("\t")] for line in lines]

    def kill(self, label: str) -> None:
        """Stop what the session labelled `label` is running; called from another session."""
        self.run("KILL QUERY WHERE Settings['log_comment'] = {label:String} ASYNC", {"label": label})

    def _command(self, sql: str) -> bytes:
        try:
            result = self._connection.query(sql, "TSVRaw")
        except Exception as error:
            raise translate(error) from None
        return result.bytes() if result is not None else b""


def is_select(sql: str) -> bool:
    """Whether `sql` begins, after comments, as a SELECT does."""
    return _SELECT.match(without_leading_comments(sql)) is not None
