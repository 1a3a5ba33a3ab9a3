"""Reading the partitions of a bus side by side, each in order and none too far ahead of the others."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from connectors.errors import TopicError
from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.client import client_config, log, missing_topics, translate
from connectors.kafka.lane import Lane, PeekTime
from connectors.kafka.message_block import MessageBlock, join_messages
from connectors.kafka.offset_ranges import OffsetRange

#: Named for access control only; no offsets are committed to it.
GROUP = "duanka-score"
#: Messages handed over at once, and the longest wait for the first of them (ours).
POLL_MESSAGES = 10_000
POLL_S = 0.02
#: New partitions and topics are looked for so often (ours).
DISCOVER_S = 30.0
#: A bus that went away is asked again so often (ours).
RECONNECT_S = 1.0
#: So long after a bus came back its partitions may still be filled one after the other (ours: our own senders try
#: again every second).
SETTLE_S = 3.0
#: A bus that does not answer at the beginning is waited for so long (ours).
FIRST_ANSWER_S = 300.0
#: Bytes of one partition beyond which it rests while others are waited for (ours).
LANE_BYTES = 32 << 20
_GONE = (KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE)
_FATAL = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED, KafkaError._AUTHENTICATION,
    KafkaError.SASL_AUTHENTICATION_FAILED, KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC,
    KafkaError._UNKNOWN_PARTITION,
)  # fmt: skip


class KafkaFeed:
    """The lanes of a bus and the one consumer that fills them.

    No consumer group: which offsets were read is the plan's to know, not the broker's. A broker
    that goes away is waited for; offsets that retention deleted before they were read are an error.

    Parameters
    ----------
    bus : KafkaBus
    topics : sequence of str
        Topics of events; those that the bus lacks may come later.
    peek : callable
        ``peek(topic, line)``: event time of a record in UTC milliseconds, or None.
    from_ms, until_ms : int, optional
        Messages whose Kafka timestamp lies in ``[from_ms, until_ms)``; open where not given.
    bounded : bool
        End at what is there when the feed opens (and `until_ms`) instead of following.
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, bus: KafkaBus, topics: Sequence[str], peek: PeekTime, *, from_ms: int | None = None,
                 until_ms: int | None = None, bounded: bool = False, clock: Callable[[], float] = time.monotonic):
        self._bus = bus
        self._topics = tuple(topics)
        self._peek = peek
        self._from_ms = from_ms
        self._until_ms = until_ms
        self._bounded = bounded
        self._clock = clock
        self._consumer: Consumer | None = None
        self._known: dict[tuple[str, int], int] = {}
        self._discovered_s = 0.0
        #: Whether no broker can be reached as far as is known.
        self.away = False
        self._returned_s = -math.inf
        self.lanes: dict[tuple[str, int], Lane] = {}

    def start_at(self, positions: Mapping[tuple[str, int], int]) -> None:
        """Go on at these offsets, by Kafka topic and partition; other partitions begin at their beginning."""
        self._known.update(positions)
        if self._consumer is not None:
            for key, position in positions.items():
                if key in self.lanes:
                    self.lanes[key].clear(position)
            self._assign()

    def poll(self) -> None:
        """Take in what the brokers have sent, waiting `POLL_S` at most.

        Raises
        ------
        TopicError
            Offsets are gone, or the bus refuses this client.
        """
        if self._consumer is None:
            self._open()
        elif self._clock() - self._discovered_s > (RECONNECT_S if self.away else DISCOVER_S):
            self._discover()
        now_s = self._clock()
        for message in self._consumer.consume(POLL_MESSAGES, POLL_S):
            self._take(message, now_s)
        self._rest_and_go_on()

    @property
    def settled(self) -> bool:
        """Whether a partition without anything new is one that nothing was sent to.

        Not while the bus is away, nor just after: senders then have a backlog for each partition.
        """
        return not self.away and self._clock() - self._returned_s >= SETTLE_S

    def position_known(self, lane: Lane) -> bool:
        """Whether it is known what comes next in a lane, be it nothing."""
        return bool(lane.waiting) or lane.done or (lane.at_end and self.settled)

    def read(self, kafka_topic: str, ranges: Sequence[OffsetRange]) -> MessageBlock:
        """The messages of ranges that were planned before; waits for brokers that are away.

        Raises
        ------
        TopicError
            They cannot be had any more.
        """
        if self._consumer is None:
            self._known.update({(kafka_topic, r.partition): r.start for r in ranges})
            self.poll()
        astray = {(kafka_topic, r.partition): r.start for r in ranges
                  if self._lane(kafka_topic, r.partition).position != r.start}
        if astray:
            self.start_at(astray)
        parts: list[tuple[int, int, bytes]] = []
        for wanted in ranges:
            lane = self._lane(kafka_topic, wanted.partition)
            while (taken := lane.take_until(wanted.end, self._peek, self._clock())) is None:
                self.poll()
            parts += taken
        return join_messages(parts)

    def lag(self) -> dict[str, int]:
        """Messages of each topic of events that were not planned yet, as far as the client knows."""
        behind = dict.fromkeys(self._topics, 0)
        for lane in list(self.lanes.values()):
            low, high = self._consumer.get_watermark_offsets(
                TopicPartition(lane.kafka_topic, lane.partition), cached=True)
            behind[lane.topic] += max(0, high - max(lane.position, low)) if high >= 0 else len(lane.waiting)
        return behind

    def close(self) -> None:
        """Leave the brokers."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _lane(self, kafka_topic: str, partition: int) -> Lane:
        lane = self.lanes.get((kafka_topic, partition))
        if lane is None:
            raise TopicError(f"the bus {self._bus} has no partition {partition} of {kafka_topic} any more, which was "
                             "planned to be read; restore the topic, or start with another state folder")
        return lane

    def _take(self, message: Message, now_s: float) -> None:
        lane = self.lanes.get((message.topic(), message.partition()))
        error = message.error()
        if error is None:
            if lane is not None:
                lane.add(message.offset(), message.value() or b"", now_s)
        elif error.code() == KafkaError._PARTITION_EOF:
            if lane is not None and message.offset() >= self._fetched(lane):
                lane.at_end = True
                lane.position = lane.position if lane.waiting else max(lane.position, message.offset())
        elif error.code() in _GONE:
            where = f"{message.topic()}/{message.partition()}"
            raise TopicError(
                f"messages of {where} that were not read yet are gone from the bus {self._bus}, from offset "
                f"{self._fetched(lane) if lane else '?'} on: {error.str()}; lengthen the topic's retention, and begin "
                "with another state folder to go on with what is left")
        elif error.code() in _FATAL:
            raise translate(self._bus, error)
        else:
            log.warning("%s: %s", error.name(), error.str())

    @staticmethod
    def _fetched(lane: Lane) -> int:
        return lane.waiting[-1][0] + 1 if lane.waiting else lane.position

    def _rest_and_go_on(self) -> None:
        """Let lanes that are far ahead rest, until they are needed."""
        for lane in self.lanes.values():
            if not lane.paused and lane.waiting_bytes > LANE_BYTES:
                self._consumer.pause([TopicPartition(lane.kafka_topic, lane.partition)])
                lane.paused = True
            elif lane.paused and lane.waiting_bytes < LANE_BYTES // 2:
                self._consumer.resume([TopicPartition(lane.kafka_topic, lane.partition)])
                lane.paused = False

    def _open(self) -> None:
        self._consumer = Consumer(client_config(self._bus) | {
            "group.id": GROUP,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
            "isolation.level": "read_committed",
            "fetch.wait.max.ms": 50,
            "fetch.queue.backoff.ms": 10,
            "queued.max.messages.kbytes": 32 << 10,
            "check.crcs": True,
            "error_cb": self._note_error,
        })
        deadline_s = self._clock() + FIRST_ANSWER_S
        while (error := self._discover()) is not None:
            if self._clock() > deadline_s:
                self.close()
                raise translate(self._bus, error)

    def _discover(self) -> KafkaError | None:
        """Find partitions that are not read yet; returns why the bus did not answer."""
        self._discovered_s = self._clock()
        if self._bounded and self.lanes and not self.away:
            return None
        try:
            found = self._partitions()
            if self.away:
                self.away, self._returned_s = False, self._clock()
            if self._bounded and self.lanes:
                return None
            fresh = [key for key in found if key not in self.lanes]
            starts = self._starts(fresh)
            ends = self._ends(fresh) if self._bounded or self._until_ms is not None else {}
        except KafkaException as error:
            log.warning("looking for partitions: %s", error.args[0].str())
            return error.args[0]
        for key in fresh:
            self.lanes[key] = Lane(found[key], *key, starts[key], ends.get(key), since_s=self._clock())
        if fresh:
            self._assign()
        return None

    def _note_error(self, error: KafkaError) -> None:
        log.warning("%s: %s", error.name(), error.str())
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self.away = True

    def _partitions(self) -> dict[tuple[str, int], str]:
        metadata = self._consumer.list_topics(timeout=10 if not self.lanes else 2).topics
        found = {}
        for name in self._topics:
            topic = metadata.get(self._bus.topic(name))
            if topic is not None and topic.error is None:
                found |= {(self._bus.topic(name), partition): name for partition in topic.partitions}
        if not found:
            raise missing_topics(self._bus, self._topics)
        return dict(sorted(found.items()))

    def _starts(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        starts = {key: self._known[key] for key in keys if key in self._known}
        unknown = [key for key in keys if key not in starts]
        found = self._at_time(unknown, self._from_ms) if self._from_ms is not None else {}
        for key in unknown:
            low, high = self._consumer.get_watermark_offsets(TopicPartition(*key), timeout=10)
            # A partition all of whose messages are earlier begins at its end.
            starts[key] = low if self._from_ms is None else found.get(key, high)
        return starts

    def _ends(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        keys = list(keys)
        ends = {key: self._consumer.get_watermark_offsets(TopicPartition(*key), timeout=10)[1] for key in keys}
        if self._until_ms is None:
            return ends
        cut = self._at_time(keys, self._until_ms)
        if not self._bounded:
            return cut
        return {key: min(end, cut.get(key, end)) for key, end in ends.items()}

    def _at_time(self, keys: Iterable[tuple[str, int]], time_ms: int) -> dict[tuple[str, int], int]:
        """First offset at or after a Kafka timestamp; a partition without one is left out."""
        wanted = [TopicPartition(*key, time_ms) for key in keys]
        found = self._consumer.offsets_for_times(wanted, timeout=10) if wanted else []
        return {(p.topic, p.partition): p.offset for p in found if p.offset >= 0}

    def _assign(self) -> None:
        self._consumer.assign([TopicPartition(*lane.key, self._fetched(lane)) for lane in self.lanes.values()
                               if not lane.done])
        for lane in self.lanes.values():
            lane.paused = False

