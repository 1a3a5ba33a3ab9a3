"""What case work tells the bus: verdicts for the engine, receipts and outcomes for whoever pushed a lead.

An event is written to the log first, then published, then noted as published. If the bus fails in
between, `unpublished` knows what is missing; to publish twice does no harm, since an engine drops a
verdict it has seen and a receipt carries its own id.
"""

from collections.abc import Callable, Sequence
from typing import Any

from casework.event import SYSTEM, Act, Event
from casework.refusal import CaseConflict
from connectors.record_append import RECEIPT_TOPIC, append_to_folder, append_to_kafka
from jobs.casework.desk import Desk
from jobs.settings import Settings

PUBLISHER = f"{SYSTEM}publish"
Append = Callable[[str, dict[str, Any]], None]


def append_to(settings: Settings) -> Append:
    """Return what appends a record to a topic of the bus, a folder or Kafka."""
    bus = settings.kafka_bus
    if bus is not None:
        return lambda topic, record: append_to_kafka(bus, topic, record)
    return lambda topic, record: append_to_folder(settings.bus_folder, topic, record)


def record_of(event: Event) -> tuple[str, dict[str, Any]] | None:
    """Return topic and record of an event that the bus is told of, None for all others.

    Records of `receipt` hold: receipt_id, event_time, lead_id, source, kind ("receipt" or
    "outcome"), handler; of an outcome also outcome and, if there is one, note. No card number.
    Those of `watchlist` are as ``duanka watchlist`` writes them.
    """
    act = event.act
    if act.action == "verdict_given":
        record = {"event_time": act.at_ms, "card": act.payload["card"], "verdict": act.payload["verdict"],
                  "officer": act.officer, "note": act.reason}
        return "verdict", record | {name: act.payload[name] for name in ("lead_id", "hit_id") if act.payload.get(name)}
    if act.action in ("card_listed", "card_unlisted"):
        return "watchlist", act.payload["word"]
    if act.action in ("lead_receipt", "lead_closed"):
        record = {"receipt_id": event.hash[:24], "event_time": act.at_ms,
                  "lead_id": event.subject.partition(":")[2], "source": act.payload["source"],
                  "kind": "receipt" if act.action == "lead_receipt" else "outcome", "handler": act.officer}
        if act.action == "lead_closed":
            record["outcome"] = act.payload["outcome"]
        return RECEIPT_TOPIC, record | ({"note": act.reason} if act.reason else {})
    return None


def unpublished(events: Sequence[Event]) -> list[Event]:
    """Return the events of a subject that the bus should have been told of and was not."""
    told = {event.act.payload["seq"] for event in events if event.act.action == "published"}
    return [event for event in events if record_of(event) is not None and event.seq not in told]


def publish(desk: Desk, append: Append, subject: str) -> int:
    """Tell the bus what is missing of a subject; return the number of records.

    Raises
    ------
    TopicError
        The bus does not take it. What is in the log stays there, for `duanka audit publish`.
    """
    events = unpublished(desk.events(subject))
    for event in events:
        topic, record = record_of(event)
        append(topic, record)
        note_published(desk, event, topic)
    return len(events)


def note_published(desk: Desk, event: Event, topic: str) -> None:
    """Note in the log that the bus was told; a few times if need be, since somebody may write there at the moment."""
    act = Act("published", PUBLISHER, 0, "", {"seq": event.seq, "topic": topic}, f"publish/{event.subject}/{event.seq}")
    for attempt in range(5):
        try:
            desk.carry_out(event.subject, act, lambda before, a: [a])
            return
        except CaseConflict:
            if attempt == 4:
                raise
