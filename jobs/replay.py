"""Replay a folder of topics without Flink: backtests, notebooks, and the proof of the Flink job."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from connectors.folder import read_chunk
from connectors.folder_cursor import FolderCursor
from connectors.folder_plan import FolderPlan
from features.events import TOPICS
from features.peek import peek_time
from jobs.engine import END_OF_TIME_MS, Engine, EngineSettings
from jobs.outcome import StepOutcome
from jobs.routing import RoutedChunk
from jobs.warning_row import WarningRow

#: Bytes of a chunk when nothing else is asked for (ours, measured: larger gains nothing).
CHUNK_BYTES = 4 << 20
#: Records scored at once (ours, measured: half as fast again as chunk by chunk).
STEP_RECORDS = 120_000


@dataclass(frozen=True)
class Progress:
    """How far a replay has come."""

    records: int
    bytes_done: int
    bytes_total: int
    seconds: float


@dataclass(frozen=True)
class ReplayStep:
    """Some chunks' worth of work: the chunks (none at the end), each shard's outcome, warnings of victims, and
    what the shards of taint and openings found, as the store's writer gets it."""

    engine: Engine
    chunks: list[RoutedChunk]
    watermark_ms: int
    outcomes: list[tuple[int, StepOutcome]]
    progress: Progress
    warnings: list[WarningRow]
    findings: list[dict]


def replay(
    bus: Path, settings: EngineSettings, chunk_bytes: int = CHUNK_BYTES, step_records: int = STEP_RECORDS
) -> Iterator[ReplayStep]:
    """Run everything in a folder of topics through the engine, in order, to the last record.

    Parameters
    ----------
    bus : Path
        Folder with one folder per topic.
    chunk_bytes, step_records : int
        How much is decoded, and scored, at once; neither changes a hit.

    Yields
    ------
    ReplayStep
        The last one also holds what the end of input let out.
    """
    engine = Engine(settings)
    total = sum(f.stat().st_size for topic in TOPICS for f in (bus / topic).glob("*.ndjson"))
    started = time.perf_counter()
    records = done = 0
    waiting: list[RoutedChunk] = []

    def step(low_ms: int) -> ReplayStep:
        outcomes = list(engine.advance(low_ms))
        progress = Progress(records, done, total, time.perf_counter() - started)
        warnings, findings = engine.take_warnings(), engine.take_findings()
        return ReplayStep(engine, waiting, engine.watermark_ms(low_ms), outcomes, progress, warnings, findings)

    for chunk in plan_chunks(bus, settings.latest_ms, chunk_bytes, settings.lateness_ms):
        raw = read_chunk(chunk.path, chunk.start, chunk.end)
        waiting.append(engine.take(chunk.topic, chunk.path, chunk.start, raw))
        records += waiting[-1].events.records
        done += chunk.end - chunk.start
        if sum(taken.events.records for taken in waiting) >= step_records:
            yield step(chunk.low_ms)
            waiting = []
    yield step(END_OF_TIME_MS)


def plan_chunks(bus: Path, latest_ms: int, chunk_bytes: int, lateness_ms: int = 0):
    """Chunks of a folder in the order in which every engine takes them."""
    peek: Callable = partial(peek_time, latest_ms=latest_ms)
    plan = FolderPlan(bus, tuple(TOPICS), chunk_bytes, peek, lateness_ms=lateness_ms)
    cursor = FolderCursor()
    try:
        while (planned := plan.plan_next(cursor)) is not None:
            chunk, cursor = planned
            yield chunk
    finally:
        plan.close()
