"""What the learner reads: samples of scored rows, and verdicts, by event time."""

from collections.abc import Iterable
from typing import Any

from connectors.clickhouse import Store

_HOUR_MS = 3_600_000

_HOURS = f"""
SELECT hour, sum(n) AS rows FROM
(
    SELECT intDiv(toUnixTimestamp64Milli(event_time), {_HOUR_MS}) AS hour, count() AS n
    FROM feature_samples WHERE feature_set IN ({{sets:Array(String)}}) GROUP BY hour
    UNION ALL
    SELECT intDiv(toUnixTimestamp64Milli(event_time), {_HOUR_MS}) AS hour, count() AS n FROM verdict GROUP BY hour
)
WHERE hour >= {{from_hour:Int64}}
GROUP BY hour ORDER BY hour
"""

_SAMPLES = """
SELECT toUnixTimestamp64Milli(event_time) AS time_ms, uid, entity, role, risk, strength, drawn, feature_values
FROM feature_samples FINAL
WHERE kind = {kind:String} AND feature_set = {set:String}
AND event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
AND event_time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
ORDER BY event_time, uid, entity, role
"""

_VERDICTS = """
SELECT toUnixTimestamp64Milli(event_time) AS time_ms, uid, card, toString(verdict) AS verdict, officer
FROM verdict FINAL
WHERE event_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
AND event_time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
ORDER BY event_time, uid
"""

_NEWEST = """
SELECT toUnixTimestamp64Milli(max(event_time)) AS newest_ms FROM feature_samples
"""

_REPORTS = """
SELECT toUnixTimestamp64Milli(event_time) AS event_time_ms, toString(kind) AS kind, what, passed, version, message,
    figures
FROM learning_reports FINAL WHERE run_id = {run_id:String} ORDER BY event_time, kind, what, message
"""


def learning_hours(store: Store, feature_sets: Iterable[str], from_ms: int) -> list[tuple[int, int]]:
    """Start of each hour of event time from `from_ms` on that holds samples or verdicts, ms, and how many."""
    params = {"sets": list(feature_sets), "from_hour": from_ms // _HOUR_MS}
    return [(row["hour"] * _HOUR_MS, row["rows"]) for row in store.query(_HOURS, params)]


def samples_between(store: Store, kind: str, feature_set: str, from_ms: int, to_ms: int) -> dict[str, list]:
    """Columns of the samples with event times in ``[from_ms, to_ms)``, in order."""
    params = {"kind": kind, "set": feature_set, "from_ms": from_ms, "to_ms": to_ms}
    return store.query_columns(_SAMPLES, params)


def verdicts_between(store: Store, from_ms: int, to_ms: int) -> dict[str, list]:
    """Columns of the verdicts with event times in ``[from_ms, to_ms)``, in order."""
    return store.query_columns(_VERDICTS, {"from_ms": from_ms, "to_ms": to_ms})


def newest_sample_ms(store: Store) -> int:
    """Event time of the newest sample, UTC ms; 0 without any."""
    return store.query(_NEWEST)[0]["newest_ms"]


def learning_reports(store: Store, run_id: str) -> list[dict[str, Any]]:
    """What a learning run said, in order of event time."""
    return store.query(_REPORTS, {"run_id": run_id})
