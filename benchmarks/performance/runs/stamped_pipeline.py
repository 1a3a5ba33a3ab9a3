"""The scoring pipeline with stamps, and on demand with a stage clock in every worker; for measured runs alone."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.performance.profile.stage_clock import StageClock
from benchmarks.performance.profile.watched_parts import watch_parts
from benchmarks.performance.stamps import Stamp
from jobs.flink.protocol import Chunk, Routed
from jobs.score import ScoringPipeline

_EVERY_S = 0.5
_clock: StageClock | None = None


@dataclass(frozen=True)
class StampedPipeline(ScoringPipeline):
    """Notes when it decodes and writes.

    Attributes
    ----------
    out : Path
        Gets ``stamps`` and ``scored``, and with `stages` also ``stages`` and ``worker-cpu``.
    """

    out: Path = Path()
    stages: bool = False

    def __call__(self) -> "StampedPipeline":
        if self.stages:
            _watch_once()
        return super().__call__()

    @cached_property
    def _stamp(self) -> "WorkerStamp":
        return WorkerStamp(self.out, self.stages)

    @cached_property
    def _scored(self) -> Stamp:
        return Stamp(self.out / "scored")

    def decode(self, chunk: Chunk) -> Iterator[Routed]:
        self._stamp.note(0)
        yield from super().decode(chunk)
        self._stamp.note(0)

    def device_shard(self, shard: int):
        return self._noted(super().device_shard(shard))

    def card_shard(self, shard: int):
        made = super().card_shard(shard)
        step, stamp = made._shard.step, self._scored

        def step_noted(watermark_ms: int):
            outcome = step(watermark_ms)
            if outcome.scored:
                stamp.note(outcome.rows)
            return outcome

        made._shard.step = step_noted
        return self._noted(made)

    def person_shard(self, shard: int):
        return self._noted(super().person_shard(shard))

    def payee_shard(self, shard: int):
        return self._noted(super().payee_shard(shard))

    def sink(self, payloads: list[bytes]) -> None:
        self._stamp.note(0)
        super().sink(payloads)
        self._stamp.note(0)
        self._stamp.close()  # the last word of all, and a worker's process may end without one

    def _noted(self, shard):
        advance, stamp = shard.advance, self._stamp

        def advance_noted(watermark_ms: int):
            outputs = advance(watermark_ms)
            stamp.note(0)
            return outputs

        shard.advance = advance_noted
        return shard


class WorkerStamp:
    """One operator's stamp; with stages also what the process has spent in all, at the first and the last note."""

    def __init__(self, out: Path, stages: bool):
        self._stamp = Stamp(out / "stamps")
        self._out, self._stages = out, stages
        self._first_s: float | None = None
        self._due = 0.0

    def close(self) -> None:
        self._stamp.close()

    def note(self, records: int) -> None:
        self._stamp.note(records)
        if not self._stages:
            return
        if self._first_s is None:
            self._first_s = time.process_time()
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _EVERY_S
            _clock.write(self._out / "stages")
            folder = self._out / "worker-cpu"
            folder.mkdir(parents=True, exist_ok=True)
            # One of the operators in this process was first; whoever writes last knows the later end.
            (folder / f"{os.getpid()}-{id(self)}.json").write_text(json.dumps([self._first_s, time.process_time()]))


def worker_cpu_s(out: Path) -> float:
    """Processor seconds of all workers from their first record on."""
    spans: dict[str, list[float]] = {}
    for file in (out / "worker-cpu").glob("*.json"):
        first, last = json.loads(file.read_text())
        known = spans.setdefault(file.name.partition("-")[0], [first, last])
        known[:] = min(known[0], first), max(known[1], last)
    return sum(last - first for first, last in spans.values())


def _watch_once() -> None:
    global _clock
    if _clock is None:
        _clock = StageClock()
        watch_parts(_clock)
