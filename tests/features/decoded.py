"""What became of each record of a chunk, as plain values that can be compared."""

import numpy as np

from features.decode import EventBatch, decode
from tests.features.raw_records import LATEST_MS


def fates(topic: str, raw: bytes, base: int = 0) -> list[tuple]:
    """By record in order: (offset, "kept", its values) or (offset, reason, detail, its bytes)."""
    return fates_of(decode(topic, raw, base, LATEST_MS))


def fates_of(batch: EventBatch) -> list[tuple]:
    values = {name: column_values(column) for name, column in batch.columns.items()}
    found = [
        (offset, "kept", {name: column[row] for name, column in values.items()})
        for row, offset in enumerate(batch.offset.tolist())
    ]
    found += [
        (offset, str(reject.reason), reject.detail, reject.raw)
        for offset, reject in zip(batch.reject_offset.tolist(), batch.rejects)
    ]
    return sorted(found, key=lambda fate: fate[0])


def column_values(column) -> list:
    """Values of a column; an absent text is "" whether the parser made it null or empty."""
    if isinstance(column, np.ndarray):
        return column.tolist()
    return [text or "" for text in column.to_pylist()]


def records_of(raw: bytes) -> list[tuple[int, bytes]]:
    """Offset and bytes of each record of a chunk, found the slow way."""
    found, at = [], 0
    for line in raw.split(b"\n"):
        record = line.strip(b" \t\r")
        if record:
            found.append((at + line.index(record), record))
        at += len(line) + 1
    return found
