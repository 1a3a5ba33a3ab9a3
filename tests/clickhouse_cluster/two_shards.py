"""One engine as a cluster of two shards, each a database of it: shard_1 and shard_2.

What one process cannot do stands in for: ON CLUSTER is taken out of the statements, which are run for
each shard instead; replicated engines lose their replication, since the engine as a library makes
replicated tables (``test_replicated.py``) but has no port for other replicas, and so keeps them
read-only; the sharding of inserts and the gathering of reads are done as `TwoShards` says.
"""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from connectors.clickhouse import Store, open_store
from connectors.embedded.folder_lock import find_server

SHARDS = ("shard_1", "shard_2")
CLUSTER = "city"
_CONFIG = """<clickhouse>
<users_config>{folder}/users.xml</users_config>
<tcp_port>9000</tcp_port>
<zookeeper><node><host>127.0.0.1</host><port>{zookeeper}</port></node></zookeeper>
<macros><shard>{{shard}}</shard><replica>r1</replica></macros>
<remote_servers><city>{shards}</city></remote_servers>
</clickhouse>
"""
_SHARD = ("<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>9000</port>"
          "<default_database>{name}</default_database></replica></shard>")
_USERS = """<clickhouse>
<profiles><default>{settings}</default></profiles><quotas><default/></quotas>
<users><default><password></password><networks><ip>::/0</ip></networks><profile>default</profile>
<quota>default</quota>{grants}</default></users>
</clickhouse>
"""
_ALL = "<access_management>1</access_management>"
_SERVE = ("import sys, connectors.embedded.__main__ as m; m.ENGINE_FOLDER = 'engine?config-file=' + sys.argv[1]; "
          "sys.exit(m.main(sys.argv[2:]))")


class EngineWithConfig:
    """The embedded store's server on an engine with a configuration of its own.

    Parameters
    ----------
    folder : Path
        Of the store; may hold one already.
    zookeeper : int, optional
        Port of a Keeper.
    settings : dict, optional
        The user's profile.
    grants : list of str, optional
        What the user may do; everything if not given.
    """

    def __init__(self, folder: Path, zookeeper: int | None = None, settings: dict | None = None,
                 grants: list[str] = ()):
        self.folder = folder
        #: Replicated tables keep the engine from ending, see above.
        self._end_signal = signal.SIGTERM if zookeeper is None else signal.SIGKILL
        conf = folder / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        shards = "".join(_SHARD.format(name=name) for name in SHARDS)
        config = _CONFIG.replace("{{shard}}", "1").format(folder=conf, zookeeper=zookeeper or 1, shards=shards)
        (conf / "config.xml").write_text(config)
        profile = "".join(f"<{name}>{value}</{name}>" for name, value in (settings or {}).items())
        given = "".join(f"<query>{grant}</query>" for grant in grants)
        (conf / "users.xml").write_text(
            _USERS.format(settings=profile, grants=f"<grants>{given}</grants>" if given else _ALL))
        with (folder / "server.out").open("a") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-c", _SERVE, str(conf / "config.xml"), str(folder)], stdout=log, stderr=log,
                stdin=subprocess.DEVNULL)

    def __enter__(self) -> "EngineWithConfig":
        for _ in range(600):
            note = find_server(self.folder)
            if note is not None and note.port:
                return self
            if self._server.poll() is not None:
                break
            time.sleep(0.1)
        self.__exit__()
        raise AssertionError((self.folder / "server.out").read_text()[-3000:])

    def __exit__(self, *_) -> None:
        self._server.send_signal(self._end_signal)
        self._server.wait(60)

    def open(self) -> Store:
        return open_store(f"embedded:{self.folder}")


