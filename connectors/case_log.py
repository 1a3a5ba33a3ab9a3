"""The append-only log of case work, and the log of look-ups."""

import json
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.clickhouse import Store

_COLUMNS = ("subject, seq, toUnixTimestamp64Milli(at) AS at_ms, officer, action, reason, command_id, payload, "
            "prev_hash, hash")
_OF_SUBJECT = f"SELECT {_COLUMNS} FROM case_events FINAL WHERE subject = {{subject:String}} ORDER BY seq, hash"
_ALL = (f"SELECT {_COLUMNS} FROM case_events FINAL WHERE startsWith(subject, {{prefix:String}}) "
        "AND (empty({actions:Array(String)}) OR arrayExists(b -> startsWith(action, b), {actions:Array(String)})) "
        "ORDER BY subject, seq, hash")
_OWNER = """
SELECT subject FROM case_events
WHERE startsWith(subject, 'card:') AND JSONExtractString(payload, {field:String}) = {value:String} LIMIT 1
"""
_LOOKUPS = """
SELECT toUnixTimestamp64Milli(lookups.at) AS at_ms, officer, purpose, command, subject FROM lookups FINAL
WHERE {subject:String} = '' OR subject = {subject:String}
ORDER BY lookups.at DESC, lookup_id LIMIT {limit:UInt32}
"""


def events_of(store: Store, subject: str) -> list[dict[str, Any]]:
    """Return the events of one subject in order; ``payload`` is a dict."""
    return [_row(row) for row in store.query(_OF_SUBJECT, {"subject": subject})]


def all_events(store: Store, prefix: str = "", actions: Sequence[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """Return the events of all subjects whose names begin so, by subject and in order.

    Parameters
    ----------
    actions : sequence of str
        Only events whose action begins with one of these; all without any.
    """
    found = defaultdict(list)
    for row in store.query(_ALL, {"prefix": prefix, "actions": list(actions)}):
        found[row["subject"]].append(_row(row))
    return dict(found)


def append_events(store: Store, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Add events as the next ones of their subject; False if somebody was quicker.

    Both inserts come under the token of the same place, and the store keeps the first. What is read
    back decides, so an insert repeated after a lost answer is known for what it is.

    Parameters
    ----------
    rows : sequence of mapping
        Consecutive events of one subject; ``payload`` is a dict.
    """
    subject, first = rows[0]["subject"], rows[0]["seq"]
    store.insert("case_events", {
        "subject": [row["subject"] for row in rows],
        "seq": [row["seq"] for row in rows],
        "at": [row["at_ms"] for row in rows],
        "officer": [row["officer"] for row in rows],
        "action": [row["action"] for row in rows],
        "reason": [row["reason"] for row in rows],
        "command_id": [row["command_id"] for row in rows],
        "payload": [json.dumps(row["payload"], ensure_ascii=False, sort_keys=True) for row in rows],
        "prev_hash": [row["prev_hash"] for row in rows],
        "hash": [row["hash"] for row in rows],
    }, token=f"case/{subject}/{first}")
    there = {row["seq"]: row["hash"] for row in reversed(events_of(store, subject))}
    return all(there.get(row["seq"]) == row["hash"] for row in rows)


def card_of(store: Store, field: str, value: str) -> str | None:
    """Return the card whose case holds the measure or appeal of this id, None if there is none."""
    rows = store.query(_OWNER, {"field": field, "value": value})
    return rows[0]["subject"].removeprefix("card:") if rows else None


def note_lookup(store: Store, at_ms: int, officer: str, purpose: str, command: str, subject: str) -> None:
    """Note who looks at what for what purpose; before it is shown."""
    store.insert("lookups", {"lookup_id": [uuid.uuid4().hex], "at": [at_ms], "officer": [officer],
                             "purpose": [purpose], "command": [command], "subject": [subject]})


def lookups(store: Store, subject: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """Return look-ups, the latest first; of one subject if it is named."""
    return store.query(_LOOKUPS, {"subject": subject, "limit": limit})


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"payload": json.loads(row["payload"])}
