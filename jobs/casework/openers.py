"""Branches, clerks and agents by what became of the cards they opened, from the store."""

from connectors.clickhouse import Store
from connectors.queries.opener_counts import opener_counts
from models.traceback import Traceback, trace_back


def traced(store: Store, by: str, since_ms: int, until_ms: int) -> Traceback:
    """Return all that opened a card in the time, those whose rate of confirmed cards is surely highest first.

    Parameters
    ----------
    by : {"branch", "clerk", "agent"}

    Raises
    ------
    StoreError
    """
    counts = opener_counts(store, by, since_ms, until_ms)
    return trace_back(counts["opener"], counts["opened"], counts["flagged"], counts["confirmed"])
