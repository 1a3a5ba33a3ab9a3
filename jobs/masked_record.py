"""Records as they may be shown: without whole card numbers."""

import json
import re
from typing import Any

from features.events import TOPICS, FieldType

#: Digits in a row that may be a card, a handset or a person in a field that is for something else.
_LONG = re.compile(r"\d{11,}")
#: The same where nothing is known of the text around it.
_LONG_ANYWHERE = re.compile(rb"\d{7,}")
_CARD_FIELDS = {
    topic.name: {field.name for field in topic.fields if field.type in (FieldType.PARTY, FieldType.CARD)}
    for topic in TOPICS.values()
}


def mask_number(text: str) -> str:
    """First three and last two characters of a number, the kind of card before it.

    >>> mask_number("phone:13812345678"), mask_number("10086")
    ('phone:138******78', '1****')
    """
    kind, colon, number = text.rpartition(":")
    if len(number) < 8:
        return f"{kind}{colon}{number[:1]}{'*' * (len(number) - 1)}"
    return f"{kind}{colon}{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def mask_record(topic: str, line: bytes) -> str:
    """The record with its card numbers masked, and other long runs of digits within texts.

    What is no JSON object is shown with all runs of seven digits and more masked.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        return _LONG_ANYWHERE.sub(lambda run: mask_number(run[0].decode()).encode(), line).decode(errors="replace")
    cards = _CARD_FIELDS[topic]
    own = {TOPICS[topic].time_field, TOPICS[topic].id_field}
    shown = {
        name: value if name in own else mask_number(str(value)) if name in cards else _masked(value)
        for name, value in record.items()
    }
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _masked(value: Any) -> Any:
    """Within anything that JSON can hold."""
    if isinstance(value, str):
        return _LONG.sub(lambda run: mask_number(run[0]), value)
    if isinstance(value, int) and not isinstance(value, bool) and len(str(abs(value))) >= 11:
        return mask_number(str(value))
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if isinstance(value, dict):
        return {name: _masked(item) for name, item in value.items()}
    return value
