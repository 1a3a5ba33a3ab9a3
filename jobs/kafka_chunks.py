"""Chunks of a Kafka bus; their bytes travel with them."""

from collections.abc import Iterable

from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.feed import KafkaFeed
from connectors.kafka.offset_ranges import ranges_from_text
from connectors.kafka.plan import KafkaPlan
from features.events import TOPICS
from features.peek import peek_time
from jobs.flink.protocol import Chunk


class KafkaChunks:
    """A :class:`jobs.chunk_planner.ChunkSource` of a Kafka bus, which also reads planned chunks again.

    Parameters
    ----------
    bus : KafkaBus
    chunk_bytes : int
    linger_ms : int
        A short chunk waits so long for more; it is not waited for when the bus is bounded.
    lateness_ms : int
    follow : bool
    from_ms, until_ms : int, optional
        Kafka timestamps between which messages are taken.
    """

    def __init__(self, bus: KafkaBus, chunk_bytes: int, linger_ms: int, lateness_ms: int, follow: bool,
                 from_ms: int | None = None, until_ms: int | None = None):
        self.latest_ms = 0
        self._follow = follow
        self.feed = KafkaFeed(bus, tuple(TOPICS), self._peek, from_ms=from_ms, until_ms=until_ms, bounded=not follow)
        self._plan = KafkaPlan(self.feed, self._peek, chunk_bytes=chunk_bytes,
                               linger_s=linger_ms / 1000 if follow else 0.0, together_ms=lateness_ms)
        self._positions: dict[tuple[str, int], int] = {}

    def skip(self, chunk: Chunk) -> None:
        kafka_topic, ranges = ranges_from_text(chunk.path)
        self._positions |= {(kafka_topic, r.partition): r.end for r in ranges}
        self._plan.low_ms = max(self._plan.low_ms, chunk.low_ms)

    def next_chunk(self, at_once: bool = False) -> Chunk | None:
        if self._positions:
            self.feed.start_at(self._positions)
            self._positions = {}
        while (planned := self._plan.plan_next(at_once)) is None:
            if self._follow or at_once or self._plan.finished:
                return None
        body = planned.block.to_bytes()
        return Chunk(planned.topic, planned.ranges, 0, len(planned.block.raw) or 1, planned.low_ms, self.latest_ms,
                     body=body)

    def is_reachable(self) -> bool:
        return self.feed.settled

    def newest_ms(self) -> int:
        return self._plan.newest_ms

    #: What `lag` counts.
    lag_unit = "messages"

    def lag(self) -> int:
        """Messages on the bus that are not planned yet, as far as the client knows; cheap, for any thread."""
        return sum(self.feed.lag().values())

    def rewind(self, chunks: Iterable[Chunk]) -> None:
        """Read again from the first of `chunks`, which are all that were planned from there on."""
        first: dict[tuple[str, int], int] = {}
        for chunk in chunks:
            if chunk.path:
                kafka_topic, ranges = ranges_from_text(chunk.path)
                for r in ranges:
                    first.setdefault((kafka_topic, r.partition), r.start)
        self.feed.start_at(self._positions | first)
        self._positions = {}

    def body(self, chunk: Chunk) -> bytes:
        """The messages of a chunk that was planned before."""
        kafka_topic, ranges = ranges_from_text(chunk.path)
        return self.feed.read(kafka_topic, ranges).to_bytes()

    def _peek(self, topic: str, line: bytes) -> int | None:
        return peek_time(topic, line, self.latest_ms)
