"""Records as they may be shown: without whole card numbers."""

import json
from typing import Any

from connectors.masking import mask_numbers
from features.events import TOPICS, FieldType

#: Fewest digits of a number that may be a card, a handset or a person, where its field is for something else (ours).
_LONG = 11
_CARD_FIELDS = {
    topic.name: {field.name for field in topic.fields if field.type in (FieldType.PARTY, FieldType.CARD)}
    for topic in TOPICS.values()
}


def mask_card(text: str) -> str:
    """First three characters of a number, the kind of card before it.

    >>> mask_card("phone:13812345678"), mask_card("10086")
    ('phone:138********', '100**')
    """
    kind, colon, number = text.rpartition(":")
    return f"{kind}{colon}{number[:3]}{'*' * len(number[3:])}"


def mask_record(topic: str, line: bytes) -> str:
    """The record with its card numbers masked, and long numbers within other texts.

    What is no JSON object is shown with all long numbers masked, its time among them.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        return mask_numbers(line.decode(errors="replace"))
    cards = _CARD_FIELDS[topic]
    own = {TOPICS[topic].time_field, TOPICS[topic].id_field}
    shown = {
        name: value if name in own else mask_card(str(value)) if name in cards else _masked(value)
        for name, value in record.items()
    }
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _masked(value: Any) -> Any:
    """Within anything that JSON can hold."""
    if isinstance(value, str):
        return mask_numbers(value)
    if isinstance(value, int) and len(str(value)) >= _LONG:
        return mask_numbers(str(value))
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if isinstance(value, dict):
        return {name: _masked(item) for name, item in value.items()}
    return value
