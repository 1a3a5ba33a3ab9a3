"""The topics of a bus: making them, and what the brokers say of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, OffsetSpec, ResourceType

from connectors.kafka.bus_url import KafkaBus
from connectors.kafka.client import client_config, reach_bus, translate
from features.events import TOPICS

_RETENTION = "retention.ms"
#: What brokers answer while a topic is new or its partitions move; it passes.
_UNSETTLED = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.UNKNOWN_TOPIC_OR_PART)


@dataclass(frozen=True)
class TopicState:
    """A topic as the brokers have it.

    Attributes
    ----------
    topic, kafka_topic : str
        Topic of events, and Kafka's name of it.
    partitions, replication : int
    messages : int
        What can still be read. A message holds one record or several.
    retention_ms : int or None
        How long messages are kept, -1 for ever; None where the user may not ask.
    """

    topic: str
    kafka_topic: str
    partitions: int
    replication: int
    messages: int
    retention_ms: int | None


def create_topics(bus: KafkaBus, partitions: int, replication: int, retention_ms: int,
                  names: Sequence[str] = tuple(TOPICS), timeout_s: float = 30.0) -> list[str]:
    """Make the topics of events that the bus lacks, and return their names.

    Those that are there stay as they are, whatever their partitions.

    Parameters
    ----------
    partitions : int
        Of each topic. More may be added later, which moves keys to other partitions.
    replication : int
        How many brokers keep each message; -1 takes the brokers' own default.
    retention_ms : int
        How long messages are kept, -1 for ever. Counted from when they were sent.

    Raises
    ------
    TopicError
        No broker answers, or they refuse.
    """
    present = reach_bus(bus, timeout_s).topics
    config = {_RETENTION: str(retention_ms), "cleanup.policy": "delete", "message.timestamp.type": "CreateTime"}
    wanted = [NewTopic(bus.topic(name), partitions, replication, config=config) for name in names
              if bus.topic(name) not in present]
    if not wanted:
        return []
    created = set()
    admin = AdminClient(client_config(bus))  # answers come as long as it is held
    for kafka_topic, answer in admin.create_topics(wanted, request_timeout=timeout_s).items():
        try:
            answer.result()
            created.add(kafka_topic)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:  # somebody else was quicker
                raise translate(bus, error.args[0]) from None
    _await_known(bus, created, timeout_s)
    return [name for name in names if bus.topic(name) in created]


def _await_known(bus: KafkaBus, kafka_topics: set[str], timeout_s: float) -> None:
    """Brokers hear of new topics some time after the controller has made them; who uses them at once would fail."""
    deadline = time.monotonic() + timeout_s
    while kafka_topics - set(reach_bus(bus, timeout_s).topics) and time.monotonic() < deadline:
        time.sleep(0.05)


def topic_states(bus: KafkaBus, timeout_s: float = 10.0) -> list[TopicState]:
    """What the brokers say of those topics of events that the bus has.

    Raises
    ------
    TopicError
        No broker answers, or they refuse.
    """
    found = reach_bus(bus, timeout_s).topics
    present = {name: found[bus.topic(name)].partitions for name in TOPICS if bus.topic(name) in found}
    if not present:
        return []
    admin = AdminClient(client_config(bus))
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            messages = _messages(admin, bus, {name: len(places) for name, places in present.items()}, timeout_s)
            retentions = _retentions(admin, bus, list(present), timeout_s)
            break
        except KafkaException as error:
            if error.args[0].code() not in _UNSETTLED or time.monotonic() > deadline:
                raise translate(bus, error.args[0]) from None
        time.sleep(0.1)
    return [
        TopicState(name, bus.topic(name), len(partitions), min(len(p.replicas) for p in partitions.values()),
                   messages[name], retentions.get(name))
        for name, partitions in present.items()
    ]  # fmt: skip


def _messages(admin: AdminClient, bus: KafkaBus, partitions: dict[str, int], timeout_s: float) -> dict[str, int]:
    counts = dict.fromkeys(partitions, 0)
    for spec, sign in ((OffsetSpec.latest(), 1), (OffsetSpec.earliest(), -1)):
        asked = {TopicPartition(bus.topic(name), p): spec for name, n in partitions.items() for p in range(n)}
        for place, answer in admin.list_offsets(asked, request_timeout=timeout_s).items():
            counts[place.topic.removeprefix(bus.prefix)] += sign * answer.result().offset
    return counts


def _retentions(admin: AdminClient, bus: KafkaBus, names: list[str], timeout_s: float) -> dict[str, int]:
    asked = [ConfigResource(ResourceType.TOPIC, bus.topic(name)) for name in names]
    found = {}
    for resource, answer in admin.describe_configs(asked, request_timeout=timeout_s).items():
        try:
            found[resource.name.removeprefix(bus.prefix)] = int(answer.result()[_RETENTION].value)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_AUTHORIZATION_FAILED:
                raise
    return found
