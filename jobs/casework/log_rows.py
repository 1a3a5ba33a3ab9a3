"""Events of case work as rows of their table, and back."""

from typing import Any

from casework.event import Act, Event


def row_of(event: Event) -> dict[str, Any]:
    act = event.act
    return {"subject": event.subject, "seq": event.seq, "at_ms": act.at_ms, "officer": act.officer,
            "action": act.action, "reason": act.reason, "command_id": act.command_id, "payload": act.payload,
            "prev_hash": event.prev_hash, "hash": event.hash}


def event_of(row: dict[str, Any]) -> Event:
    act = Act(row["action"], row["officer"], row["at_ms"], row["reason"], row["payload"], row["command_id"])
    return Event(row["subject"], row["seq"], act, row["prev_hash"], row["hash"])
