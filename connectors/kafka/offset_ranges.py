"""Offset ranges of one topic as text, as a plan keeps them and the store names them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.errors import TopicError

_TEXT = re.compile(r"kafka:(?P<topic>[A-Za-z0-9._-]+)\[(?P<ranges>\d+:\d+-\d+(,\d+:\d+-\d+)*)\]")


@dataclass(frozen=True)
class OffsetRange:
    """Messages of a partition from offset `start` on, before `end`."""

    partition: int
    start: int
    end: int


def ranges_to_text(kafka_topic: str, ranges: Sequence[OffsetRange]) -> str:
    """Text of ranges of one topic.

    >>> ranges_to_text("cdr", [OffsetRange(0, 100, 220), OffsetRange(3, 7, 8)])
    'kafka:cdr[0:100-220,3:7-8]'
    """
    return f"kafka:{kafka_topic}[{','.join(f'{r.partition}:{r.start}-{r.end}' for r in ranges)}]"


def ranges_from_text(text: str) -> tuple[str, list[OffsetRange]]:
    """Kafka topic and ranges that `ranges_to_text` wrote.

    Raises
    ------
    TopicError
        It is something else.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise TopicError(f"no offset ranges of a Kafka topic: {text[:80]!r}; the plan log belongs to another bus, "
                         "use another state folder")
    ranges = []
    for part in match["ranges"].split(","):
        partition, _, span = part.partition(":")
        start, _, end = span.partition("-")
        ranges.append(OffsetRange(int(partition), int(start), int(end)))
    return match["topic"], ranges


def is_offset_ranges(text: str) -> bool:
    """Whether `text` was written by `ranges_to_text`; the path of a file is not."""
    return text.startswith("kafka:") and _TEXT.fullmatch(text) is not None
