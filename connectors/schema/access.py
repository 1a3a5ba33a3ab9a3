"""Who may do what with which table: five roles, each with no more than it needs.

A test holds these sets against the migrations, so that a new table is given to somebody on purpose.
"""

from collections.abc import Callable

from connectors.errors import SchemaError
from features.events import TOPICS

WRITER, READER, AUDITOR, ADMIN = "duanka_writer", "duanka_reader", "duanka_auditor", "duanka_admin"
OFFICER = "duanka_officer"

#: Tables that the jobs and the commands of ``duanka models`` insert into.
WRITTEN = frozenset(TOPICS) | {
    "hits", "scores", "shadow_scores", "feature_samples", "dead_letters", "runs", "chunk_counts", "shard_counts",
    "typology_versions", "model_versions", "model_events", "learning_reports",
    "warnings", "opening_findings", "taint_accounts", "taint_moves", "taint_ledger",
}
#: Tables that people insert into, by commands in their own name, and no job does; `notices` is what they were told.
WRITTEN_BY_PEOPLE = frozenset({"case_events", "lookups", "opening_answers", "notices", "outer_figures"})
#: Views that are asked like tables; whoever asks one needs the right to read what it reads.
ASKED_VIEWS = frozenset({"officers_now", "leads_now", "measures_now", "appeals_now"})
#: Of the tables, those that a job reads: its counts, the hits of its run, what the learner learns from.
READ_BY_JOBS = frozenset({
    "schema_migrations", "chunk_counts", "shard_counts", "hits", "feature_samples", "verdict", "learning_reports",
    "warnings",
})
#: Tables that views fill, whoever inserts into their source, and that no user inserts into.
FILLED_BY_VIEWS = frozenset({
    "card_events", "links", "links_by_value", "hit_updates", "watchlist_entries",
    "opening_index",
})
#: Tables that only the migrations write.
OF_MIGRATIONS = frozenset({"schema_migrations"})
#: Columns that only the auditor sees: a refused record as it came, with whatever stood in it.
RAW_COLUMNS = {"dead_letters": frozenset({"raw"})}
#: What the migrations do. SELECT and INSERT, since a view is checked against both when it is made;
#: with ``SQL SECURITY NONE``, see `view_rights`, it then needs nobody's rights.
ADMIN_RIGHTS = ("SHOW", "SELECT", "INSERT", "CREATE DATABASE", "CREATE TABLE", "CREATE VIEW", "ALTER TABLE",
                "ALTER VIEW", "DROP TABLE", "DROP VIEW")
#: System tables by role: sizes for ``duanka store status`` and the console; who asked what, and who came in.
SYSTEM_TABLES = {
    READER: ("system.parts",),
    OFFICER: ("system.parts",),
    AUDITOR: ("system.parts", "system.query_log", "system.session_log"),
}


def classified() -> frozenset[str]:
    """Return every table that has been given to somebody."""
    return WRITTEN | WRITTEN_BY_PEOPLE | FILLED_BY_VIEWS | OF_MIGRATIONS


def table_rights(role: str, columns: Callable[[str], list[str]]) -> dict[str, list[str]]:
    """Return the rights of a role by table, for instance ``{"hits": ["SELECT", "INSERT"]}``.

    Parameters
    ----------
    columns : callable
        Gives the columns of a table, for tables that a role sees only a part of.

    Raises
    ------
    SchemaError
        There is no such role, or its rights do not go by table.
    """
    if role == WRITER:
        named = {table: ["SELECT"] * (table in READ_BY_JOBS) + ["INSERT"] * (table in WRITTEN)
                 for table in sorted(WRITTEN | READ_BY_JOBS)}
    elif role == AUDITOR:
        named = {table: ["SELECT"] for table in sorted(classified() | ASKED_VIEWS)}
    elif role in (READER, OFFICER):
        mine = WRITTEN_BY_PEOPLE if role == OFFICER else frozenset()
        named = {table: [_select(table, columns)] + ["INSERT"] * (table in mine)
                 for table in sorted(classified() | ASKED_VIEWS)}
    else:
        raise SchemaError(f"rights by table have {WRITER}, {READER}, {OFFICER} and {AUDITOR}, got {role!r}")
    return named


def _select(table: str, columns: Callable[[str], list[str]]) -> str:
    hidden = RAW_COLUMNS.get(table)
    if hidden is None:
        return "SELECT"
    return f"SELECT({', '.join(name for name in columns(table) if name not in hidden)})"
