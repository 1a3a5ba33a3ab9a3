"""How a table lies on a replicated, sharded cluster: its two names, its engines, its shard.

Each table of the schema becomes two: ``NAME_local`` holds a shard's rows and is replicated within
the shard, ``NAME`` is Distributed over the shards and is what everybody reads and writes. The
names in queries and inserts are therefore the same on one server and on a cluster.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.errors import SchemaError

#: Where replicas of a table meet; ``{shard}`` and ``{replica}`` are macros of each server. The path
#: has names and no uuid, so that a replica added later finds the others by the same statements.
REPLICA_PATH = "/clickhouse/tables/{shard}/{database}/%s"
#: Inserts remembered also by their age, seconds: a week, the engine's own value for long; newer
#: servers have an hour, and a job may be resumed later than that.
DEDUPLICATION_S = 604_800
_CLUSTER = re.compile(r"[\w.-]+|\{\w+\}")


@dataclass(frozen=True)
class ClusterLayout:
    """Where the tables of a database lie.

    Parameters
    ----------
    cluster : str
        Name in the servers' ``remote_servers``, or a macro such as ``{cluster}``.
    database : str

    Raises
    ------
    SchemaError
        The name cannot be one of a cluster.
    """

    cluster: str
    database: str

    def __post_init__(self) -> None:
        if not _CLUSTER.fullmatch(self.cluster):
            raise SchemaError("a cluster is named by letters, digits, '_', '-' and '.', or by a macro such as "
                              f"{{cluster}}, got {self.cluster!r}; its name stands in system.clusters")

    @property
    def on_cluster(self) -> str:
        return f"ON CLUSTER '{self.cluster}'"

    def replicated(self, table: str, engine: str, arguments: str) -> str:
        """Return the engine of a local table, made of that of a table on one server.

        >>> ClusterLayout("city", "duanka").replicated("hits_local", "ReplacingMergeTree", "version")
        "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/hits_local', '{replica}', version)"
        """
        parts = [f"'{REPLICA_PATH % table}'", "'{replica}'", *([arguments] if arguments else [])]
        return f"Replicated{engine}({', '.join(parts)})"

    def distributed(self, table: str, key: str | None) -> str:
        """Return the engine of the table over all shards; without a key it takes no inserts."""
        parts = [f"'{self.cluster}'", f"'{self.database}'", f"'{table}'", *([key] if key else [])]
        return f"Distributed({', '.join(parts)})"


def local_name(table: str) -> str:
    """Return the name of a shard's own part of a table."""
    return f"{table}_local"


def sharding_key(order_by: Sequence[str]) -> str:
    """Return what decides the shard of a row, made only of columns that the row is sorted by.

    Rows that replace one another agree in all of these, so they meet on one shard, where merges
    and FINAL see them. A table sorted by card has each card on one shard, one sorted by
    subject each subject. An event concerns two
    cards and lies by its identity, which spreads a busy card's events as well.

    >>> sharding_key(["card", "hit_id"]), sharding_key(["event_time", "uid"]), sharding_key(["run_id", "shard"])
    ('cityHash64(card)', 'uid', 'cityHash64(run_id, shard)')
    """
    for whole in ("card", "subject"):
        if whole in order_by:
            return f"cityHash64({whole})"
    if "uid" in order_by:
        return "uid"
    return f"cityHash64({', '.join(order_by)})"


def local_settings(text: str) -> str:
    """Return a table's settings with the deduplication of a replicated table."""
    return re.sub(r"\bnon_replicated_deduplication_window = (\d+)",
                  rf"replicated_deduplication_window = \1, "
                  rf"replicated_deduplication_window_seconds = {DEDUPLICATION_S}", text)
