"""Write what a run brings out to the store; every write may be repeated and changes nothing then."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connectors.clickhouse import Store
from connectors.event_rows import insert_events
from connectors.folder import read_chunk
from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.record_place import letter_place
from jobs.opening_rows import finding_columns
from jobs.repeated_records import RepeatedRecords
from jobs.routing import RoutedChunk
from jobs.taint_rows import taint_tables

#: Bytes of a refused record that are kept (ours); its place in the source tells the rest.
RAW_BYTES = 65_536
#: Topics that are always stored: people's findings, which learning needs and which are few.
KEPT_TOPICS = ("verdict", "lead", "watchlist")
_MOST_ALERTS = (1 << 20) - 1
#: 2020-01-01: minutes since then have 24 bits until 2051.
_FIRST_RUN_MS = 1_577_836_800_000


@dataclass(frozen=True)
class TakenChunk:
    """A decoded chunk of `size` bytes from `start` of `source` on, and whether its events are stored."""

    topic: str
    source: str
    start: int
    size: int
    routed: RoutedChunk
    keep_events: bool


class StoreWriter:
    """Rows of one run.

    Parameters
    ----------
    store : Store
    run_id : str
    started_ms : int
        When the run began, UTC ms.
    bus : KafkaBus, optional
        Where records lie that do not lie in files.
    """

    def __init__(self, store: Store, run_id: str, started_ms: int, bus: KafkaBus | None = None):
        self._store = store
        self._run_id = run_id
        self._started_ms = started_ms
        self._repeated = RepeatedRecords(bus, RAW_BYTES)

    def chunks(self, taken: Sequence[TakenChunk]) -> None:
        """Events, dead letters and the ledger lines of chunks that were taken together, again so in a repetition."""
        kept: dict[str, list[TakenChunk]] = {}
        for chunk in taken:
            if chunk.keep_events and len(chunk.routed.events):
                kept.setdefault(chunk.topic, []).append(chunk)
        for topic, chunks in kept.items():
            first, columns = chunks[0], [chunk.routed.events.columns for chunk in chunks]
            token = f"events|{self._run_id}|{topic}|{first.source}|{first.start}"
            insert_events(
                self._store,
                topic,
                np.concatenate([chunk.routed.uid for chunk in chunks]),
                {name: _joined([each[name] for each in columns]) for name in columns[0]},
                token if len(chunks) == 1 else f"{token}|{len(chunks)}",
            )
        self._dead_letters([letter for chunk in taken for letter in _letters(chunk)])
        self._count([
            (c.topic, c.source, c.start, c.size, c.routed.events.records, len(c.routed.events.rejects)) for c in taken
        ])

    def oversized(self, topic: str, source: str, start: int, head: bytes, size: int) -> None:
        """A record too long to be read: its beginning goes to the dead letters."""
        self._dead_letters([(topic, source, start, "too_long", f"{size} bytes in one line", head)])
        self._count([(topic, source, start, size, 1, 1)])

    def _count(self, lines: list[tuple[str, str, int, int, int, int]]) -> None:
        # Written last: a chunk that is counted has all its rows in the store.
        if lines:
            columns = zip(("topic", "source", "start", "bytes", "records", "dead"), map(list, zip(*lines)))
            self._store.insert("chunk_counts", {"run_id": [self._run_id] * len(lines), **dict(columns)})

    def outcomes(self, outcomes: Iterable[dict]) -> None:
        """What all kinds of shards sent, see :mod:`jobs.sink_payload`."""
        outcomes = list(outcomes)
        self._warnings([warning for outcome in outcomes for warning in outcome.get("warnings", ())])
        self._openings([found for outcome in outcomes for found in outcome.get("opening_findings", ())])
        self._taint([outcome["taint"] for outcome in outcomes if "taint" in outcome])
        outcomes = [outcome for outcome in outcomes if "shard" in outcome]
        self._hits([hit for outcome in outcomes for hit in outcome["hits"]])
        self._repeats([repeat for outcome in outcomes for repeat in outcome["repeats"]])
        self._scores([rows for outcome in outcomes for rows in outcome["scores"]])
        self._join("shadow_scores", [columns for outcome in outcomes for columns in outcome["shadows"]])
        self._join("feature_samples", [columns for outcome in outcomes for columns in outcome["samples"]])
        latest = {outcome["shard"]: outcome["counts"] for outcome in outcomes}
        if latest:
            columns = {"run_id": [self._run_id] * len(latest), "shard": list(latest)}
            for name in ("scored", "repeated", "late", "alerts"):
                columns[name] = [counts[name] for counts in latest.values()]
            self._store.insert("shard_counts", columns)

    def _hits(self, hits: list[dict]) -> None:
        self._newest("hits", "hit_id", hits)

    def _warnings(self, warnings: list[dict]) -> None:
        self._newest("warnings", "warning_id", warnings)

    def _openings(self, found: list[dict]) -> None:
        if found:
            self._store.insert("opening_findings", finding_columns(found))

    def _taint(self, told: list[dict]) -> None:
        for table, rows in taint_tables(told).items():
            for row in rows:
                # A later run outranks all earlier ones, as with hits; within one it is the rows seen, up to 2 ** 40.
                row["version"] += (self._started_ms - _FIRST_RUN_MS) // 60_000 << 40
            columns = {name: [row[name] for row in rows] for name in rows[0]}
            self._store.insert(table, columns | {"run_id": [self._run_id] * len(rows)})

    def _newest(self, table: str, key: str, found: list[dict]) -> None:
        # A hit or warning changes often within a batch; only how it stands at the end of it is stored.
        latest: dict[str, dict] = {}
        for row in found:
            known = latest.get(row[key])
            if known is None or row["version"] >= known["version"]:
                latest[row[key]] = row
        if not latest:
            return
        rows = list(latest.values())
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        # Within a run the state that knows more is the later one; a later run outranks them all,
        # so that other rules on the same events have the last word.
        columns["version"] = [(self._started_ms << 20) + min(v, _MOST_ALERTS) for v in columns["version"]]
        self._store.insert(table, columns | {"run_id": [self._run_id] * len(rows)})

    def _scores(self, tables: list[dict]) -> None:
        # All shards' rows in one insert: a statement costs more than its rows.
        names = {"event_time_ms": "event_time"}
        self._join("scores", [{names.get(name, name): column for name, column in table.items()}
                              for table in tables if table["uid"]])

    def _join(self, table: str, parts: list[dict]) -> None:
        if parts:
            self._store.insert(table, {name: [v for part in parts for v in part[name]] for name in parts[0]})

    def _repeats(self, repeats: list[dict]) -> None:
        detail = "the same event was taken before"
        self._dead_letters([
            (r["topic"], r["source"], r["offset"], "duplicate", detail, raw)
            for r, raw in zip(repeats, self._repeated.raw(repeats))
        ])

    def _dead_letters(self, letters: list[tuple[str, str, int, str, str, bytes]]) -> None:
        if not letters:
            return
        topic, source, position, reason, detail, raw = (list(column) for column in zip(*letters))
        source, offset = (list(column) for column in zip(*map(letter_place, source, position)))
        names = [f"{t}|{s}|{o}" for t, s, o in zip(topic, source, offset)]
        self._store.insert(
            "dead_letters",
            {
                "dead_id": [hashlib.blake2b(n.encode(), digest_size=8).hexdigest() for n in names],
                "topic": topic,
                "source": source,
                "offset": offset,
                "reason": reason,
                "detail": detail,
                "raw": [r[:RAW_BYTES] for r in raw],
            },
        )


def _letters(chunk: TakenChunk) -> Iterator[tuple[str, str, int, str, str, bytes]]:
    events, sources = chunk.routed.events, chunk.routed.sources
    for index, position, reject in zip(chunk.routed.reject_source.tolist(), events.reject_offset.tolist(),
                                       events.rejects):  # fmt: skip
        yield chunk.topic, sources[index], position, str(reject.reason), reject.detail, reject.raw


def _joined(columns: list[np.ndarray | pa.Array]) -> np.ndarray | pa.Array:
    if len(columns) == 1:
        return columns[0]
    return np.concatenate(columns) if isinstance(columns[0], np.ndarray) else pa.concat_arrays(columns)


def read_head(path: str, start: int, end: int) -> bytes:
    """Beginning of an oversized record."""
    return read_chunk(path, start, min(end, start + RAW_BYTES))
