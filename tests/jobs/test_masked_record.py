"""Records that are shown hold no whole card number."""

import json

import pytest

from features.events import TOPICS, FieldType
from jobs.masked_record import mask_record


@pytest.mark.parametrize("topic", TOPICS)
def test_no_card_of_any_field_is_shown(topic):
    cards = [f for f in TOPICS[topic].fields if f.type in (FieldType.PARTY, FieldType.CARD)]
    numbers = {f.name: f"138{i:08d}" for i, f in enumerate(cards)}
    record = {f.name: f"phone:{numbers[f.name]}" if f.type is FieldType.CARD else numbers[f.name] for f in cards}
    shown = mask_record(topic, json.dumps(record | {TOPICS[topic].time_field: 1767225600000}).encode())
    assert cards and not [n for n in numbers.values() if n in shown]
    assert json.loads(shown)[TOPICS[topic].time_field] == 1767225600000


@pytest.mark.parametrize("line", [
    b"caller 13800000001 broken", b'{"caller": "13800000001",', b'["13800000001"]', b"\xff 13800000001",
    b'"13800000001"',
    b'{"memo": "pay 13800000001 now"}', b'{"unknown": {"deep": ["6222020000000001", 13800000001]}}',
    b'{"memo": "6222 0212 3456 7890 13800000001"}', b'{"caller": 13800000001}', b'{"caller": "abc13800000001"}',
])
def test_neither_is_one_where_it_does_not_belong(line):
    shown = mask_record("cdr", line)
    assert "13800000001" not in shown and "6222020000000001" not in shown and "7890" not in shown and "*" in shown


def test_what_is_no_card_stays():
    line = {"event_id": "e12345678901234", "event_time": 1767225600000, "amount": "55.31", "memo": "房租"}
    assert json.loads(mask_record("txn", json.dumps(line).encode())) == line
