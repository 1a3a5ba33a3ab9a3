"""Sends records to the topics of a bus, and knows how far they have been acknowledged."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import cycle
from typing import Generic, TypeVar

from confluent_kafka import KafkaException, Producer

from connectors.errors import BusUrlError, TopicError
from connectors.kafka.acknowledged import Acknowledged
from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.client import check_bus, client_config, translate
from connectors.kafka.record_peek import key_of

Mark = TypeVar("Mark")

#: Longest value of a message, bytes (ours: below the 1 MB that brokers take by default).
LONGEST_VALUE_BYTES = 900_000
#: What is sent of a longer line, bytes; more than a record may have, so that it is refused as too long.
KEPT_BYTES = 128 << 10
#: How long a message is tried before it is given up, ms (ours: longer than a broker takes to restart).
GIVE_UP_MS = 120_000


class BusProducer(Generic[Mark]):
    """An idempotent producer: each message is there once and in order, or an error says so.

    The key of a single record is the card that it is about (`record_peek.key_of`), so one card's
    records stay in order. Several in one message have no key and go to the partitions in turn, so
    that all partitions advance alike; that is several times as fast.

    Not for several threads. After an error it can only be closed.

    Parameters
    ----------
    bus : KafkaBus
    topics : sequence of str
        Topics of events that will be sent to.

    Raises
    ------
    TopicError
        As `check_bus`: the bus cannot be reached, or lacks one of the topics.
    """

    def __init__(self, bus: KafkaBus, topics: Sequence[str], timeout_s: float = 10.0):
        self.bus = bus
        partitions: Mapping[str, int] = check_bus(bus, timeout_s, topics)
        self.acknowledged: dict[str, Acknowledged[Mark]] = {topic: Acknowledged() for topic in topics}
        self._names = {topic: bus.topic(topic) for topic in topics}
        self._turns = {topic: cycle(range(partitions[topic])) for topic in topics}
        try:
            self._producer = Producer(client_config(bus) | {
                "enable.idempotence": True,
                "acks": "all",
                "compression.type": "lz4",
                # The Java client's, so that other writers put the same key into the same partition.
                "partitioner": "murmur2_random",
                "linger.ms": 20,
                "batch.size": 1_000_000,
                "message.timeout.ms": GIVE_UP_MS,
                # About two seconds of full speed; beyond it `send` waits.
                "queue.buffering.max.messages": 200_000,
                "queue.buffering.max.kbytes": 128 << 10,
            })  # fmt: skip
        except KafkaException as error:
            raise BusUrlError(f"the bus {bus} cannot be used: {error.args[0].str()}; check its address") from None

    def send_line(self, topic: str, line: bytes) -> None:
        """Send a record as a message of its own, keyed; waits while too many are on their way.

        Raises
        ------
        TopicError
            A message that was sent before has been given up.
        """
        self._send(topic, _bounded(line), key_of(topic, line), -1)

    def send_lines(self, topic: str, lines: Sequence[bytes]) -> None:
        """Send records as one message without a key, or as several where one would be too long."""
        value = b"\n".join(lines)
        if len(value) <= LONGEST_VALUE_BYTES:
            self._send(topic, value, None, next(self._turns[topic]))
        elif len(lines) == 1:
            self._send(topic, _bounded(value), None, next(self._turns[topic]))
        else:
            half = len(lines) // 2
            self.send_lines(topic, lines[:half])
            self.send_lines(topic, lines[half:])

    def _send(self, topic: str, value: bytes, key: bytes | None, partition: int) -> None:
        stretch = self.acknowledged[topic].open
        stretch.waiting += 1
        while True:
            try:
                self._producer.produce(self._names[topic], value, key, partition, stretch.answered)
                return
            except BufferError:  # the queue is full
                self.serve(0.05)
            except KafkaException as error:
                raise translate(self.bus, error.args[0]) from None

    def close_stretch(self, topic: str, mark: Mark) -> None:
        """What has been sent to `topic` so far reaches up to `mark`, see `acknowledged`."""
        self.acknowledged[topic].close_stretch(mark)

    def serve(self, timeout_s: float) -> None:
        """Take note of acknowledgements, waiting for one if there is none.

        Raises
        ------
        TopicError
            A message has been given up.
        """
        try:
            self._producer.poll(timeout_s)
        except KafkaException as error:
            raise translate(self.bus, error.args[0]) from None
        self._raise_errors()

    def flush(self, timeout_s: float = GIVE_UP_MS / 1000 + 5) -> int:
        """Wait until everything is acknowledged; returns how many messages are not.

        Raises
        ------
        TopicError
            A message has been given up.
        """
        deadline = time.monotonic() + timeout_s
        while len(self._producer) and time.monotonic() < deadline:
            self.serve(0.2)
        self.serve(0)
        return len(self._producer)

    def let_go(self, timeout_s: float) -> None:
        """Wait some time for acknowledgements; what is given up meanwhile raises nothing."""
        with suppress(TopicError):
            self.flush(timeout_s)

    def close(self) -> None:
        """Let go of what is not acknowledged; `flush` first to keep it."""
        with suppress(KafkaException):
            self._producer.purge(in_queue=True, in_flight=True)
            self._producer.flush(1)

    def _raise_errors(self) -> None:
        for acknowledged in self.acknowledged.values():
            if acknowledged.errors:
                raise translate(self.bus, acknowledged.errors[0])


def _bounded(line: bytes) -> bytes:
    return line if len(line) <= LONGEST_VALUE_BYTES else line[:KEPT_BYTES]
