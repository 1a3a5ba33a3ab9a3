"""The auditor's log: who did what, and who looked at what, the latest first and a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.clickhouse import Store

#: The end of time for a page that begins with the latest row.
LATEST_MS = 2**53
# The narrow columns are read first, for the time down to which the page reaches; then its rows alone, and of them no
# more than is shown: a row of a page lies in a block of its own, which has to be unpacked for every column.
# Rows of one millisecond stay on one page, so that a time is enough to go on from. No FINAL: a row that came twice
# collapses here.
_PAGE = """
SELECT {columns} FROM {table}
PREWHERE at >= (SELECT min(at) FROM (SELECT at FROM {table} WHERE {where} ORDER BY at DESC LIMIT {{limit:UInt32}}))
WHERE {where}
ORDER BY {table}.at DESC, {key} LIMIT 1 BY {table}.at, {key}
"""
_COUNT = "SELECT count() AS n FROM {table} WHERE {where}"
_ANY = "SELECT 1 AS found FROM {table} WHERE {where} LIMIT 1"
_LOOKS = {"table": "lookups", "act": "command", "key": "lookup_id",
          "columns": "toUnixTimestamp64Milli(lookups.at) AS at_ms, lookup_id, officer, purpose, command, subject"}
_EVENTS = {"table": "case_events", "act": "action", "key": "subject, seq, officer, action, reason",
           "columns": "toUnixTimestamp64Milli(case_events.at) AS at_ms, subject, seq, officer, action, reason"}


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
    """Return events of case work: at_ms, subject, seq, officer, action, reason."""
    return _page(store, _EVENTS, wanted, before_ms, limit)


def _page(store: Store, log: dict[str, str], wanted: LogFilter, before_ms: int, limit: int) -> LogPage:
    table, key, columns = log["table"], log["key"], log["columns"]
    here = wanted.before(before_ms)
    rows = store.query(_PAGE.format(table=table, key=key, columns=columns, where=_where(here, log["act"])),
                       _params(here) | {"limit": limit})
    # Without a condition the number is in the table's own books.
    n = store.query(_COUNT.format(table=table, where=_where(wanted, log["act"])), _params(wanted))[0]["n"]
    # Fewer than were asked for are the last ones, unless some of them came twice.
    more = len(rows) >= limit or bool(rows) and _is_before(store, log, here.before(rows[-1]["at_ms"]))
    return LogPage(rows, n, rows[-1]["at_ms"] if more else 0)


def _is_before(store: Store, log: dict[str, str], wanted: LogFilter) -> bool:
    return bool(store.query(_ANY.format(table=log["table"], where=_where(wanted, log["act"])), _params(wanted)))


def _where(wanted: LogFilter, act: str) -> str:
    """The conditions that a filter has; values stand as parameters."""
    conditions = {
        "at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')": wanted.from_ms > 0,
        "at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')": wanted.to_ms < LATEST_MS,
        "officer = {officer:String}": wanted.officer, f"{act} = {{act:String}}": wanted.act,
        "subject IN {subjects:Array(String)}": wanted.subjects}
    return " AND ".join(condition for condition, is_asked in conditions.items() if is_asked) or "1"


def _params(wanted: LogFilter) -> dict[str, Any]:
    return {"from_ms": wanted.from_ms, "to_ms": wanted.to_ms, "officer": wanted.officer, "act": wanted.act,
            "subjects": list(wanted.subjects)}