class TwoShards(Store):
    """A store whose statements for a cluster are carried out shard by shard.

    Rows are dealt out by the sharding key that the engine has of the Distributed table. Reading goes
    through tables of the engine Merge over both shards, in the database ``facade``: each shard
    answers for itself, FINAL included, as shards do, and what they answer is put together.
    """

    @classmethod
    def of(cls, store: Store) -> "TwoShards":
        return cls(store._connect, store.name, store.database, store._policy)

    def create_database(self, statement: str | None = None) -> None:
        assert statement is not None and f"ON CLUSTER '{CLUSTER}'" in statement
        super().create_database()
        for database in (*SHARDS, "facade"):
            super().command(f"CREATE DATABASE IF NOT EXISTS {database}")

    def command(self, sql: str, params=None) -> None:
        text, found = re.subn(rf" ON CLUSTER '{CLUSTER}'", "", sql)
        assert found == 1, sql
        text = _without_replication(text)
        if re.search(r"^ENGINE = Distributed\(|^ALTER TABLE (?!\w+_from_)\w+(?<!_local) ", text, re.MULTILINE):
            super().command(re.sub(r" AS (\w+_local)\n", rf" AS {SHARDS[0]}.\1\n", text), params)
            return
        name = r"(?=\w+(?:_local|_from_\w+)\b)"
        for shard in SHARDS:
            super().command(re.sub(rf"\b((?:EXISTS|TABLE|TO|FROM) ){name}", rf"\1{shard}.", text), params)

    def query(self, sql: str, params=None) -> list[dict]:
        if "FROM schema_migrations" not in sql:
            return super().query(sql, params)
        self._gather("schema_migrations")
        return super().query(sql.replace("FROM schema_migrations", "FROM facade.schema_migrations"), params)

    def insert(self, table: str, columns, token: str | None = None) -> int:
        engine = self.engine_of(table)
        key = re.fullmatch(r"Distributed\('\w+', '\w+', '\w+', (.*)\)", engine)
        assert key, f"{table} takes no inserts: {engine}"
        super().command(f"CREATE OR REPLACE TABLE facade.dealt AS {SHARDS[0]}.{table}_local ENGINE = Memory")
        super().insert("facade.dealt", columns)
        shards = super().query_columns(f"SELECT {key[1]} % {len(SHARDS)} AS shard FROM facade.dealt")["shard"]
        for number, name in enumerate(SHARDS):
            rows = [row for row, shard in enumerate(shards) if shard == number]
            part = {column: _taken(values, rows) for column, values in columns.items()}
            if rows:
                super().insert(f"{name}.{table}_local", part, token)
        return len(shards)

    def engine_of(self, table: str) -> str:
        """Return the engine of a Distributed table, as the engine has it."""
        rows = super().query("SELECT engine_full FROM system.tables WHERE database = {db:String} AND name = {t:String}",
                             {"db": self.database, "t": table})
        return rows[0]["engine_full"]

    def tables(self) -> list[str]:
        rows = super().query("SELECT name FROM system.tables WHERE database = {db:String} AND engine = 'Distributed' "
                             "ORDER BY name", {"db": self.database})
        return [row["name"] for row in rows]

    def reader(self) -> Store:
        """Return a store that reads both shards; after the migrations."""
        for table in self.tables():
            self._gather(table)
        return Store(self._connect, self.name, "facade", self._policy)

    def _gather(self, table: str) -> None:
        super().command(f"CREATE OR REPLACE TABLE facade.{table} AS {SHARDS[0]}.{table}_local "
                        f"ENGINE = Merge(REGEXP('^shard_[12]$'), '^{table}_local$')")


def _without_replication(text: str) -> str:
    text = re.sub(r"\bReplicated(\w+)\('[^']*', '\{replica\}'(?:, )?", r"\1(", text)
    return re.sub(r"\breplicated_deduplication_window = (\d+), replicated_deduplication_window_seconds = \d+",
                  r"non_replicated_deduplication_window = \1", text)


def _taken(values, rows: list[int]):
    if hasattr(values, "take"):  # arrays of numpy and pyarrow
        return values.take(rows)
    return [values[row] for row in rows]
