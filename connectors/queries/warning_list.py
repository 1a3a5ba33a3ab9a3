"""Warnings of victims, the most urgent first."""

from collections.abc import Iterable
from typing import Any

from connectors.clickhouse import Store

_COLUMNS = """
    warning_id, toString(level) AS level, risk, person, account, typologies,
    toUnixTimestamp64Milli(event_time) AS event_ms, payee, amount_fen, balance_after_fen, payee_risk,
    caller, toUnixTimestamp64Milli(call_time) AS call_ms, talk_s, calls, caller_risk,
    reasons_zh, reasons_en, reason_codes, reason_points, toUnixTimestamp64Milli(warned_at) AS warned_ms
"""
_WARNINGS = f"""
SELECT {_COLUMNS} FROM warnings FINAL
WHERE event_time >= fromUnixTimestamp64Milli({{since_ms:Int64}}, 'UTC') AND toInt8(warnings.level) >= {{level:Int8}}
AND ({{person:String}} = '' OR person = {{person:String}} OR account = {{person:String}})
AND ({{after_id:String}} = '' OR (event_time, toInt8(warnings.level)) <
        (fromUnixTimestamp64Milli({{after_ms:Int64}}, 'UTC'), {{after_level:Int8}})
    OR event_time = fromUnixTimestamp64Milli({{after_ms:Int64}}, 'UTC')
        AND toInt8(warnings.level) = {{after_level:Int8}} AND warning_id > {{after_id:String}})
ORDER BY event_time DESC, toInt8(warnings.level) DESC, warning_id
LIMIT {{limit:UInt32}}
"""
_WITH = f"""
SELECT {_COLUMNS} FROM warnings FINAL WHERE warning_id IN {{ids:Array(String)}} ORDER BY event_time DESC, warning_id
"""
_STATES = """
SELECT substring(subject, 9) AS warning_id, max(seq) AS last_seq,
    argMaxIf(JSONExtractString(payload, 'handler'), seq, action IN ('warning_taken', 'warning_handed_over')) AS handler,
    argMaxIf(JSONExtractString(payload, 'outcome'), seq, action = 'warning_closed') AS outcome,
    argMaxIf(JSONExtractInt(payload, 'stopped_fen'), seq, action = 'warning_closed') AS stopped_fen
FROM case_events FINAL WHERE subject IN {subjects:Array(String)} GROUP BY subject
"""
_UNTOUCHED = {"last_seq": 0, "handler": "", "outcome": "", "stopped_fen": 0}
#: Levels of a warning and their numbers in the table.
WARNING_LEVELS = {"yellow": 2, "orange": 3, "red": 4}


def warnings(store: Store, level: str = "yellow", since_ms: int = 0, person: str = "",
             limit: int = 100, after: tuple[int, str, str] | None = None) -> list[dict[str, Any]]:
    """Return warnings, the newest first, each as its latest version.

    Parameters
    ----------
    level : {"yellow", "orange", "red"}
        The lowest level wanted.
    since_ms : int
        UTC milliseconds; only warnings of payments and calls from then on.
    person : str
        Only of this phone or account, such as ``phone:13812345678``; all if empty.
    limit : int
        At most so many.
    after : (event_ms, level, warning_id), optional
        Only those that come behind this one.

    Returns
    -------
    list of dict
        The columns of ``warnings``; times as ``*_ms``, UTC milliseconds.
    """
    after_ms, after_level, after_id = after or (0, "yellow", "")
    given = {"since_ms": since_ms, "level": WARNING_LEVELS[level], "person": person, "limit": limit,
             "after_ms": after_ms, "after_level": WARNING_LEVELS[after_level], "after_id": after_id}
    return store.query(_WARNINGS, given)


def warnings_with(store: Store, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return the warnings of these ids, the newest first, as `warnings` does."""
    return store.query(_WITH, {"ids": sorted(ids)})


def with_states(store: Store, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return warnings with how they stand: ``handler``, ``outcome``, ``stopped_fen``, ``last_seq`` of their case."""
    if not rows:
        return []
    found = {row["warning_id"]: row for row in
             store.query(_STATES, {"subjects": [f"warning:{row['warning_id']}" for row in rows]})}
    return [row | {name: found.get(row["warning_id"], _UNTOUCHED)[name] for name in _UNTOUCHED} for row in rows]
