"""Scores into a file: Parquet or CSV by its ending."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from features.errors import DuankaError
from jobs.routing import RoutedChunk
from jobs.score_rows import ScoreRows

#: Columns of the file; others rely on them.
SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("event_time_ms", pa.int64()),
        ("topic", pa.string()),
        ("card", pa.string()),
        ("score", pa.float64()),
        ("level", pa.string()),
        ("typologies", pa.string()),
    ]
)


class BadScoreFile(DuankaError, ValueError):
    """Scores cannot be written there."""


class ScoreFile:
    """One row per event and card concerned: `SCHEMA`, typologies joined by ``+``.

    Parameters
    ----------
    path : Path
        Ends in ``.parquet`` or ``.csv``; replaced when it exists.

    Raises
    ------
    BadScoreFile
        Another ending, or not writable.
    """

    def __init__(self, path: Path):
        make = {".parquet": pq.ParquetWriter, ".csv": pa_csv.CSVWriter}.get(path.suffix)
        if make is None:
            other = path.suffix
            raise BadScoreFile(f"scores go to a .parquet or .csv file, got {other or 'no ending'!r}")
        try:
            self._writer = make(path, SCHEMA)
        except OSError as error:
            raise BadScoreFile(f"{path} cannot be written: {error}") from error
        self._ids = EventIds()

    def note(self, chunk: RoutedChunk) -> None:
        """Remember the chunk's event ids until its last event is scored."""
        self._ids.note(chunk)

    def write(self, rows: ScoreRows) -> None:
        columns = [
            self._ids.of(rows.uid),
            rows.event_time_ms,
            rows.topic,
            rows.card,
            rows.score,
            rows.level,
            ["+".join(codes) for codes in rows.typologies],
        ]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA))

    def forget_before(self, watermark_ms: int) -> None:
        """Let go of the ids of chunks whose events have all been scored."""
        self._ids.forget_before(watermark_ms)

    def close(self) -> None:
        self._writer.close()


class EventIds:
    """From the hash that travels with an event back to its source's identifier."""

    def __init__(self):
        self._books: list[tuple[int, np.ndarray, np.ndarray]] = []

    def note(self, chunk: RoutedChunk) -> None:
        if not len(chunk.events):
            return
        field = chunk.events.topic.id_field
        if field:
            ids = chunk.events.columns[field].to_numpy(zero_copy_only=False)
        else:
            ids = np.array([f"{uid:016x}" for uid in chunk.uid.tolist()], object)
        order = np.argsort(chunk.uid)
        self._books.append((int(chunk.events.time_ms.max()), chunk.uid[order], ids[order]))

    def of(self, uid: np.ndarray) -> np.ndarray:
        """Identifiers of known events, object array of str, shape of `uid`."""
        found = np.empty(uid.size, object)
        for _, known, ids in self._books:
            at = np.minimum(np.searchsorted(known, uid), known.size - 1)
            mine = known[at] == uid
            found[mine] = ids[at[mine]]
        return found

    def forget_before(self, watermark_ms: int) -> None:
        self._books = [book for book in self._books if book[0] > watermark_ms]
