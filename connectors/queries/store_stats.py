"""What is in the store, in one glance."""

from typing import Any

from connectors.clickhouse import Store

_TABLES = """
SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts
FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table
"""
_LEVELS = "SELECT toString(level) AS name, count() AS n FROM hits FINAL GROUP BY level ORDER BY level DESC"
_DEAD = """
SELECT topic, reason, count() AS n FROM dead_letters FINAL
GROUP BY topic, reason ORDER BY n DESC, topic, reason LIMIT 50
"""
_RUNS = """
SELECT run_id, toUnixTimestamp64Milli(started) AS started_ms, toUnixTimestamp64Milli(finished) AS finished_ms, engine,
    records, scored, dead
FROM runs FINAL ORDER BY runs.started DESC LIMIT 10
"""


def table_sizes(store: Store) -> list[dict[str, Any]]:
    """Return table, rows, bytes and parts of every table that holds anything."""
    return store.query(_TABLES)


def stats(store: Store) -> dict[str, Any]:
    """Return sizes of the tables, hits by level, dead letters by reason and the latest runs.

    Returns
    -------
    dict
        ``tables``: list of table, rows, bytes, parts, where rows still counts those that came
        twice and are not merged yet; ``hits``: number by level; ``dead_letters``: list of topic,
        reason, n; ``runs``: the last ten.
    """
    return {
        "tables": table_sizes(store),
        "hits": {row["name"]: row["n"] for row in store.query(_LEVELS)},
        "dead_letters": store.query(_DEAD),
        "runs": store.query(_RUNS),
    }
