"""The scoring job: what the Flink topology of :mod:`jobs.flink` does with Duanka's events."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from connectors.clickhouse import open_store
from connectors.folder_plan import MAX_LINE_BYTES
from connectors.model_registry import ModelRegistry
from connectors.retry import RetryPolicy
from features.partition import split_by_shard
from jobs.bus_chunks import bus_chunks, chunk_bytes
from jobs.card_shard import CardShard
from jobs.chunk_planner import ChunkPlanner
from jobs.device_shard import DeviceShard
from jobs.engine import EngineSettings
from jobs.flink.metric_names import (
    DEAD_LETTERS,
    NEWEST_EVENT_MS,
    RECORDS,
    STAGE_WRITE,
    STORE_RETRIES,
    TYPOLOGY_VERSION,
    WARNINGS,
)
from jobs.flink.protocol import (
    END_OF_TIME_MS,
    TO_CARDS,
    TO_DEVICES,
    TO_GLOBALS,
    Aside,
    Chunk,
    Feed,
    Output,
    Planner,
    Routed,
    Shard,
)
from jobs.flink.tally import Tally
from jobs.folder_chunks import FolderChunks
from jobs.global_shards import global_shards
from jobs.kafka_chunks import KafkaChunks
from jobs.learning.sampling import sample_rows, store_columns
from jobs.logs.run_log import RunLog
from jobs.model_life.model_planner import ModelPlanner
from jobs.model_life.shadow_rows import shadow_rows
from jobs.model_life.takeover import Takeover, is_takeover, read_payload
from jobs.outcome import StepOutcome
from jobs.payee_shard import PayeeShard
from jobs.person_shard import PersonShard
from jobs.routing import RoutedChunk, route
from jobs.settings import Settings
from jobs.shard_tally import ShardTally
from jobs.sink_payload import decode, encode, encode_warnings
from jobs.store_writer import KEPT_TOPICS, StoreWriter, TakenChunk, read_head
from jobs.warning_row import WarningRow
from jobs.warning_topic import WarningTopic

#: Counts are sent at least every so many steps of a shard, hits at once (ours).
_COUNTS_EVERY = 32
_log = logging.getLogger("duanka.decode")


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
    log : RunLog, optional
        Where workers log.
    """

    settings: Settings
    engine: EngineSettings
    run_id: str
    started_ms: int
    follow: bool = False
    log: RunLog | None = None

    def __call__(self) -> "ScoringPipeline":
        return replace(self)

    @cached_property
    def tally(self) -> Tally:
        """What the operator that this pipeline was made for counts."""
        return Tally()

    @cached_property
    def _writer(self) -> StoreWriter:
        policy = RetryPolicy(on_retry=lambda: self.tally.add(STORE_RETRIES))
        store = open_store(self.settings.store, policy)
        return StoreWriter(store, self.run_id, self.started_ms, self.settings.kafka_bus)

    @cached_property
    def _topic(self) -> WarningTopic:
        return WarningTopic(self.settings)

    @cached_property
    def _chunks(self) -> FolderChunks | KafkaChunks:
        return bus_chunks(self.settings, self.follow)

    @property
    def feed(self) -> Feed | None:
        """Reads Kafka where chunks are planned; a folder's files are read where they are decoded."""
        return self._chunks if self.settings.kafka_bus else None

    def planner(self, planned: Iterable[Chunk]) -> Planner:
        chunks = ChunkPlanner(
            self._chunks,
            latest_ms=self.engine.latest_ms,
            ahead_ms=int(self.settings.future_s * 1000),
            lateness_ms=self.engine.lateness_ms,
            follow=self.follow,
            idle_ms=self.settings.idle_ms,
            together_bytes=self.settings.chunk_kib << 10,
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
        taken = [part for part in map(self._take, chunk.parts) if part is not None]
        with self.tally.timed(STAGE_WRITE):
            self._writer.chunks(taken)
        for part in taken:
            self._count(part.topic, part.routed)
            for destination, batches in ((TO_DEVICES, part.routed.to_devices), (TO_CARDS, part.routed.to_cards),
                                         (TO_GLOBALS, part.routed.to_globals)):  # fmt: skip
                for shard, batch in batches:
                    yield destination, shard, batch.to_bytes()

    def _take(self, chunk: Chunk) -> TakenChunk | None:
        """Read and decode; a record too long to be read is a dead letter, and nothing is taken."""
        size = chunk.end - chunk.start
        if size > MAX_LINE_BYTES and not chunk.body:
            head = read_head(chunk.path, chunk.start, chunk.end)
            self._writer.oversized(chunk.topic, chunk.path, chunk.start, head, size)
            self.tally.add(RECORDS, 1, chunk.topic)
            self.tally.add(DEAD_LETTERS, 1, chunk.topic, "too_long")
            return None
        origin, raw = chunk_bytes(chunk)
        latest_ms = chunk.latest_ms or self.engine.latest_ms
        issuers = self.engine.rules.openings.issuers
        routed = route(chunk.topic, origin, raw, self.engine.shards, latest_ms, issuers)
        keep = self.settings.store_events or chunk.topic in KEPT_TOPICS
        return TakenChunk(chunk.topic, chunk.path, chunk.start, size, routed, keep)

    def _count(self, topic: str, routed: RoutedChunk) -> None:
        events = routed.events
        self.tally.add(RECORDS, events.records, topic)
        reasons = Counter(str(reject.reason) for reject in events.rejects)
        for reason, n in reasons.items():
            self.tally.add(DEAD_LETTERS, n, topic, reason)
        if reasons:
            _log.info("%d of %d records of %s refused: %s", reasons.total(), events.records, topic, dict(reasons))
        if len(events):
            self.tally.raise_to(NEWEST_EVENT_MS, int(events.time_ms.max()))

    def device_shard(self, shard: int) -> "DeviceShardOnFlink":
        return DeviceShardOnFlink(DeviceShard(self.engine.shards, self.engine.bounds))

    def card_shard(self, shard: int) -> "CardShardOnFlink":
        card_shard = CardShard(self.engine.rules, self.engine.bounds)
        self.tally.set(TYPOLOGY_VERSION, 1, self.engine.rules.version)
        with_scores = self.settings.store_scores == "all"
        return CardShardOnFlink(shard, card_shard, self.engine, with_scores, self.tally)

    def person_shard(self, shard: int) -> "PersonShardOnFlink":
        shard = PersonShard(self.engine.rules.warnings, self.engine.bounds)
        return PersonShardOnFlink(shard, self.engine.shards, self.tally)

    def payee_shard(self, shard: int) -> "PayeeShardOnFlink":
        return PayeeShardOnFlink(PayeeShard(self.engine.rules.warnings, self.engine.bounds), self.tally)

    def global_shard(self, shard: int) -> Shard:
        return global_shards(self.engine.rules)[shard]

    def sink(self, payloads: list[bytes]) -> None:
        outcomes = [decode(payload) for payload in payloads]
        self._writer.outcomes(outcomes)
        if self.settings.warning_topic:
            # After the store: whoever is told can look it up.
            self._topic.send(warning for outcome in outcomes for warning in outcome.get("warnings", ()))


class ShardOnFlink:
    """What is the same of every shard behind the job's protocol; `advance` is each one's own."""

    def __init__(self, shard: DeviceShard | PersonShard | PayeeShard):
        self._shard = shard
        self.push = shard.push
        self.snapshot = shard.snapshot
        self.restore = shard.restore

    @property
    def held_from_ms(self) -> int:
        return self._shard.held_from_ms

    @property
    def snapshot_bytes(self) -> int:
        return self._shard.nbytes

    @property
    def entities(self) -> dict[str, int]:
        return self._shard.entities


class DeviceShardOnFlink(ShardOnFlink):
    """A device shard behind the job's protocol: bytes in, bytes out."""

    def advance(self, watermark_ms: int) -> list[Output]:
        return [(shard, batch.to_bytes()) for shard, batch in self._shard.step(watermark_ms)]


class CardShardOnFlink:
    """A card shard behind the job's protocol: bytes in, payloads for the store's writer out."""

    def __init__(self, number: int, shard: CardShard, engine: EngineSettings, with_scores: bool, tally: Tally):
        self._number = number
        self._shard = shard
        self._rules, self._shards = engine.rules, engine.shards
        self._with_scores = with_scores
        self._steps = 0
        self._tally = ShardTally(tally, shard)
        self.snapshot = shard.snapshot

    def restore(self, blob: bytes) -> None:
        self._shard.restore(blob)
        self._tally.restored()

    def push(self, payload: bytes) -> None:
        if is_takeover(payload):
            self._shard.take_model(*read_payload(payload))
        else:
            self._shard.push(payload)

    def advance(self, watermark_ms: int) -> list[Output | Aside]:
        outcome = self._shard.step(watermark_ms)
        told = split_by_shard(outcome.persons, self._shards) if outcome.persons.size else ()
        return [*self._results(outcome, watermark_ms), *(Aside(shard, batch.to_bytes()) for shard, batch in told)]

    def _results(self, outcome: StepOutcome, watermark_ms: int) -> list[Output]:
        self._tally.step(outcome)
        self._steps += 1
        # A shard that has nothing left to do says how it stands; it may be a while until its next step.
        idle = bool(outcome.scored) and self._shard.held_from_ms == END_OF_TIME_MS
        due = idle or self._steps % _COUNTS_EVERY == 0 or watermark_ms == END_OF_TIME_MS
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
        return self._shard.nbytes

    @property
    def entities(self) -> dict[str, int]:
        phones, accounts = self._shard.features.tables
        return {"phone": len(phones), "account": len(accounts)}


class PersonShardOnFlink(ShardOnFlink):
    """A person shard behind the job's protocol: bytes in; warnings for the store's writer, and rows of payees out."""

    def __init__(self, shard: PersonShard, shards: int, tally: Tally):
        super().__init__(shard)
        self._shards, self._tally = shards, tally

    def advance(self, watermark_ms: int) -> list[Output | Aside]:
        found = self._shard.step(watermark_ms)
        told = split_by_shard(found.payments, self._shards) if found.payments.size else ()
        return [*warnings_out(found.warnings, self._tally), *(Aside(shard, batch.to_bytes()) for shard, batch in told)]


class PayeeShardOnFlink(ShardOnFlink):
    """A payee shard behind the job's protocol: bytes in, warnings for the store's writer out."""

    def __init__(self, shard: PayeeShard, tally: Tally):
        super().__init__(shard)
        self._tally = tally

    def advance(self, watermark_ms: int) -> list[Output]:
        return warnings_out(self._shard.step(watermark_ms), self._tally)


def warnings_out(warnings: list[WarningRow], tally: Tally) -> list[Output]:
    """Warnings as an output, counted by level."""
    for warning in warnings:
        tally.add(WARNINGS, 1, warning.level)
    return [(0, encode_warnings(warnings))] if warnings else []
