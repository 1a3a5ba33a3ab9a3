"""Reads a topic of a bus as it comes, for people to look at."""

import uuid
from collections.abc import Iterator

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, KafkaException, TopicPartition

from connectors.errors import BusUrlError
from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.client import check_bus, client_config, translate


def tail(bus: KafkaBus, topic: str, from_beginning: bool = False, wait: bool = True) -> Iterator[bytes]:
    """Yield the records of a topic, one by one, also those that share a message.

    Records of one partition come in order. Nothing is committed: no other reader notices.

    Parameters
    ----------
    from_beginning : bool
        Begin with the oldest that is kept; otherwise with what comes from now on.
    wait : bool
        Wait for more at the end of the topic; otherwise stop there.

    Raises
    ------
    TopicError
        No broker answers, or they refuse; the topic is missing.
    """
    partitions = check_bus(bus, topics=(topic,))[topic]
    try:
        consumer = Consumer(client_config(bus) | {
            "group.id": f"duanka-tail-{uuid.uuid4()}",
            "enable.auto.commit": False,
            "enable.partition.eof": not wait,
        })  # fmt: skip
    except KafkaException as error:
        raise BusUrlError(f"the bus {bus} cannot be used: {error.args[0].str()}; check its address") from None
    try:
        start = OFFSET_BEGINNING if from_beginning else OFFSET_END
        consumer.assign([TopicPartition(bus.topic(topic), number, start) for number in range(partitions)])
        at_end = set()
        while len(at_end) < partitions:
            for message in consumer.consume(500, 0.2):
                error = message.error()
                if error is not None and error.code() == KafkaError._PARTITION_EOF:
                    at_end.add(message.partition())
                elif error is not None and error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
                    continue  # librdkafka asks for a group's coordinator, though nothing here needs one
                elif error is not None:
                    raise translate(bus, error)
                else:
                    yield from (line for line in (message.value() or b"").split(b"\n") if line)
    finally:
        consumer.close()
