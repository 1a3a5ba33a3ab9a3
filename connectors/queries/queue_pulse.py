"""Whether anything is new on the queue: a short answer that changes whenever there is."""

from connectors.clickhouse import Store

# Counts come from the tables' own books; only the newest times are read.
_PULSE = """
SELECT
    (SELECT (count(), max(inserted_at)) FROM hit_updates) AS hits,
    (SELECT (count(), max(warned_at)) FROM warnings) AS warnings,
    (SELECT (count(), max(inserted_at)) FROM case_events) AS acts,
    (SELECT (count(), max(ingested_at)) FROM lead) AS leads
"""


def queue_pulse(store: Store) -> str:
    """Return a text that is another one whenever a hit, warning, lead or act of case work came in."""
    return repr(store.query(_PULSE)[0])
