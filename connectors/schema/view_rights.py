"""Views that fill their tables whoever inserts, so that a job needs the right to INSERT alone.

A view without ``SQL SECURITY`` asks whoever inserts into its source for the right to read that
source. With NONE it asks nobody, and no user must stay for its sake. What such a view does is fixed
by the migrations: it copies from the table that one may insert into to the table it is made for.
"""

import re
from collections.abc import Iterable

from connectors.clickhouse import Store
from connectors.errors import StoreDeniedError

_VIEW = re.compile(r"CREATE MATERIALIZED VIEW IF NOT EXISTS (\w+)")


def view_statements(migrations: Iterable[str]) -> list[str]:
    """Return the statements that set all views of the migrations' texts so."""
    return [f"ALTER TABLE {view} MODIFY SQL SECURITY NONE" for text in migrations for view in _VIEW.findall(text)]


def free_views(store: Store, statements: Iterable[str]) -> bool:
    """Carry out `view_statements`; False where this user may not.

    The embedded store's only user may not, and needs it not, having every right on the tables.
    """
    try:
        for statement in statements:
            store.command(statement)
    except StoreDeniedError:
        return False
    return True
