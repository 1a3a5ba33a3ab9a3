"""The oldest ClickHouse that the schema and its exactness rest on."""

from connectors.clickhouse import Store
from connectors.errors import SchemaError

#: Year and month. 25.3 is the first long-term release with all we lean on: DateTime64 (20.1),
#: parameters sent apart from the statement (22.8), one token that deduplicates an insert in views
#: as well (24.9), the table setting ``merge_selector_base`` (24.11).
OLDEST = (25, 3)


def require_version(store: Store) -> None:
    """Refuse a server that would take the tables but not keep their promises, or not take them.

    Raises
    ------
    SchemaError
        Its version is older than `OLDEST`. Nothing is changed.
    """
    version = store.server_version()
    if version[:2] < OLDEST:
        raise SchemaError(f"the store {store.name} is ClickHouse {'.'.join(str(part) for part in version)}, at least "
                          f"{OLDEST[0]}.{OLDEST[1]} is needed; upgrade the server, or give another with --store")
