"""The store: one ClickHouse client for a server and for the embedded store alike."""

import re
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from clickhouse_driver import Client

from connectors import embedded
from connectors.column_block import ColumnClient
from connectors.column_values import Column, to_column
from connectors.errors import StoreError
from connectors.retry import RetryPolicy, call
from connectors.store_url import StoreUrl, parse_store_url

#: Rows of one INSERT statement: at most this many are in flight, and each is one part per
#: partition, so that a repeated one is recognized as a whole (ours; 100 MB of events).
INSERT_ROWS = 250_000
#: Any answer or block must come within this time, seconds (ours).
SEND_RECEIVE_TIMEOUT_S = 120
_NAME = re.compile(r"[A-Za-z_]\w*")


class Store:
    """Statements and inserts, repeated after errors of the connection.

    One store has one connection and a lock: threads may share it and then take turns; open one
    for each thread to work in parallel. Nothing is connected before the first statement.

    Parameters
    ----------
    connect : callable
        Returns a new, unconnected client for a database (empty for the server's default); called
        again after a connection broke.
    name : str
        The address, for messages.
    database : str
    policy : RetryPolicy
    """

    def __init__(self, connect: Callable[[str], Client], name: str, database: str, policy: RetryPolicy):
        self._connect = connect
        self.name = name
        self.database = database
        self._policy = policy
        self._client: Client | None = None
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"<Store {self.name}>"

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next statement opens a new one."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None:
                client.disconnect()

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a statement as dicts.

        Parameters
        ----------
        sql : str
            Values stand as ``{name:Type}`` and are never pasted into the text.
        params : mapping, optional
            str, int, float, or lists of them.

        Raises
        ------
        StoreUnavailableError, StoreDeniedError, StoreQueryError
        """
        rows, columns = self._execute(sql, params, columnar=False)
        names = [name for name, _ in columns]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def query_columns(self, sql: str, params: Mapping[str, Any] | None = None) -> dict[str, list]:
        """Return the result as lists by column name; faster than `query` for many rows."""
        data, columns = self._execute(sql, params, columnar=True)
        names = [name for name, _ in columns]
        return {name: list(values) for name, values in zip(names, data or [()] * len(names), strict=True)}

    def command(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a statement without rows. It is repeated like a query: write ``IF NOT EXISTS``."""
        self._execute(sql, params, columnar=False)

    def server_version(self) -> tuple[int, int, int]:
        """Return the server's version as it greets with it, for instance ``(25, 3, 2)``.

        Raises
        ------
        StoreUnavailableError, StoreDeniedError
        """
        def greet(client: Client) -> tuple[int, int, int]:
            client.connection.force_connect()
            return client.connection.server_info.version_tuple()

        return self._without_database(greet)

    def create_database(self, statement: str | None = None) -> None:
        """Create the database of this store if it does not exist; needed before anything else.

        Parameters
        ----------
        statement : str, optional
            Creates it, for instance on a whole cluster.
        """
        self._without_database(
            lambda client: client.execute(statement or f"CREATE DATABASE IF NOT EXISTS {self.database}"))

    def insert(self, table: str, columns: Mapping[str, Column], token: str | None = None) -> int:
        """Insert columns of equal length; return the number of rows.

        Rows are acknowledged when they are in a part. An insert whose answer was lost is sent
        again under the same token, and the server drops it if the first one had arrived; so do
        inserts by different processes that give the same `token`. That holds for the last
        thousand inserts of tables with a deduplication window (those of ``connectors.schema``),
        and for what their materialized views made of them.

        Parameters
        ----------
        table : str
        columns : mapping of str to sequence or ndarray
            Values fit the columns' types; DateTime64(3) takes integer milliseconds, Enum8 its
            number or its name. numpy and pyarrow arrays are sent as they are, which costs a tenth
            of a list; there `ABSENT` of an int64 array is NULL in a Nullable column, and null of a
            string array is the empty string.
        token : str, optional
            Identity of these rows, for instance topic, partition and offsets. Random if not given.

        Raises
        ------
        StoreError
            Lengths differ, a name is not an identifier, or a number does not fit its column's type.
        StoreUnavailableError, StoreDeniedError, StoreQueryError
            Of more than `INSERT_ROWS` rows the first ones may be in.
        """
        names = list(columns)
        for name in (*table.split("."), *names):
            if not _NAME.fullmatch(name):
                raise StoreError(f"a table or column is named by letters, digits and _, got {name!r}")
        arrays = [to_column(values) for values in columns.values()]
        lengths = {name: len(values) for name, values in zip(names, arrays, strict=True)}
        if len(set(lengths.values())) != 1:
            raise StoreError(f"columns for {table} must have one length, got {lengths}")
        rows = len(arrays[0])
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES"
        token = token or uuid.uuid4().hex
        for number, start in enumerate(range(0, rows, INSERT_ROWS)):
            piece = [values[start:start + INSERT_ROWS] for values in arrays]
            self._call(lambda client, piece=piece, number=number: client.execute(
                sql, piece, columnar=True, settings=_insert_settings(f"{token}-{number}")))
        return rows

    def _execute(self, sql: str, params: Mapping[str, Any] | None, columnar: bool) -> tuple[list, list]:
        # Without a dict the driver hands back no parameters at all, and braces are then refused.
        return self._call(lambda client: client.execute(
            sql, dict(params or {}), with_column_types=True, columnar=columnar,
            settings={"server_side_params": True})) or ([], [])

    def _without_database(self, action: Callable[[Client], Any]) -> Any:
        """Return what `action` returns of a connection of its own: a missing database refuses the greeting."""
        def attempt() -> Any:
            client = self._connect("")
            try:
                return action(client)
            finally:
                client.disconnect()

        return call(attempt, self.close, self._policy, self.name)

    def _call(self, action: Callable[[Client], Any]) -> Any:
        def attempt() -> Any:
            if self._client is None:
                self._client = self._connect(self.database)
            return action(self._client)

        with self._lock:
            return call(attempt, self.close, self._policy, self.name)


def _insert_settings(token: str) -> dict[str, Any]:
    return {
        "insert_deduplication_token": token,
        "deduplicate_blocks_in_dependent_materialized_views": 1,
        "async_insert": 0,
        "distributed_foreground_insert": 1,  # on a cluster: in a part of its shard, not in a queue
        # Rows of one key within one insert may lie side by side until a merge or FINAL collapses
        # them, as rows of two inserts do; not looking for them saves a third of an insert.
        "optimize_on_insert": 0,
        "max_partitions_per_insert_block": 1000,  # a replay of years in one batch is legitimate
    }


def open_store(url: str | StoreUrl, policy: RetryPolicy | None = None,
               answer_s: float = SEND_RECEIVE_TIMEOUT_S) -> Store:
    """Return the store at `url`; an embedded one is started with the first statement.

    Parameters
    ----------
    url : str or StoreUrl
        See `connectors.store_url.parse_store_url`.
    answer_s : float
        Any answer or block must come within this time.

    Raises
    ------
    StoreUrlError
        The address is wrong.
    """
    address = parse_store_url(url) if isinstance(url, str) else url

    def connect(database: str) -> Client:
        host, port, password = address.host, address.port, address.password or ""
        if address.path is not None:
            server = embedded.start(address.path)  # again after each break: it may have a new port
            host, port, password = server.host, server.port, server.password
        return ColumnClient(host, port=port, user=address.user, password=password, database=database,
                            secure=address.secure, send_receive_timeout=answer_s)

    return Store(connect, str(address), address.database, policy or RetryPolicy())
