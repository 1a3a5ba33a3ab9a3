"""What the Flink topology of :mod:`jobs.flink` does with samples and verdicts.

The same topology as the scoring job's, with other words for its places: a chunk is a slice of
event time in the store, a card shard is the learner of a kind of card, the sink writes candidates.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import orjson

from connectors.clickhouse import Store, open_store
from connectors.model_registry import ModelRegistry
from connectors.queries.learning_rows import samples_between, verdicts_between
from features.roles import ACCOUNT, PHONE
from jobs.flink.protocol import END_OF_TIME_MS, TO_CARDS, Chunk, Output, Planner, Routed
from jobs.learning.candidates import CandidateWriter
from jobs.learning.learner_shard import LearnerShard
from jobs.learning.rows import encode_rows, stored_sample_columns, verdict_columns
from jobs.learning.sampling import FEATURE_SETS
from jobs.learning.slices import SlicePlanner
from models.learned.online_settings import LearnerSettings
from models.scorer import FEATURE_NAMES

#: One shard a kind; the number of shards is a power of two.
KINDS = {PHONE: "phone", ACCOUNT: "account"}


@dataclass(frozen=True)
class LearningPipeline:
    """The learning job's pipeline; picklable, it is its own factory.

    Attributes
    ----------
    store_url : str
    models : Path
        Folder of the model registry.
    run_id : str
    settings : LearnerSettings
    follow : bool
    settle_ms : int
        See :class:`jobs.learning.slices.SlicePlanner`.
    """

    store_url: str
    models: Path
    run_id: str
    settings: LearnerSettings = LearnerSettings()  # noqa: RUF009
    follow: bool = False
    settle_ms: int = 0

    def __call__(self) -> "LearningPipeline":
        return LearningPipeline(
            self.store_url, self.models, self.run_id, self.settings, self.follow, self.settle_ms
        )

    @cached_property
    def _store(self) -> Store:
        return open_store(self.store_url)

    @cached_property
    def _writer(self) -> CandidateWriter:
        return CandidateWriter(ModelRegistry(self.models), self._store, self.run_id)

    def planner(self, planned: Iterable[Chunk]) -> Planner:
        planner = SlicePlanner(lambda: open_store(self.store_url), self.follow, self.settle_ms)
        planner.skip(planned)
        return planner

    def decode(self, chunk: Chunk) -> Iterator[Routed]:
        verdicts = verdicts_between(self._store, chunk.start, chunk.end)
        confirmed = [verdict == "confirmed" for verdict in verdicts["verdict"]]
        told = (verdicts["time_ms"], verdicts["uid"], verdicts["card"], confirmed, verdicts["officer"])
        for kind, name in KINDS.items():
            rows = samples_between(self._store, name, FEATURE_SETS[kind], chunk.start, chunk.end)
            samples = stored_sample_columns(rows, len(FEATURE_NAMES[kind]))
            yield TO_CARDS, kind, encode_rows(samples, verdict_columns(*told, kind))

    def device_shard(self, shard: int) -> "NoDevices":
        return NoDevices()

    def card_shard(self, shard: int) -> "LearnerOnFlink":
        return LearnerOnFlink(LearnerShard(shard, self.settings))

    def sink(self, payloads: list[bytes]) -> None:
        self._writer.write(row for payload in payloads for row in orjson.loads(payload))


class LearnerOnFlink:
    """A learner behind the job's protocol: bytes in, reports as JSON out."""

    def __init__(self, shard: LearnerShard):
        self._shard = shard
        self._bytes = 0
        self.push = shard.push
        self.restore = shard.restore

    def advance(self, watermark_ms: int) -> list[Output]:
        rows = self._shard.step(watermark_ms)
        return [(0, orjson.dumps(rows))] if rows else []

    @property
    def held_from_ms(self) -> int:
        return self._shard.held_from_ms

    def snapshot(self) -> bytes:
        blob = self._shard.snapshot()
        self._bytes = len(blob)
        return blob

    @property
    def snapshot_bytes(self) -> int:
        return self._bytes


class NoDevices:
    """The device shards' place, where nothing ever comes."""

    held_from_ms = END_OF_TIME_MS
    snapshot_bytes = 0

    def push(self, payload: bytes) -> None:
        """Never called with anything."""

    def advance(self, watermark_ms: int) -> list[Output]:
        return []

    def snapshot(self) -> bytes:
        return b""

    def restore(self, blob: bytes) -> None:
        """Nothing to restore."""
