"""``duanka topics`` and ``duanka tail`` against a real broker."""

import json
import signal
import time

import pytest

from connectors.errors import BusUrlError, MissingTopicError, TopicError
from connectors.kafka.bus_url import parse_bus_url
from connectors.kafka.producer import BusProducer
from connectors.kafka.tail import tail
from connectors.kafka.topics import create_topics, topic_states
from features.events import TOPICS
from jobs.settings import load_settings
from tests.waiting import PATIENCE_S

_CALL = b'{"event_id":"1","event_time":1767225600000,"kind":"sms","caller":"13800000001","callee":"13900000002"}'


def _send(topics, topic, *messages):
    producer = BusProducer(topics.bus, [topic])
    for lines in messages:
        producer.send_lines(topic, lines)
    assert producer.flush() == 0
    producer.close()


def test_topics_are_made_once_and_listed(make_topics, duanka):
    topics = make_topics(0)
    made = duanka.run("topics", "create", "--bus", topics.url(), "--partitions", 5, "--retention-days", 0.5)
    assert made.returncode == 0, made.stderr
    assert f"made {topics.prefix}card, {topics.prefix}cdr" in made.stdout
    again = duanka.run("topics", "create", "--bus", topics.url(), "--partitions", 2)
    assert "there already" in again.stdout and "made" not in again.stdout

    _send(topics, "cdr", [_CALL], [_CALL, _CALL])
    listed = json.loads(duanka.run("topics", "list", "--bus", topics.url(), "--format", "json").stdout)
    assert [row["topic"] for row in listed] == list(TOPICS)
    assert {row["partitions"] for row in listed} == {5} and {row["retention"] for row in listed} == {"0.5 days"}
    assert {row["topic"]: row["messages"] for row in listed} == dict.fromkeys(TOPICS, 0) | {"cdr": 2}


def test_missing_ones_are_added_to_those_that_are_there(make_topics):
    bus = make_topics(0).bus
    assert create_topics(bus, 1, 1, -1, ["txn"]) == ["txn"]
    assert create_topics(bus, 2, -1, 1000) == [name for name in TOPICS if name != "txn"]
    states = {state.topic: (state.partitions, state.replication, state.retention_ms) for state in topic_states(bus)}
    assert states == dict.fromkeys(TOPICS, (2, 1, 1000)) | {"txn": (1, 1, -1)}
    assert topic_states(make_topics(0).bus) == []


def test_more_copies_than_brokers_are_refused_in_one_sentence(make_topics, duanka):
    done = duanka.run("topics", "create", "--bus", make_topics(0).url(), "--replication", 3)
    assert done.returncode == 2 and "replication" in done.stderr.lower() and "Traceback" not in done.stderr


def test_tail_masks_cards_unless_asked(topics, duanka):
    _send(topics, "cdr", [_CALL, b"13800000001 broken"], [_CALL])
    masked = duanka.run("tail", "--topic", "cdr", "--bus", topics.url(), "--from-beginning", "--no-wait")
    assert masked.returncode == 0, masked.stderr
    assert len(masked.stdout.splitlines()) == 3 and "13800000001" not in masked.stdout
    assert "138********" in masked.stdout and "1767225600000" in masked.stdout
    whole = duanka.run("tail", "--topic", "cdr", "--bus", topics.url(), "--from-beginning", "--no-wait", "--unmask")
    assert sorted(whole.stdout.encode().splitlines()) == sorted([_CALL, _CALL, b"13800000001 broken"])


def test_tail_ends_at_its_limit_and_else_waits_for_what_comes(topics, duanka):
    _send(topics, "lead", [b'{"lead_id":"old"}'])
    two = duanka.start("tail", "--topic", "lead", "--bus", topics.url(), "--from-beginning", "--limit", 2)
    waiting = duanka.start("tail", "--topic", "lead", "--bus", topics.url())
    deadline = time.monotonic() + PATIENCE_S
    while two.poll() is None and time.monotonic() < deadline:
        _send(topics, "lead", [b'{"lead_id":"new"}'])
    assert two.communicate(timeout=PATIENCE_S)[0].splitlines() == ['{"lead_id":"old"}', '{"lead_id":"new"}']
    _send(topics, "lead", [b'{"lead_id":"last"}'])
    assert waiting.poll() is None
    lines = iter(waiting.stdout.readline, "")
    assert next(line for line in lines if "old" in line or "last" in line) == '{"lead_id":"last"}\n'
    waiting.send_signal(signal.SIGINT)
    assert waiting.wait(timeout=PATIENCE_S) == 130
    waiting.communicate()


def test_tail_of_what_is_not_there(make_topics, duanka):
    bus = make_topics(0)
    with pytest.raises(MissingTopicError):
        list(tail(bus.bus, "cdr", wait=False))
    done = duanka.run("tail", "--topic", "cdr", "--bus", bus.url())
    assert done.returncode == 2 and f"has no topic {bus.prefix}cdr" in done.stderr
    done = duanka.run("tail", "--topic", "calls", "--bus", bus.url())
    assert done.returncode == 2 and "cdr" in done.stderr


def test_settings_that_name_a_bus_are_checked_against_it(topics, make_topics, password, monkeypatch):
    for listener in ("PLAINTEXT", "SASL_SSL"):
        load_settings(bus=topics.url(listener)).require_bus()
    with pytest.raises(MissingTopicError):
        load_settings(bus=make_topics(0).url()).require_bus()
    monkeypatch.delenv("DUANKA_KAFKA_PASSWORD_FILE")
    with pytest.raises(BusUrlError, match="needs a password"):
        load_settings(bus=topics.url("SASL_SSL")).require_bus()
    with pytest.raises(TopicError, match="no broker"):
        from connectors.kafka.client import check_bus

        check_bus(parse_bus_url("kafka://127.0.0.1:1"), 1)
