"""Holds what the decoder made of a chunk to the oracle: every record, its place, its fate, its values."""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from benchmarks.production.record_oracle import Ruling, rule
from features.decode import EventBatch
from features.rejects import Reject

#: So many digits in a row in a detail would be a number of a card; byte counts are shorter.
_CARD_DIGITS = re.compile(r"\d{9}")


class Disagreement(AssertionError):
    """The product and the oracle part ways; the message has the record and both opinions."""


@dataclass(frozen=True)
class Checked:
    """What a chunk held.

    Attributes
    ----------
    accepted : list of (int, dict)
        Place and values of each accepted record, in order.
    reasons : Counter of str
        Refused records by reason.
    """

    accepted: list[tuple[int, dict[str, object]]] = field(default_factory=list)
    reasons: Counter = field(default_factory=Counter)

    @property
    def records(self) -> int:
        return len(self.accepted) + self.reasons.total()


def records_of(raw: bytes) -> list[tuple[int, bytes]]:
    """Place and bytes of each record of a chunk, found the slow way; blank lines are none.

    >>> records_of(b"a\\n\\n b ")
    [(0, b'a'), (4, b'b')]
    """
    found, at = [], 0
    for line in raw.split(b"\n"):
        record = line.strip(b" \t\r")
        if record:
            found.append((at + line.index(record), record))
        at += len(line) + 1
    return found


def check_chunk(raw: bytes, batch: EventBatch, base: int, latest_ms: int) -> Checked:
    """Check that each record of `raw` is accepted or refused once, rightly.

    Parameters
    ----------
    batch : EventBatch
        What was decoded.
    base : int
        Place of `raw` in its source, bytes.

    Raises
    ------
    Disagreement
    """
    topic = batch.topic.name
    columns = {name: column_values(column) for name, column in batch.columns.items()}
    accepted = dict(zip(batch.offset.tolist(), range(len(batch))))
    refused = dict(zip(batch.reject_offset.tolist(), batch.rejects, strict=True))
    records = records_of(raw)
    _check_places(records, base, batch)
    checked = Checked()
    for index, (at, record) in enumerate(records):
        ruling = rule(topic, record, latest_ms)
        place = base + at
        if place in accepted:
            values = {name: column[accepted[place]] for name, column in columns.items()}
            _check_accepted(topic, record, ruling, values)
            checked.accepted.append((place, values))
        else:
            _check_refused(topic, record, ruling, refused[place], index)
            checked.reasons[str(refused[place].reason)] += 1
    return checked


def check_neighbours(raw: bytes, batch: EventBatch, base: int, decode_alone) -> None:
    """Check that the accepted records of a chunk are the same without the refused ones.

    Parameters
    ----------
    decode_alone : callable
        ``decode_alone(bytes)`` decodes a chunk of the same topic.
    """
    at_place = dict(records_of(raw))
    kept = [at_place[place - base] for place in batch.offset.tolist()]
    alone = decode_alone(b"\n".join(kept))
    if len(alone) != len(kept):
        raise Disagreement(f"{len(kept)} records were accepted among bad ones, {len(alone)} of them alone:\n{kept}")
    for name, column in batch.columns.items():
        pairs = zip(column_values(column), column_values(alone.columns[name]))
        for record, (among, by_itself) in zip(kept, pairs):
            if among != by_itself:
                raise Disagreement(f"{name} is {among!r} among bad records, {by_itself!r} without:\n{record!r}")


def column_values(column) -> list:
    """Values of a decoded column; an absent text is empty, whether null or not."""
    if isinstance(column, np.ndarray):
        return column.tolist()
    return [text or "" for text in column.to_pylist()]


def _check_places(records: list[tuple[int, bytes]], base: int, batch: EventBatch) -> None:
    places = sorted([*batch.offset.tolist(), *batch.reject_offset.tolist()])
    wanted = [base + at for at, _ in records]
    if places != wanted:
        raise Disagreement(f"records lie at {wanted}, accounted for are {places}:\n{[r for _, r in records]}")
    if batch.offset.tolist() != sorted(batch.offset.tolist()):
        raise Disagreement(f"accepted records are out of order: {batch.offset.tolist()}")
    if list(batch.columns) != [f.name for f in batch.topic.fields]:
        raise Disagreement(f"columns are {list(batch.columns)}")
    for name, column in batch.columns.items():
        if len(column) != len(batch):
            raise Disagreement(f"column {name} has {len(column)} values for {len(batch)} records")


def _check_accepted(topic: str, record: bytes, ruling: Ruling, values: dict[str, object]) -> None:
    if ruling.values is None:
        raise Disagreement(f"{topic}: accepted, want one of {sorted(ruling.reasons)}:\n{record!r}")
    wrong = {name: (value, ruling.values[name]) for name, value in values.items() if value != ruling.values[name]}
    if wrong:
        raise Disagreement(f"{topic}: values and those wanted: {wrong}\n{record!r}")


def _check_refused(topic: str, record: bytes, ruling: Ruling, reject: Reject, index: int) -> None:
    if str(reject.reason) not in ruling.reasons:
        wanted = f"one of {sorted(ruling.reasons)}" if ruling.reasons else "it accepted"
        raise Disagreement(f"{topic}: refused as {reject.reason} ({reject.detail}), want {wanted}:\n{record!r}")
    if (reject.raw, reject.index) != (record, index):
        raise Disagreement(f"{topic}: {index} {record!r} is in the dead letters as {reject.index} {reject.raw!r}")
    if not reject.detail or _CARD_DIGITS.search(reject.detail):
        raise Disagreement(f"{topic}: the detail is empty or may tell a card number: {reject.detail!r}\n{record!r}")
