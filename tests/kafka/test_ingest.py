"""What is sent is there, once, in order; and what is wrong is said."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from connectors.errors import TopicError
from connectors.kafka.bus_url import parse_bus_url
from connectors.kafka.client import client_config
from connectors.kafka.record_peek import key_of, time_of
from connectors.kafka.tail import tail
from jobs.ingest.run import IngestPlan, ingest
from tests.kafka.messages import lines_of, read_messages
from tests.waiting import PATIENCE_S


@pytest.mark.parametrize("size", [1, 7])
def test_every_record_of_a_folder_is_there_once_and_in_order(topics, city, tmp_path, size):
    sent = ingest(IngestPlan(topics.bus, str(city), lines_per_message=size, state=tmp_path))
    total = len(lines_of(city, "lead")) + len(lines_of(city, "verdict"))
    for topic in ("card", "cdr", "txn"):
        given = lines_of(city, topic)
        total += len(given)
        messages = read_messages(topics.bus, topic)
        lines = [line for message in messages for line in message.value.split(b"\n")]
        assert Counter(lines) == Counter(given)
        place = {line: i for i, line in enumerate(given)}
        for partition in range(3):
            places = [place[line] for m in messages if m.partition == partition for line in m.value.split(b"\n")]
            assert places == sorted(places)
        assert max(len(m.value.split(b"\n")) for m in messages) <= size
        if size == 1:
            assert [m.key for m in messages] == [key_of(topic, m.value) for m in messages]
            assert None not in {m.key for m in messages}
            at = {m.key: m.partition for m in messages}
            assert all(m.partition == at[m.key] for m in messages), "a card's records are in one partition"
        else:
            assert {m.key for m in messages} == {None}
            by_partition = Counter(m.partition for m in messages)
            assert max(by_partition.values()) - min(by_partition[p] for p in range(3)) <= 1, "all advance alike"
    assert sent.records == total and sent.bytes_done == sent.bytes_total > 0


def test_topics_advance_together(topics, city, tmp_path):
    """By the time at which each message reached the broker, all topics are near each other in event time."""
    ingest(IngestPlan(topics.bus, str(city), state=tmp_path, rate=3_000))
    arrived = sorted((m.timestamp_ms, time_of(t, m.value)) for t in ("card", "cdr", "txn")
                     for m in read_messages(topics.bus, t))  # fmt: skip
    day_ms = max(time for _, time in arrived) - min(time for _, time in arrived[len(arrived) // 2:])
    reached, worst = 0, 0
    for _, time_ms in arrived:
        worst = max(worst, reached - time_ms)
        reached = max(reached, time_ms)
    # Messages that were handed over in the same few milliseconds may swap; whole files must not.
    assert worst < day_ms / 20


def test_a_file_of_one_topic_and_standard_input(topics, city, duanka, tmp_path):
    file = sorted((city / "txn").glob("*.ndjson"))[1]
    done = duanka.run("ingest", file, "--topic", "txn", "--bus", topics.url(), "--lines-per-message", 50)
    assert done.returncode == 0, done.stderr
    given = file.read_bytes().splitlines()
    assert Counter(tail(topics.bus, "txn", True, wait=False)) == Counter(given)
    assert f"{len(given):,} events in {-(-len(given) // 50)} messages" in done.stdout

    command = [sys.executable, "-m", "jobs.cli.main", "ingest", "-", "--topic", "lead", "--bus", topics.url()]
    piped = subprocess.run(command, input=b'{"lead_id":"1"}\n\n{"lead_id":"2"}', env=duanka.environment(),
                           capture_output=True, timeout=PATIENCE_S)
    assert piped.returncode == 0, piped.stderr
    assert Counter(tail(topics.bus, "lead", True, wait=False)) == Counter([b'{"lead_id":"1"}', b'{"lead_id":"2"}'])


@pytest.mark.parametrize("listener", ["SASL_SSL", "SASL_PLAINTEXT", "SSL"])
def test_through_passwords_and_tls(topics, password, duanka, tmp_path, listener):
    (tmp_path / "a.ndjson").write_bytes(b'{"lead_id":"1"}\n')
    done = duanka.run("ingest", tmp_path / "a.ndjson", "--topic", "lead", "--bus", topics.url(listener))
    assert done.returncode == 0, done.stderr
    assert list(tail(parse_bus_url(topics.url(listener)), "lead", True, wait=False)) == [b'{"lead_id":"1"}']
    assert password not in done.stdout + done.stderr


def test_records_that_nobody_can_read_are_sent_all_the_same(topics, tmp_path):
    """The job refuses them with a reason; here nothing may be lost, and nothing may block the rest."""
    odd = [b"not json", b"\xff\xfe\x00", b'{"caller":5}', b"x" * 70_000, b'{"event_id":"last"}']
    (tmp_path / "a.ndjson").write_bytes(b"\n".join([*odd[:4], b"y" * 2_000_000, odd[4]]))
    for size in (1, 100):
        ingest(IngestPlan(topics.bus, str(tmp_path / "a.ndjson"), "cdr", size, state=tmp_path))
    got = list(tail(topics.bus, "cdr", True, wait=False))
    cut = [line for line in got if line.startswith(b"y")]
    assert Counter(line for line in got if not line.startswith(b"y")) == Counter(odd * 2)
    assert [len(line) for line in cut] == [128 << 10] * 2, "more than a record may have, so it is refused as too long"


def test_the_same_again_goes_on_where_a_growing_file_ended(topics, tmp_path):
    file = tmp_path / "a.ndjson"
    file.write_bytes(b'{"lead_id":"1"}\n')
    plan = IngestPlan(topics.bus, str(file), "lead", state=tmp_path, resume=True)
    assert ingest(plan).records == 1 and ingest(plan).records == 0
    with file.open("ab") as more:
        more.write(b'{"lead_id":"2"}\n')
    assert ingest(plan).records == 1
    assert Counter(tail(topics.bus, "lead", True, wait=False)) == Counter([b'{"lead_id":"1"}', b'{"lead_id":"2"}'])


@pytest.mark.parametrize(("url", "words"), [
    ("kafka://127.0.0.1:1", "no broker of the bus kafka://127.0.0.1:1 answers"),
    ("kafka://nowhere.invalid", "no broker of the bus kafka://nowhere.invalid:9092 answers"),
    ("file:///tmp", "this is for a Kafka bus, got file:///tmp"),
    ("kafka://u:hush@h", "must not hold a password"),
])
def test_a_bus_that_cannot_be_used_is_one_sentence_and_code_2(duanka, tmp_path, url, words):
    (tmp_path / "a.ndjson").write_text("{}\n")
    done = duanka.run("ingest", tmp_path / "a.ndjson", "--topic", "cdr", "--bus", url)
    said = " ".join(done.stderr.split())
    assert done.returncode == 2 and words in said and said.count("error: ") == 1
    assert "Traceback" not in said and "rdkafka" not in said and "hush" not in said


def test_missing_topics_are_named(make_topics, duanka, city):
    bus = make_topics(0)
    done = duanka.run("ingest", city, "--bus", bus.url())
    assert done.returncode == 2 and f"has no topic {bus.prefix}card" in done.stderr
    assert "duanka topics create" in done.stderr


def test_a_topic_that_goes_away_meanwhile_is_an_error_and_not_a_loss(make_topics, city, tmp_path):
    from confluent_kafka.admin import AdminClient

    topics = make_topics(1)
    admin = AdminClient(client_config(topics.bus))

    doomed = [topics.bus.topic("txn")]

    def look(sent):
        if sent.records and doomed:
            for answer in admin.delete_topics([doomed.pop()]).values():
                answer.result()

    with pytest.raises(TopicError):
        ingest(IngestPlan(topics.bus, str(city), state=tmp_path, rate=4_000), look)
    kept = json.loads(next((tmp_path / "ingest").glob("*.json")).read_text())
    assert not kept["finished"]
