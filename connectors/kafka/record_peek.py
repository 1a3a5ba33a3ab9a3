"""The key and the time of a raw record, taken from its bytes without decoding it.

For the order in which records are sent, not for scoring: a record that cannot be read has neither
and is sent all the same, so that the job can refuse it with a reason.
"""

import re
from datetime import datetime

from features.events import TOPICS, FieldType

#: The field whose card decides the order of a topic's records, and what kind of card it names.
_KEY_FIELDS = {"cdr": ("caller", b"phone:"), "txn": ("payer", b"account:")}
_KEYS = {}
_TIMES = {}
for _name, _topic in TOPICS.items():
    _field, _kind = _KEY_FIELDS.get(_name) or (next(f.name for f in _topic.fields if f.type is FieldType.CARD), b"")
    # A quote within a string is escaped, so these bytes are found in names of fields alone.
    _KEYS[_name] = (re.compile(rb'"%s"\s*:\s*"([^"\\]{1,64})"' % _field.encode()).search, _kind)
    _TIMES[_name] = re.compile(
        rb'"%s"\s*:\s*(?:"([0-9T:.+Z -]{10,40})"|(\d{10,14})\b)' % _topic.time_field.encode()
    ).search


def key_of(topic: str, line: bytes) -> bytes | None:
    """The card that the record is about, as the key of its message.

    None for a topic that is none of the engine's.

    >>> key_of("cdr", b'{"event_id": "1", "caller": "13800000001"}')
    b'phone:13800000001'
    """
    if topic not in _KEYS:
        return None
    search, kind = _KEYS[topic]
    found = search(line)
    return kind + found[1] if found else None


def time_of(topic: str, line: bytes) -> int | None:
    """Its event time, UTC ms.

    >>> time_of("lead", b'{"pushed_at": "2026-01-01T08:00:00+08:00"}')
    1767225600000
    """
    found = _TIMES[topic](line)
    if found is None:
        return None
    if found[2]:
        return int(found[2])
    try:
        moment = datetime.fromisoformat(found[1].decode())
        return round(moment.timestamp() * 1000) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
