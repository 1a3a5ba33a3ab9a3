"""Measures and appeals as they stand, from the views over the log."""

from typing import Any

from connectors.clickhouse import Store

_MEASURES = """
SELECT measure, card, step, status, proposed_by, toUnixTimestamp64Milli(proposed_at) AS proposed_ms, approved_by,
    toUnixTimestamp64Milli(approved_at) AS approved_ms, noticed, review_ms, until_ms,
    toUnixTimestamp64Milli(lifted_at) AS lifted_ms
FROM measures_now ORDER BY proposed_ms, measure
"""
_APPEALS = """
SELECT appeal, measure, card, toUnixTimestamp64Milli(filed_at) AS filed_ms, due_ms, decision, decided_by,
    toUnixTimestamp64Milli(decided_at) AS decided_ms
FROM appeals_now ORDER BY filed_ms, appeal
"""


def measures(store: Store) -> list[dict[str, Any]]:
    """Return all measures in order of their proposal; times are UTC ms, 0 where there is none."""
    return store.query(_MEASURES)


def appeals(store: Store) -> list[dict[str, Any]]:
    """Return all appeals in order of their filing; ``decision`` is empty while one is open."""
    return store.query(_APPEALS)
