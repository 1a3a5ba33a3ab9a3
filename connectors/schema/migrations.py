"""The numbered migrations, and bringing a store up to the last of them."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.clickhouse import Store
from connectors.errors import SchemaError, SchemaTooNewError
from connectors.schema.retention import RETENTION_DAYS, retention_checksum, retention_statements

_FOLDER = Path(__file__).parent
_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
_APPLIED_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations
(
    version UInt32,
    name String,
    checksum String,
    applied_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY version
"""
#: Stands in ``schema_migrations`` for the retention in force, which is no migration.
_RETENTION_VERSION = 0


@dataclass(frozen=True)
class Migration:
    """A numbered file of statements; once released it does not change."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def statements(self) -> list[str]:
        """Return its statements; a semicolon ends one only at the end of a line."""
        return [part.strip() for part in re.split(r";[ \t]*(?:\n|$)", self.text) if part.strip()]


def known_migrations(folder: Path = _FOLDER) -> list[Migration]:
    """Return the migrations of this release in order, numbered from 1 without a gap."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise SchemaError(f"a migration is named like 0001_events.sql, got {path.name}")
        found.append(Migration(int(match[1]), match[2], path.read_text("utf-8")))
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise SchemaError(f"migrations are numbered from 1 without a gap, got {[m.version for m in found]}")
    return found


def applied_checksums(store: Store) -> dict[int, str]:
    """Return the checksum of each applied migration by its number."""
    rows = store.query("SELECT version, checksum FROM schema_migrations FINAL ORDER BY version")
    return {row["version"]: row["checksum"] for row in rows}


def migrate(store: Store, retention_days: Mapping[str, int] = RETENTION_DAYS,
            migrations: list[Migration] | None = None) -> list[int]:
    """Bring the store's tables up to this release; return the numbers applied now.

    May be run by every job at its start, also at the same time: each statement can be repeated.
    One that broke off is applied again from its beginning.

    Raises
    ------
    SchemaTooNewError
        A later release has migrated the store. Nothing is changed.
    SchemaError
        A migration was edited after it had been applied. Nothing is changed.
    """
    known = known_migrations() if migrations is None else migrations
    store.create_database()
    store.command(_APPLIED_TABLE)
    applied = applied_checksums(store)
    retention = applied.pop(_RETENTION_VERSION, None)
    _check(store, known, applied)
    done = []
    for migration in known:
        if migration.version in applied:
            continue
        for statement in migration.statements():
            store.command(statement)
        _record(store, migration.version, migration.name, migration.checksum)
        done.append(migration.version)
    if done or retention != retention_checksum(retention_days):
        for statement in retention_statements(retention_days):
            store.command(statement)
        _record(store, _RETENTION_VERSION, "retention", retention_checksum(retention_days))
    return done


def _check(store: Store, known: list[Migration], applied: dict[int, str]) -> None:
    last = max(applied, default=0)
    if last > len(known):
        raise SchemaTooNewError(f"the tables of {store.name} are of schema {last}, this release knows up to "
                                f"{len(known)}; run the release that migrated them, or a later one")
    for migration in known:
        if applied.get(migration.version, migration.checksum) != migration.checksum:
            raise SchemaError(f"migration {migration.version:04d}_{migration.name}.sql was changed after it had been "
                              f"applied to {store.name}; restore the file and put the change into a new migration")


def _record(store: Store, version: int, name: str, checksum: str) -> None:
    store.insert("schema_migrations", {"version": [version], "name": [name], "checksum": [checksum]})
