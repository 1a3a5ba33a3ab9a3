"""A user who may do only some things hears which one is refused."""

import time
from collections import Counter

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from connectors.errors import BusDeniedError, MissingTopicError
from connectors.kafka.bus_url import parse_bus_url
from connectors.kafka.client import client_config, reach_bus
from connectors.kafka.feed import KafkaFeed
from connectors.kafka.tail import tail
from connectors.kafka.topics import create_topics, topic_states
from connectors.kafka.users import set_password
from jobs.ingest.run import IngestPlan, ingest
from tests.waiting import PATIENCE_S


@pytest.fixture
def user_may(topics, monkeypatch):
    """``user_may(operation, ...)``: a bus as seen by a user with rights to these topics alone."""

    def make(*operations):
        name = f"u{topics.prefix.rstrip('.')}{len(operations)}"
        set_password(topics.bus, name, "right")
        monkeypatch.setenv("DUANKA_KAFKA_PASSWORD", "right")
        admin = AdminClient(client_config(topics.bus))
        place = (ResourceType.TOPIC, topics.prefix, ResourcePatternType.PREFIXED, f"User:{name}", "*")
        rules = [AclBinding(*place, operation, AclPermissionType.ALLOW) for operation in operations]
        for answer in admin.create_acls(rules).values() if rules else ():
            answer.result()
        return parse_bus_url(topics.url("SASL_PLAINTEXT").replace("user=duanka", f"user={name}"))

    return make


@pytest.fixture
def record(tmp_path):
    (tmp_path / "lead.ndjson").write_bytes(b'{"lead_id":"1"}\n')
    return str(tmp_path / "lead.ndjson")


def test_who_may_read_can_tail_but_not_send(topics, user_may, record, tmp_path):
    ingest(IngestPlan(topics.bus, record, "lead", state=tmp_path))
    bus = user_may(AclOperation.READ)
    assert list(tail(bus, "lead", True, wait=False)) == [b'{"lead_id":"1"}']
    with pytest.raises(BusDeniedError, match="does not allow the user 'u.*docs/kafka.md"):
        ingest(IngestPlan(bus, record, "lead", state=tmp_path))
    assert list(tail(topics.bus, "lead", True, wait=False)) == [b'{"lead_id":"1"}']


def test_the_job_needs_no_right_to_a_group(topics, user_may, record, tmp_path):
    ingest(IngestPlan(topics.bus, record, "lead", state=tmp_path))
    feed = KafkaFeed(user_may(AclOperation.READ), ["lead"], lambda topic, line: None, bounded=True)
    deadline = time.monotonic() + PATIENCE_S
    while not all(feed.position_known(lane) for lane in feed.lanes.values()) or not feed.lanes:
        feed.poll()
        assert time.monotonic() < deadline
    assert sum(len(lane.waiting) for lane in feed.lanes.values()) == 1
    feed.close()


def test_who_may_write_can_send_but_not_tail(topics, user_may, record, tmp_path):
    bus = user_may(AclOperation.WRITE)
    ingest(IngestPlan(bus, record, "lead", state=tmp_path))
    assert Counter(tail(topics.bus, "lead", True, wait=False)) == Counter([b'{"lead_id":"1"}'])
    with pytest.raises(BusDeniedError, match="does not allow the user"):
        list(tail(bus, "lead", True, wait=False))


def test_who_may_see_nothing_is_told_that_it_may_be_so(user_may):
    bus = user_may()
    with pytest.raises(MissingTopicError, match="or does not show it to this user"):
        list(tail(bus, "lead", wait=False))
    with pytest.raises(BusDeniedError, match="does not allow the user"):
        create_topics(bus, 1, 1, -1)


def test_who_may_not_ask_for_settings_sees_the_rest(topics, user_may):
    states = topic_states(user_may(AclOperation.DESCRIBE))
    assert len(states) == 6 and {state.retention_ms for state in states} == {None}
    assert reach_bus(topics.bus, 10).topics
