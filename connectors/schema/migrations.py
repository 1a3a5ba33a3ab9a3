"""The numbered migrations, and bringing a store up to the last of them."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.clickhouse import Store
from connectors.errors import SchemaError, SchemaTooNewError, StoreDeniedError
from connectors.schema.applied import APPLIED_TABLE, RETENTION_VERSION, AppliedSchema, read_applied
from connectors.schema.cluster_ddl import ClusterDdl
from connectors.schema.cluster_layout import ClusterLayout
from connectors.schema.retention import RETENTION_DAYS, retention_checksum, retention_statements
from connectors.schema.server_version import require_version
from connectors.schema.view_rights import free_views, view_statements

_FOLDER = Path(__file__).parent
_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


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


def migrate(store: Store, retention_days: Mapping[str, int] = RETENTION_DAYS,
            migrations: list[Migration] | None = None, cluster: str | None = None) -> list[int]:
    """Bring the store's tables up to this release; return the numbers applied now.

    May be run by every job at its start, also at the same time: each statement can be repeated.
    One that broke off is applied again from its beginning. Where nothing is to be done, nothing is
    asked for but reading ``schema_migrations``, so that a user without the right to make tables
    may call it.

    Parameters
    ----------
    cluster : str, optional
        Name of the cluster whose shards shall hold the tables, for the first migration of a
        store. Later ones know it from the tables.

    Raises
    ------
    SchemaTooNewError
        A later release has migrated the store. Nothing is changed.
    SchemaError
        A migration was edited after it had been applied, the server is too old, or the tables lie
        elsewhere than on `cluster`. Nothing is changed.
    StoreDeniedError
        Something is to be done and the user may not do it.
    """
    known = known_migrations() if migrations is None else migrations
    require_version(store)
    applied = read_applied(store)
    if applied is not None:
        _check(store, known, applied, cluster)
        cluster = applied.cluster
    else:
        applied = AppliedSchema({}, None, cluster)
    if len(applied.checksums) == len(known) and applied.retention == retention_checksum(retention_days):
        return []
    try:
        return _apply(store, known, applied, retention_days)
    except StoreDeniedError as error:
        raise StoreDeniedError(
            f"the tables of {store.name} are of schema {applied.last} and this release wants {len(known)}, but the "
            f"user may not change them ({error}); run duanka store migrate as a user with the role duanka_admin"
        ) from error


def _apply(store: Store, known: list[Migration], applied: AppliedSchema,
           retention_days: Mapping[str, int]) -> list[int]:
    ddl = ClusterDdl(ClusterLayout(applied.cluster, store.database)) if applied.cluster else None

    def run(statements: list[str]) -> None:
        for statement in statements:
            store.command(statement)

    store.create_database(ddl.create_database() if ddl else None)
    run(ddl.render([APPLIED_TABLE]) if ddl else [APPLIED_TABLE])
    done = []
    for migration in known:
        statements = ddl.render(migration.statements()) if ddl else migration.statements()
        if migration.version not in applied.checksums:
            run(statements)
            _record(store, migration.version, migration.name, migration.checksum)
            done.append(migration.version)
    retention = retention_statements(retention_days)
    run(ddl.render(retention) if ddl else retention)
    views = view_statements(migration.text for migration in known)
    free_views(store, ddl.render(views) if ddl else views)
    _record(store, RETENTION_VERSION, "retention", retention_checksum(retention_days))
    return done


def _check(store: Store, known: list[Migration], applied: AppliedSchema, cluster: str | None) -> None:
    if applied.last > len(known):
        raise SchemaTooNewError(f"the tables of {store.name} are of schema {applied.last}, this release knows up to "
                                f"{len(known)}; run the release that migrated them, or a later one")
    for migration in known:
        if applied.checksums.get(migration.version, migration.checksum) != migration.checksum:
            raise SchemaError(f"migration {migration.version:04d}_{migration.name}.sql was changed after it had been "
                              f"applied to {store.name}; restore the file and put the change into a new migration")
    if cluster is not None and cluster != applied.cluster:
        where = f"on the cluster {applied.cluster}" if applied.cluster else "on one server"
        raise SchemaError(f"the tables of {store.name} lie {where} already, got --cluster {cluster}; name another "
                          "database for the cluster and copy the rows")


def _record(store: Store, version: int, name: str, checksum: str) -> None:
    store.insert("schema_migrations", {"version": [version], "name": [name], "checksum": [checksum]})
