"""Messages of a topic with their keys and places, read by a consumer of the tests' own; and what was to be sent."""

from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.client import check_bus, client_config


@dataclass(frozen=True)
class Message:
    """One message as the broker has it; `timestamp_ms` is when it was handed over."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes
    timestamp_ms: int


def read_messages(bus: KafkaBus, topic: str) -> list[Message]:
    """All that is there, by partition and offset."""
    partitions = check_bus(bus, topics=(topic,))[topic]
    consumer = Consumer(client_config(bus) | {"group.id": "tests", "enable.partition.eof": True})
    consumer.assign([TopicPartition(bus.topic(topic), p, OFFSET_BEGINNING) for p in range(partitions)])
    found, ended = [], set()
    while len(ended) < partitions:
        for message in consumer.consume(1000, 1):
            if message.error():
                assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
                ended.add(message.partition())
            else:
                found.append(Message(message.partition(), message.offset(), message.key(), message.value(),
                                     message.timestamp()[1]))  # fmt: skip
    consumer.close()
    return sorted(found, key=lambda m: (m.partition, m.offset))


def lines_of(folder: Path, topic: str) -> list[bytes]:
    """The records of a topic of a bus folder, in order."""
    return [line for file in sorted((folder / topic).glob("*.ndjson")) for line in file.read_bytes().splitlines()]
