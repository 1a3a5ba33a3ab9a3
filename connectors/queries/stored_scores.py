"""Scores of single events that a run chose to keep."""

from connectors.clickhouse import Store

_SCORES = """
SELECT toUnixTimestamp64Milli(event_time) AS event_time_ms, card, score FROM scores FINAL
"""


def stored_scores(store: Store) -> dict[str, list]:
    """Columns event_time_ms, card and score of every stored score, in no order."""
    return store.query_columns(_SCORES)
