"""The whole dataflow in one process and one thread: what the replay, tests and notebooks drive."""

from collections.abc import Iterator
from dataclasses import dataclass

from features.bounds import Bounds
from features.partition import split_by_shard
from jobs.card_shard import CardShard
from jobs.device_shard import DeviceShard
from jobs.global_shards import global_shards
from jobs.model_life.takeover import Takeover
from jobs.outcome import StepOutcome
from jobs.payee_shard import PayeeShard
from jobs.person_shard import PersonShard
from jobs.record_origin import FileOrigin, RecordOrigin
from jobs.routing import RoutedChunk, route
from jobs.sink_payload import decode
from jobs.warning_row import WarningRow
from models.rules import Rules

END_OF_TIME_MS = 2**63 - 1


@dataclass(frozen=True)
class EngineSettings:
    """What decides the hits, apart from the events.

    Attributes
    ----------
    rules : Rules
    shards : int
        Power of two. Each shard's detector learns from its own cards, so the number of shards is
        part of the model: keep it for the life of the state.
    lateness_ms : int
        How far an event may arrive behind a later one of its topic and still be taken in order.
    latest_ms : int
        Latest event time accepted, UTC ms.
    bounds : Bounds
    models : tuple of Takeover
        Learned models in the order in which they were taken over, each with the event time from
        which it counts. For the replay: the Flink job gets its models through its plan.
    """

    rules: Rules
    shards: int
    lateness_ms: int
    latest_ms: int
    bounds: Bounds = Bounds()
    models: tuple[Takeover, ...] = ()


class Engine:
    """Chunks in, outcomes out, same shards as the Flink job."""

    def __init__(self, settings: EngineSettings):
        self._settings = settings
        self.devices = [DeviceShard(settings.shards, settings.bounds) for _ in range(settings.shards)]
        self.cards = [CardShard(settings.rules, settings.bounds) for _ in range(settings.shards)]
        self.persons = [PersonShard(settings.rules.warnings, settings.bounds) for _ in range(settings.shards)]
        self.payees = [PayeeShard(settings.rules.warnings, settings.bounds) for _ in range(settings.shards)]
        self.globals = global_shards(settings.rules)
        self._warnings: list[WarningRow] = []
        self._findings: list[dict] = []
        for model in settings.models:
            for card in self.cards:
                card.take_model(model.blob, model.effective_ms, model.role)

    def take(self, topic: str, source: str, offset: int, raw: bytes) -> RoutedChunk:
        """Take a chunk of a file in, from byte `offset` on; :meth:`advance` works on it."""
        return self.take_from(topic, FileOrigin(source, offset), raw)

    def take_from(self, topic: str, origin: RecordOrigin, raw: bytes) -> RoutedChunk:
        """Take a chunk in that comes from anywhere."""
        settings = self._settings
        chunk = route(topic, origin, raw, settings.shards, settings.latest_ms, settings.rules.openings.issuers)
        for shard, batch in chunk.to_devices:
            self.devices[shard].push_batch(batch)
        for shard, batch in chunk.to_cards:
            self.cards[shard].push_batch(batch)
        for number, batch in chunk.to_globals:
            self.globals[number].push_batch(batch)
        return chunk

    def advance(self, low_ms: int) -> Iterator[tuple[int, StepOutcome]]:
        """Score what is due when no event before `low_ms` less the lateness is to come."""
        watermark_ms = self.watermark_ms(low_ms)
        for device in self.devices:
            for shard, signals in device.step(watermark_ms):
                self.cards[shard].push_batch(signals)
        for shard, card in enumerate(self.cards):
            outcome = card.step(watermark_ms)
            for person, told in split_by_shard(outcome.persons, self._settings.shards):
                self.persons[person].push_batch(told)
            yield shard, outcome
        for person in self.persons:
            found = person.step(watermark_ms)
            self._warnings += found.warnings
            for payee, told in split_by_shard(found.payments, self._settings.shards):
                self.payees[payee].push_batch(told)
        for payee in self.payees:
            self._warnings += payee.step(watermark_ms)
        for shard in self.globals:
            self._findings += [decode(payload) for _, payload in shard.advance(watermark_ms)]

    def take_warnings(self) -> list[WarningRow]:
        """Warnings made or changed since the last call, once :meth:`advance` was worked off."""
        warnings, self._warnings = self._warnings, []
        return warnings

    def take_findings(self) -> list[dict]:
        """What the shards of taint and openings told the store's writer since the last call."""
        findings, self._findings = self._findings, []
        return findings

    def watermark_ms(self, low_ms: int) -> int:
        """Watermark that says: no event before `low_ms` less the lateness is to come."""
        return low_ms if low_ms == END_OF_TIME_MS else low_ms - self._settings.lateness_ms - 1
