"""The whole schema of a cluster as one file of statements, for those who apply it by hand."""

from collections.abc import Mapping

from connectors.schema.applied import APPLIED_TABLE, RETENTION_VERSION
from connectors.schema.cluster_ddl import ClusterDdl
from connectors.schema.cluster_layout import ClusterLayout
from connectors.schema.migrations import known_migrations
from connectors.schema.retention import RETENTION_DAYS, retention_checksum, retention_statements
from connectors.schema.view_rights import view_statements


def ddl_text(layout: ClusterLayout, retention_days: Mapping[str, int] = RETENTION_DAYS) -> str:
    """Return all migrations and the retention as they are applied to a cluster.

    For ``clickhouse-client --multiquery``; it notes what it applied as ``duanka store migrate``
    does, which then has nothing left to do. May be applied again.

    Raises
    ------
    SchemaError
        The cluster's name is none.
    """
    ddl = ClusterDdl(layout)
    blocks = [
        f"-- The tables of Duanka in the database {layout.database} on the cluster {layout.cluster}.\n"
        "-- Made by duanka store ddl. Each server has the macros shard and replica.",
        _joined([ddl.create_database(), f"USE {layout.database}", "SET distributed_foreground_insert = 1",
                 *ddl.render([APPLIED_TABLE])]),
    ]
    known = known_migrations()
    for migration in known:
        statements = [*ddl.render(migration.statements()), _note(migration.version, migration.name, migration.checksum)]
        blocks.append(f"-- {migration.version:04d}_{migration.name}\n\n{_joined(statements)}")
    views = ddl.render(view_statements(migration.text for migration in known))
    blocks.append(f"-- Whoever inserts fills the views.\n\n{_joined(views)}")
    statements = [*ddl.render(retention_statements(retention_days)),
                  _note(RETENTION_VERSION, "retention", retention_checksum(retention_days))]
    blocks.append(f"-- How long rows are kept.\n\n{_joined(statements)}")
    return "\n\n".join(blocks) + "\n"


def _joined(statements: list[str]) -> str:
    return "\n\n".join(f"{statement};" for statement in statements)


def _note(version: int, name: str, checksum: str) -> str:
    return f"INSERT INTO schema_migrations (version, name, checksum) VALUES ({version}, '{name}', '{checksum}')"
