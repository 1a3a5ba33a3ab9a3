"""The system page's content, read beside the pages: a run of months has counted millions of chunks."""

from collections.abc import Callable
from typing import Any

from connectors.clickhouse import Store
from connectors.model_registry.roles import roles_after
from connectors.queries.dead_letter_list import dead_letter_reasons
from connectors.queries.hit_list import LEVELS
from connectors.queries.model_versions import model_events, rules_versions
from connectors.queries.store_stats import table_sizes
from connectors.queries.stream_clock import newest_event_ms
from connectors.queries.stream_state import (
    hits_by_level,
    newest_scored_ms,
    read_by_minute,
    run_balances,
    topic_state,
)

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
#: Runs shown (ours).
RUNS = 5
#: Topics of which one was read within this time are being read (ours).
LIVE_MS = 5 * MINUTE_MS


def system_state(store: Store, clock: Callable[[], int]) -> dict[str, Any]:
    """Return all of it, by the names under which the page shows it.

    Raises
    ------
    StoreError
    """
    now_ms, topics = clock(), topic_state(store)
    last_read_ms = max((row["read_ms"] for row in topics), default=0)
    # Without a running job the last hour in which one ran is shown, and the page says so.
    until_ms = now_ms if last_read_ms > now_ms - HOUR_MS or not last_read_ms else last_read_ms
    end_ms = until_ms // MINUTE_MS * MINUTE_MS + MINUTE_MS
    minutes = {row["minute_ms"]: row for row in read_by_minute(store, end_ms - HOUR_MS, end_ms)}
    records = sum(row["records"] for row in minutes.values())
    newest_ms = newest_event_ms(store)
    levels = hits_by_level(store, newest_ms - DAY_MS)
    events = model_events(store)
    roles, versions = roles_after(events), {event.number: event.version for event in events}
    return {
        "topics": topics, "scored_ms": newest_scored_ms(store), "is_live": last_read_ms > now_ms - LIVE_MS,
        "last_read_ms": last_read_ms, "until_ms": until_ms, "records": records,
        "rates": [[ms, round(minutes[ms]["records"] / 60, 1) if ms in minutes else 0.0]
                  for ms in range(end_ms - HOUR_MS, end_ms, MINUTE_MS)],
        "dead_share": sum(row["dead"] for row in minutes.values()) / records if records else 0.0,
        "runs": run_balances(store, RUNS), "reasons": dead_letter_reasons(store), "newest_ms": newest_ms,
        "levels": [(name, levels.get(rank, 0)) for rank, name in enumerate(LEVELS, 1)][::-1],
        "models": [(role, number, versions.get(number, "")) for role, number in
                   (("champion", roles.champion), ("shadow", roles.shadow))],
        "rules": rules_versions(store), "tables": sorted(table_sizes(store), key=lambda row: -row["bytes"]),
    }
