"""The auditor's log: who did what, and who looked at what, the latest first and a page at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.clickhouse import Store

#: The end of time for a page that begins with the latest row.
LATEST_MS = 2**53
# The narrow columns are read first, for the time down to which the page reaches; then its rows alone.
# Rows of one millisecond stay on one page, so that a time is enough to go on from.
_LEAST = "(SELECT min(at) FROM (SELECT at FROM {table} WHERE {where} ORDER BY at DESC LIMIT {{limit:UInt32}}))"
_PAGE = """
SELECT {columns} FROM {table}
PREWHERE at >= {least} WHERE {where}
ORDER BY {table}.at DESC, {key} LIMIT 1 BY {key}
"""
_COUNT = "SELECT count() AS n FROM {table} WHERE {where}"
_WHERE = """at >= fromUnixTimestamp64Milli({{from_ms:Int64}}, 'UTC')
AND at < fromUnixTimestamp64Milli({{to_ms:Int64}}, 'UTC')
AND ({{officer:String}} = '' OR officer = {{officer:String}}) AND ({{act:String}} = '' OR {act} = {{act:String}})
AND (empty({{subjects:Array(String)}}) OR subject IN {{subjects:Array(String)}})"""
_AT = "toUnixTimestamp64Milli({table}.at) AS at_ms"
_LOOKS = {"table": "lookups", "act": "command", "key": "lookup_id", "columns": (
    f"{_AT.format(table='lookups')}, lookup_id, officer, purpose, command, subject")}
_EVENTS = {"table": "case_events", "act": "action", "key": "subject, seq, hash", "columns": (
    f"{_AT.format(table='case_events')}, subject, seq, officer, action, reason, command_id, payload, prev_hash, hash")}


@dataclass(frozen=True)
class LogFilter:
    """What of a log is wanted.

    Attributes
    ----------
    from_ms, to_ms : int
        UTC ms, ``[from_ms, to_ms)``; the second is also where a page before ended.
    officer, act : str
        All where empty; an act is an action of the case log, or the command of a look-up.
    subjects : sequence of str
        All where empty.
    """

    from_ms: int = 0
    to_ms: int = LATEST_MS
    officer: str = ""
    act: str = ""
    subjects: Sequence[str] = field(default_factory=tuple)

    def before(self, ms: int) -> "LogFilter":
        return replace(self, to_ms=min(ms, self.to_ms))


@dataclass(frozen=True)
class LogPage:
    """Rows, the latest first; how many there are in all; and `before` of the next page, 0 where this is the last."""

    rows: list[dict[str, Any]]
    n: int
    next_ms: int


def look_page(store: Store, wanted: LogFilter, before_ms: int = LATEST_MS, limit: int = 100) -> LogPage:
    """Return look-ups: at_ms, lookup_id, officer, purpose, command, subject."""
    return _page(store, _LOOKS, wanted, before_ms, limit)


def act_page(store: Store, wanted: LogFilter, before_ms: int = LATEST_MS, limit: int = 100) -> LogPage:
    """Return events of case work, with the columns of `connectors.case_log`; ``payload`` is a dict."""
    page = _page(store, _EVENTS, wanted, before_ms, limit)
    for row in page.rows:
        row["payload"] = _payload(row["payload"])
    return page


def _page(store: Store, log: dict[str, str], wanted: LogFilter, before_ms: int, limit: int) -> LogPage:
    where = _WHERE.format(act=log["act"])
    least = _LEAST.format(table=log["table"], where=where)
    rows = store.query(_PAGE.format(least=least, where=where, **{k: v for k, v in log.items() if k != "act"}),
                       _params(wanted.before(before_ms)) | {"limit": limit})
    n = store.query(_COUNT.format(table=log["table"], where=where), _params(wanted))[0]["n"]
    return LogPage(rows, n, rows[-1]["at_ms"] if len(rows) >= limit else 0)


def _params(wanted: LogFilter) -> dict[str, Any]:
    return {"from_ms": wanted.from_ms, "to_ms": wanted.to_ms, "officer": wanted.officer, "act": wanted.act,
            "subjects": list(wanted.subjects)}


def _payload(text: str) -> dict[str, Any]:
    """What was stored, or nothing where somebody made it unreadable: the check of the chains says so."""
    try:
        given = json.loads(text)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}
