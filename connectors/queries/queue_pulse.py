"""Whether anything is new on the queue: a short answer that changes whenever there is."""

from connectors.clickhouse import Store

# Counts come from the tables' own books; only the newest times are read.
_PULSE = """
SELECT count() AS n, toUnixTimestamp(max(inserted_at)) AS newest FROM hit_updates
UNION ALL SELECT count() AS n, toUnixTimestamp64Milli(max(warned_at)) AS newest FROM warnings
UNION ALL SELECT count() AS n, toUnixTimestamp64Milli(max(inserted_at)) AS newest FROM case_events
UNION ALL SELECT count() AS n, toUnixTimestamp(max(ingested_at)) AS newest FROM lead
"""


def queue_pulse(store: Store) -> str:
    """Return a text that is another one whenever a hit, warning, lead or act of case work came in."""
    return repr(sorted((row["n"], row["newest"]) for row in store.query(_PULSE)))
