"""Single records of a bus by their place, for the dead letters of repeats."""

import time
from collections.abc import Iterable

from confluent_kafka import Consumer, KafkaError, TopicPartition

from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.client import client_config, log
from connectors.kafka.record_place import LINE_BITS, MAX_LINES, parse_source

#: Messages that are read over rather than jumped over (ours; a jump costs some tens of milliseconds).
_READ_OVER = 20_000
#: After this time what was not found is given up (ours): the place alone must do.
_PATIENCE_S = 30.0


class RecordLookup:
    """Reads records again; a record that cannot be had comes back empty, with a line in the log."""

    def __init__(self, bus: KafkaBus):
        self._bus = bus
        self._consumer: Consumer | None = None

    def records(self, source: str, positions: Iterable[int]) -> dict[int, bytes]:
        """Bytes of the records of a partition, by position.

        Parameters
        ----------
        source : str
            See `connectors.kafka.record_place.partition_source`.
        positions : iterable of int
            See `connectors.kafka.record_place.pack_position`.
        """
        topic, partition = parse_source(source)
        wanted: dict[int, set[int]] = {}
        for position in positions:
            wanted.setdefault(position >> LINE_BITS, set()).add(position & (MAX_LINES - 1))
        found: dict[int, bytes] = {}
        for offset, value in self._messages(topic, partition, sorted(wanted)):
            lines = [line for line in value.split(b"\n") if line.strip()]
            for line in wanted[offset]:
                if line < len(lines):
                    found[(offset << LINE_BITS) | line] = lines[line].strip(b" \t\r\n")
        return found

    def _messages(self, topic: str, partition: int, offsets: list[int]) -> Iterable[tuple[int, bytes]]:
        consumer = self._open()
        deadline_s = time.monotonic() + _PATIENCE_S
        at = None
        while offsets:
            if at is None or offsets[0] - at > _READ_OVER:
                at = offsets[0]
                consumer.assign([TopicPartition(topic, partition, at)])
            for message in consumer.consume(min(1000, offsets[-1] - at + 1), 0.1):
                error = message.error()
                if error is None:
                    at = message.offset() + 1
                    while offsets and offsets[0] < message.offset():
                        offsets.pop(0)
                    if offsets and offsets[0] == message.offset():
                        yield offsets.pop(0), message.value() or b""
                elif error.code() in (KafkaError._PARTITION_EOF, KafkaError._AUTO_OFFSET_RESET):
                    log.warning("%d repeated records of %s/%d are gone from the bus", len(offsets), topic, partition)
                    return
            if time.monotonic() > deadline_s:
                log.warning("%d repeated records of %s/%d could not be read again", len(offsets), topic, partition)
                return

    def _open(self) -> Consumer:
        if self._consumer is None:
            self._consumer = Consumer(client_config(self._bus) | {
                "group.id": "duanka-score", "enable.auto.commit": False, "enable.partition.eof": True,
                "auto.offset.reset": "error", "isolation.level": "read_committed", "fetch.wait.max.ms": 20,
                "queued.max.messages.kbytes": 4096, "max.partition.fetch.bytes": 262_144,
            })
        return self._consumer
