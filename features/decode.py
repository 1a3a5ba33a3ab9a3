"""Raw bytes of a topic into columns, with every refused record accounted for."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from features.events import TOPICS, Topic
from features.lines import split_lines
from features.parse_bulk import parse_bulk
from features.parse_strict import parse_strict
from features.rejects import Reject
from features.validate import validate


@dataclass(frozen=True)
class EventBatch:
    """The accepted records of one chunk, in the order in which they stood there.

    Attributes
    ----------
    topic : Topic
    columns : dict
        One array of length n per field; see :func:`features.validate.validate`.
    offset : ndarray of int64, shape (n,)
        Where each record begins in its source, bytes.
    rejects : tuple of Reject
        ``len(offset) + len(rejects) == records``: nothing is lost.
    reject_offset : ndarray of int64
        Where each refused record begins in its source, bytes.
    """

    topic: Topic
    columns: dict[str, np.ndarray | pa.StringArray]
    offset: np.ndarray
    rejects: tuple[Reject, ...]
    reject_offset: np.ndarray

    def __len__(self) -> int:
        return self.offset.size

    @property
    def records(self) -> int:
        return len(self) + len(self.rejects)

    @property
    def time_ms(self) -> np.ndarray:
        return self.columns[self.topic.time_field]


def decode(topic_name: str, raw: bytes, base_offset: int, latest_ms: int) -> EventBatch:
    """Decode a chunk.

    Parameters
    ----------
    topic_name : str
        A key of :data:`features.events.TOPICS`.
    raw : bytes
        JSON objects, one a line.
    base_offset : int
        Position of `raw` in its source, bytes.
    latest_ms : int
        Latest event time accepted, UTC ms.

    Returns
    -------
    EventBatch

    Examples
    --------
    >>> raw = b'{"event_id":"1","event_time":1767225600000,"payer":"A","payee":"B","amount":"12.5"}\\n{'
    >>> batch = decode("txn", raw, 0, 1767225600001)
    >>> batch.columns["amount"].tolist(), [str(r.reason) for r in batch.rejects]
    ([1250], ['malformed_json'])
    """
    topic = TOPICS[topic_name]
    lines = split_lines(raw)
    kept = np.arange(len(lines))
    rejects: list[Reject] = []
    parsed = parse_bulk(topic, raw, len(lines)) if len(lines) and lines.plain.all() else None
    if parsed is None:
        parsed, indices, rejects = parse_strict(topic, lines)
        kept = np.array(indices, np.int64)
    columns, verdicts = validate(topic, parsed, latest_ms)
    for row, (reason, detail) in verdicts.why.items():
        index = int(kept[row])
        rejects.append(Reject(index, reason, detail, lines.record(index)))
    rejects.sort(key=lambda r: r.index)
    if verdicts.wrong.any():
        keep = ~verdicts.wrong
        kept = kept[keep]
        columns = {name: _filter(column, keep) for name, column in columns.items()}
    return EventBatch(
        topic,
        columns,
        base_offset + lines.starts[kept],
        tuple(rejects),
        base_offset + lines.starts[[r.index for r in rejects]].astype(np.int64),
    )


def _filter(column: np.ndarray | pa.StringArray, keep: np.ndarray) -> np.ndarray | pa.StringArray:
    return column.filter(pa.array(keep)) if isinstance(column, pa.StringArray) else column[keep]

