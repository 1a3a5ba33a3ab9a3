"""Where a record lies in a Kafka topic: partition, offset of its message, line within the message.

A shard keeps one source and one 64-bit position per record. Here the source names the partition
and the position packs offset and line; dead letters show them apart again.
"""

import re

import numpy as np

#: Bits of the line within a message; 43 remain for offsets, 27 years at 10,000 messages a second.
LINE_BITS = 20
#: Lines of one message that can be told apart.
MAX_LINES = 1 << LINE_BITS
_SOURCE = re.compile(r"kafka:(?P<topic>[A-Za-z0-9._-]+)/(?P<partition>\d+)")


def partition_source(kafka_topic: str, partition: int) -> str:
    """Name of a partition as a source of records.

    >>> partition_source("duanka.cdr", 3)
    'kafka:duanka.cdr/3'
    """
    return f"kafka:{kafka_topic}/{partition}"


def parse_source(source: str) -> tuple[str, int] | None:
    """Kafka topic and partition of a source, None where it is something else (a file)."""
    match = _SOURCE.fullmatch(source)
    return (match["topic"], int(match["partition"])) if match else None


def pack_position(offset: np.ndarray, line: np.ndarray) -> np.ndarray:
    """One int64 of an offset and a line below `MAX_LINES`."""
    return (offset.astype(np.int64) << LINE_BITS) | line.astype(np.int64)


def letter_place(source: str, position: int) -> tuple[str, int]:
    """Source and offset that a dead letter shows; a file's are what they are.

    Lines after the first of their message have it in the source, so that no two records share a place.

    >>> letter_place("kafka:cdr/3", (1234 << LINE_BITS) | 7)
    ('kafka:cdr/3+7', 1234)
    >>> letter_place("/bus/cdr/1.ndjson", 512)
    ('/bus/cdr/1.ndjson', 512)
    """
    if parse_source(source) is None:
        return source, position
    line = position & (MAX_LINES - 1)
    return (f"{source}+{line}" if line else source), position >> LINE_BITS
