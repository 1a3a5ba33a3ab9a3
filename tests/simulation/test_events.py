"""Every line is a valid event of its topic, in order, with an identifier of its own."""

import re
from datetime import datetime
from decimal import Decimal

import pytest

from features.events import TOPICS, FieldType
from simulation.clock import local_hour
from simulation.run import TOPICS as WRITTEN

PARTY = re.compile(r"[!-~]{1,40}\Z")
CARD = re.compile(r"(phone|account):[!-~]{1,40}\Z")


def problem(field, value):
    """What is wrong with a value, or None."""
    kind = field.type
    if kind is FieldType.TIME:
        return None if isinstance(value, int) and value > 0 or datetime.fromisoformat(str(value)).tzinfo else "time"
    if kind is FieldType.MONEY:
        fen = Decimal(str(value)) * 100
        if fen != int(fen):
            return "more than two decimals"
        value = int(fen)
    if kind is FieldType.CHOICE:
        return None if value in field.choices else "not a choice"
    if kind is FieldType.FLAG:
        return None if isinstance(value, bool) else "not a flag"
    if kind in (FieldType.MONEY, FieldType.SECONDS):
        low, high = field.low, field.high
        return None if (low is None or value >= low) and (high is None or value <= high) else "out of range"
    if not isinstance(value, str) or not 1 <= len(value) <= field.max_length or not value.isprintable():
        return "not printable text of allowed length"
    pattern = {FieldType.PARTY: PARTY, FieldType.CARD: CARD}.get(kind)
    return None if pattern is None or pattern.match(value) else "pattern"


@pytest.mark.parametrize("topic", WRITTEN)
def test_every_event_is_valid(city, topic):
    fields = {f.name: f for f in TOPICS[topic].fields}
    required = {name for name, f in fields.items() if f.required}
    events = city.events(topic)
    assert events
    for event in events:
        assert required <= event.keys() <= fields.keys(), event
        for name, value in event.items():
            assert problem(fields[name], value) is None, (name, value)


@pytest.mark.parametrize("topic", WRITTEN)
def test_files_are_in_order_of_time(city, topic):
    times = [event[TOPICS[topic].time_field] for event in city.events(topic)]
    assert times == sorted(times)
    assert max(p.stat().st_size for p in city.files(topic)) < 64 * 2**20
    assert all(re.fullmatch(r"\d{6}\.ndjson", p.name) for p in city.files(topic))


def test_every_optional_field_occurs(city):
    for topic in WRITTEN:
        seen = set().union(*city.events(topic))
        assert {f.name for f in TOPICS[topic].fields} - seen <= {"hit_id", "note"}, topic


def test_identifiers_are_unique_and_in_order_of_time(city, cdr, txn):
    events = [*city.events("card"), *cdr, *txn]
    assert len({event["event_id"] for event in events}) == len(events)
    by_id = sorted(events, key=lambda event: event["event_id"])
    assert [event["event_time"] for event in by_id] == sorted(event["event_time"] for event in events)


def test_events_lie_in_the_window(city, cdr, txn):
    window = city.config.window
    for event in (*cdr, *txn):
        assert window.begin <= event["event_time"] < window.end


def test_cards_are_opened_in_office_hours(city):
    assert {int(local_hour(e["event_time"])) for e in city.events("card")} <= set(range(9, 18))


def test_the_snapshot_opens_every_card_before_the_window(city, cdr):
    opened = {event["card"]: event["event_time"] for event in city.events("card") if event["action"] == "open"}
    with_sim = [event for event in cdr if "imsi" in event]
    assert all(opened[f"phone:{event['caller']}"] <= event["event_time"] for event in with_sim)
    old = sum(time < city.config.window.begin for time in opened.values())
    assert 0.97 < old / len(opened) < 1
