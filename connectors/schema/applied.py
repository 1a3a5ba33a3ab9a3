"""What a store says of its own tables: the migrations applied, the retention, the cluster."""

import re
from dataclasses import dataclass

from connectors.clickhouse import Store
from connectors.errors import StoreQueryError

APPLIED_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations
(
    version UInt32,
    name String,
    checksum String,
    applied_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY version
""".strip()
#: Stands in ``schema_migrations`` for the retention in force, which is no migration.
RETENTION_VERSION = 0
_UNKNOWN_DATABASE = 81
_ENGINE = "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'"
_CLUSTER = re.compile(r"Distributed\('([^']*)'")


@dataclass(frozen=True)
class AppliedSchema:
    """The state of a store's tables.

    Attributes
    ----------
    checksums : dict of int to str
        Of each applied migration, by its number.
    retention : str or None
        Checksum of the retention in force.
    cluster : str or None
        The cluster whose shards hold the tables; None where one server does.
    """

    checksums: dict[int, str]
    retention: str | None
    cluster: str | None

    @property
    def last(self) -> int:
        return max(self.checksums, default=0)


def read_applied(store: Store) -> AppliedSchema | None:
    """Return what has been applied to a store, None where there is nothing yet. Changes nothing."""
    try:
        engine = store.query(_ENGINE)
    except StoreQueryError as error:
        if error.code != _UNKNOWN_DATABASE:
            raise
        return None
    if not engine:
        return None
    cluster = _CLUSTER.match(engine[0]["engine_full"])
    rows = store.query("SELECT version, checksum FROM schema_migrations FINAL ORDER BY version")
    checksums = {row["version"]: row["checksum"] for row in rows}
    return AppliedSchema(checksums, checksums.pop(RETENTION_VERSION, None), cluster[1] if cluster else None)
