"""The event time of a single raw record, for planning which chunk of a stream goes next."""

import msgspec

from features.decode import decode
from features.events import TOPICS
from features.lines import MAX_RECORD_BYTES
from features.validate import EARLIEST_MS

_decode = msgspec.json.Decoder().decode


def peek_time(topic: str, line: bytes, latest_ms: int) -> int | None:
    """Event time of a record, UTC ms, or None where it has none that would be accepted."""
    # Refused whatever it holds; and 64 MiB of brackets would take gigabytes to parse.
    if len(line) > MAX_RECORD_BYTES and len(line.strip(b" \t\r")) > MAX_RECORD_BYTES:
        return None
    try:
        given = _decode(line).get(TOPICS[topic].time_field)
    except (msgspec.DecodeError, UnicodeDecodeError, AttributeError, RecursionError):
        return None
    if type(given) is int:
        return given if EARLIEST_MS <= given <= latest_ms else None
    batch = decode(topic, line, 0, latest_ms)
    return int(batch.time_ms[0]) if len(batch) else None
