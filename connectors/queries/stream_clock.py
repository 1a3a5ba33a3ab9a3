"""The newest time in the store: what "an hour ago" is counted from in a replay of the past."""

from connectors.clickhouse import Store

# A minimum or maximum of a partition's key column is known without reading it.
_NEWEST = """
SELECT toUnixTimestamp64Milli(max(newest)) AS newest_ms FROM
(
    SELECT max(event_time) AS newest FROM card_events
    UNION ALL
    SELECT max(last_seen) AS newest FROM hit_updates
)
"""


def newest_event_ms(store: Store) -> int:
    """Time of the newest event or alert, UTC ms; 0 in an empty store."""
    return max(0, store.query(_NEWEST)[0]["newest_ms"])
