"""The roles, their limits and their quotas as one file of statements.

``deploy/clickhouse/roles.sql`` is what `roles_text` returns for one server; a test says so.
"""

import re

from connectors.schema.access import (
    ADMIN,
    ADMIN_RIGHTS,
    ASKED_VIEWS,
    AUDITOR,
    OF_MIGRATIONS,
    OFFICER,
    READER,
    SYSTEM_TABLES,
    WRITER,
    table_rights,
)
from connectors.schema.cluster_layout import ClusterLayout, local_name
from connectors.schema.migrations import known_migrations

#: Limits of statements by role (ours). Each IN of a query that goes over shards is made once and
#: sent to them. Writer, officer and admin keep to one replica of a shard while it answers, so that they read
#: what they wrote. A reader changes no setting; readonly = 1 also forbids to lift these.
PROFILES = {
    WRITER: ("max_memory_usage = 16000000000", "max_execution_time = 110", "distributed_product_mode = 'global'",
             "load_balancing = 'in_order'"),
    READER: ("readonly = 1", "max_memory_usage = 4000000000", "max_execution_time = 30", "max_result_rows = 1000000",
             "max_concurrent_queries_for_user = 30", "distributed_product_mode = 'global'"),
    OFFICER: ("max_memory_usage = 4000000000", "max_execution_time = 30", "max_result_rows = 1000000",
              "max_concurrent_queries_for_user = 10", "distributed_product_mode = 'global'",
              "load_balancing = 'in_order'"),
    AUDITOR: ("readonly = 1", "max_memory_usage = 8000000000", "max_execution_time = 300",
              "max_concurrent_queries_for_user = 5", "distributed_product_mode = 'global'"),
    ADMIN: ("distributed_product_mode = 'global'", "load_balancing = 'in_order'"),
}
#: What a user of a role may use in an hour (ours); the jobs' own pace is their back pressure.
QUOTAS = {
    READER: "queries = 36000, execution_time = 7200, failed_sequential_authentications = 10",
    OFFICER: "queries = 36000, execution_time = 7200, failed_sequential_authentications = 10",
    AUDITOR: "queries = 3600, execution_time = 7200, failed_sequential_authentications = 10",
    ADMIN: "failed_sequential_authentications = 10",
}
_COLUMN = re.compile(r"^ {4}(\w+) ", re.MULTILINE)


def roles_text(database: str, layout: ClusterLayout | None = None) -> str:
    """Return the statements that make the roles for a database, on one server or on a cluster.

    They may be applied again, and after each upgrade must be: a GRANT replaces what its role had.
    """
    on = f" {layout.on_cluster}" if layout else ""
    blocks = [
        f"-- The roles of Duanka for the database {database}: writer (jobs), reader (people and pages), officer\n"
        "-- (reads, and adds case events and look-ups), auditor (reads also refused records word for word, and\n"
        "-- who asked what), admin (migrations).\n"
        f"-- Made by duanka store roles{f' --cluster {layout.cluster}' if layout else ''}; apply it again after each "
        "upgrade. Users: users.sql.example.",
    ]
    for role in (WRITER, READER, OFFICER, AUDITOR, ADMIN):
        statements = [
            f"CREATE ROLE IF NOT EXISTS {role}{on};",
            f"CREATE SETTINGS PROFILE OR REPLACE {role}{on} SETTINGS\n    " + ",\n    ".join(PROFILES[role])
            + f"\n    TO {role};",
        ]
        if role in QUOTAS:
            statements.append(f"CREATE QUOTA OR REPLACE {role}{on} KEYED BY user_name\n    FOR INTERVAL 1 hour MAX "
                              f"{QUOTAS[role]}\n    TO {role};")
        grants = ",\n    ".join(grants_of(role, database, layout is not None))
        statements.append(f"GRANT{on}\n    {grants}\nTO {role} WITH REPLACE OPTION;")
        blocks.append("\n\n".join(statements))
    return "\n\n\n".join(blocks) + "\n"


def grants_of(role: str, database: str, on_cluster: bool = False) -> list[str]:
    """Return what a role is granted, for instance ``SELECT, INSERT ON duanka.hits``.

    On a cluster the rights hold for a shard's own tables as well, since shards carry out a
    statement in the name of its user.
    """
    if role == ADMIN:
        rights = [f"{', '.join(ADMIN_RIGHTS)} ON {database}.*", "ALLOW SQL SECURITY NONE ON *.*"]
        return rights + ["CLUSTER ON *.*", "REMOTE ON *.*"] * on_cluster
    rights = [f"{', '.join(given)} ON {database}.{name}"
              for table, given in table_rights(role, columns_of).items()
              for name in ([table, local_name(table)] if on_cluster and table not in ASKED_VIEWS else [table])]
    return rights + [f"SELECT ON {table}" for table in SYSTEM_TABLES.get(role, ())]


def columns_of(table: str) -> list[str]:
    """Return the columns of a table as its migrations made it."""
    columns = []
    for statement in (text for migration in known_migrations() for text in migration.statements()):
        if re.search(rf"CREATE TABLE IF NOT EXISTS {table}\s*\(\n", statement):
            columns += _COLUMN.findall(statement)
        columns += re.findall(rf"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS (\w+)", statement)
    return columns


def tables_of_migrations() -> frozenset[str]:
    """Return every table that the migrations make, and the one that they are noted in."""
    made = {match[1] for migration in known_migrations()
            for match in re.finditer(r"CREATE TABLE IF NOT EXISTS (\w+)", migration.text)}
    return frozenset(made) | OF_MIGRATIONS
