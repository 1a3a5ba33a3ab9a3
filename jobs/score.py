"""The scoring job: what the Flink topology of :mod:`jobs.flink` does with Duanka's events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from connectors.clickhouse import open_store
from connectors.folder import read_chunk
from connectors.folder_plan import MAX_LINE_BYTES
from connectors.model_registry import ModelRegistry
from jobs.card_shard import CardShard
from jobs.chunk_planner import ChunkPlanner
from jobs.device_shard import DeviceShard
from jobs.engine import EngineSettings
from jobs.flink.protocol import END_OF_TIME_MS, TO_CARDS, TO_DEVICES, Chunk, Output, Planner, Routed
from jobs.learning.sampling import sample_rows, store_columns
from jobs.model_life.model_planner import ModelPlanner
from jobs.model_life.shadow_rows import shadow_rows
from jobs.model_life.takeover import Takeover, is_takeover, read_payload
from jobs.routing import route
from jobs.settings import Settings
from jobs.sink_payload import decode, encode
from jobs.store_writer import KEPT_TOPICS, StoreWriter, read_head
from models.rules import Rules

#: Counts are sent at least every so many steps of a shard, hits at once (ours).
_COUNTS_EVERY = 32


@dataclass(frozen=True)
class ScoringPipeline:
    """The production pipeline; picklable, it is its own factory.

    Attributes
    ----------
    settings : Settings
    engine : EngineSettings
        Made once by the client, so that every worker judges times by the same clock.
    run_id : str
    started_ms : int
        When the run began, UTC ms; a later run's word on a hit replaces an earlier run's.
    follow : bool
    """

    settings: Settings
    engine: EngineSettings
    run_id: str
    started_ms: int
    follow: bool = False

    def __call__(self) -> "ScoringPipeline":
        return ScoringPipeline(self.settings, self.engine, self.run_id, self.started_ms, self.follow)

    @cached_property
    def _writer(self) -> StoreWriter:
        return StoreWriter(open_store(self.settings.store), self.run_id, self.started_ms)

    def planner(self, planned: Iterable[Chunk]) -> Planner:
        chunks = ChunkPlanner(
            self.settings.bus_folder,
            self.engine.latest_ms,
            int(self.settings.future_s * 1000),
            self.settings.chunk_kib << 10,
            self.engine.lateness_ms,
            self.follow,
            self.settings.idle_ms,
        )
        if not self.settings.learned:
            chunks.skip(planned)
            return chunks
        registry = ModelRegistry(self.settings.models)
        planner = ModelPlanner(chunks, registry, self.run_id, self.engine.lateness_ms, self.follow)
        chunks.skip(planner.skip(planned))
        return planner

    def decode(self, chunk: Chunk) -> Iterator[Routed]:
        if chunk.control:
            payload = Takeover.from_text(chunk.control).to_payload()
            yield from ((TO_CARDS, shard, payload) for shard in range(self.engine.shards))
            return
        size = chunk.end - chunk.start
        if size > MAX_LINE_BYTES:
            head = read_head(chunk.path, chunk.start, chunk.end)
            self._writer.oversized(chunk.topic, chunk.path, chunk.start, head, size)
            return
        raw = read_chunk(chunk.path, chunk.start, chunk.end)
        latest_ms = chunk.latest_ms or self.engine.latest_ms
        routed = route(chunk.topic, chunk.path, chunk.start, raw, self.engine.shards, latest_ms)
        keep = self.settings.store_events or chunk.topic in KEPT_TOPICS
        self._writer.chunk(chunk.topic, chunk.path, chunk.start, size, routed, keep)
        for shard, batch in routed.to_devices:
            yield TO_DEVICES, shard, batch.to_bytes()
        for shard, batch in routed.to_cards:
            yield TO_CARDS, shard, batch.to_bytes()

    def device_shard(self, shard: int) -> "DeviceShardOnFlink":
        return DeviceShardOnFlink(DeviceShard(self.engine.shards, self.engine.bounds))

    def card_shard(self, shard: int) -> "CardShardOnFlink":
        card_shard = CardShard(self.engine.rules, self.engine.bounds)
        return CardShardOnFlink(shard, card_shard, self.engine.rules, self.settings.store_scores == "all")

    def sink(self, payloads: list[bytes]) -> None:
        self._writer.outcomes(decode(payload) for payload in payloads)


class DeviceShardOnFlink:
    """A device shard behind the job's protocol: bytes in, bytes out."""

    def __init__(self, shard: DeviceShard):
        self._shard = shard
        self.push = shard.push
        self.snapshot = shard.snapshot
        self.restore = shard.restore

    def advance(self, watermark_ms: int) -> list[Output]:
        return [(shard, batch.to_bytes()) for shard, batch in self._shard.step(watermark_ms)]

    @property
    def held_from_ms(self) -> int:
        return self._shard.held_from_ms

    @property
    def snapshot_bytes(self) -> int:
        return self._shard.nbytes


class CardShardOnFlink:
    """A card shard behind the job's protocol: bytes in, payloads for the store's writer out."""

    def __init__(self, number: int, shard: CardShard, rules: Rules, with_scores: bool):
        self._number = number
        self._shard = shard
        self._rules = rules
        self._with_scores = with_scores
        self._steps = 0
        self.snapshot = shard.snapshot
        self.restore = shard.restore

    def push(self, payload: bytes) -> None:
        if is_takeover(payload):
            self._shard.take_model(*read_payload(payload))
        else:
            self._shard.push(payload)

    def advance(self, watermark_ms: int) -> list[Output]:
        outcome = self._shard.step(watermark_ms)
        self._steps += 1
        due = self._steps % _COUNTS_EVERY == 0 or watermark_ms == END_OF_TIME_MS
        with_scores = self._with_scores and outcome.scored
        shadows = shadow_rows(self._shard.features, outcome, self._rules, self._with_scores)
        kept = (sample_rows(features, scored) for features, scored in outcome.scored)
        samples = [store_columns(rows) for rows in kept if len(rows)]
        if not (outcome.hits or outcome.repeats or due or with_scores or shadows or samples):
            return []
        cards = self._shard.features if with_scores else None
        return [(0, encode(self._number, outcome, cards, shadows, samples))]

    @property
    def held_from_ms(self) -> int:
        return self._shard.held_from_ms

    @property
    def snapshot_bytes(self) -> int:
        return self._shard.features.nbytes
