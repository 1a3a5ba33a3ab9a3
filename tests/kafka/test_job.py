"""The job on a real broker: the hits of the files, whatever partitions and messages; nothing lost when killed."""

import os
import random
import signal
import time

import pytest

from connectors.kafka.producer import BusProducer
from features.events import TOPICS
from jobs.replay import plan_chunks
from tests.integration.conftest import replayed_hits
from tests.kafka.messages import lines_of
from tests.waiting import PATIENCE_S, wait_until

#: The city is sent within seconds: what is a moment on the way is minutes of its time.
_LATENESS = {"lateness_s": "86400"}


def send(topics, city, lines_per_message: int, extra: dict[str, list[bytes]] | None = None) -> int:
    """All records of a city, about in the order of time; returns how many."""
    producer: BusProducer[int] = BusProducer(topics.bus, list(TOPICS))
    sent = 0
    for chunk in plan_chunks(city, 1 << 62, 1 << 15):
        with open(chunk.path, "rb") as file:
            file.seek(chunk.start)
            lines = file.read(chunk.end - chunk.start).splitlines()
        for at in range(0, len(lines), lines_per_message):
            producer.send_lines(chunk.topic, lines[at:at + lines_per_message])
        sent += len(lines)
    for topic, lines in (extra or {}).items():
        producer.send_lines(topic, lines)
        sent += len(lines)
    producer.flush()
    producer.close()
    return sent


@pytest.fixture(scope="module")
def wanted(city):
    hits = replayed_hits(city, **_LATENESS)
    assert len(hits) > 5
    return hits


@pytest.mark.parametrize("partitions, lines_per_message, chunk_kib", [
    pytest.param(1, 1, 4096, marks=pytest.mark.long), (5, 7, 32)])
def test_the_hits_of_the_files(duanka, city, make_topics, wanted, partitions, lines_per_message, chunk_kib):
    topics = make_topics(partitions)
    sent = send(topics, city, lines_per_message)
    duanka.settings = _LATENESS | {"chunk_kib": str(chunk_kib)}
    done = duanka.run("run", "--bus", topics.url())
    assert done.returncode == 0, done.stderr
    assert duanka.hits() == wanted
    counts = duanka.query("SELECT records, scored, dead FROM runs FINAL")[0]
    assert counts["records"] == sent == counts["scored"] + counts["dead"]


def test_a_following_job_killed_and_resumed_finds_the_same(duanka, city, make_topics, wanted):
    topics = make_topics(3)
    duanka.settings = _LATENESS | {"chunk_kib": "16", "checkpoint_s": "0.5", "linger_ms": "20"}
    job = duanka.start("run", "--follow", "--bus", topics.url())
    sent = send(topics, city, 2)
    rng = random.Random(3)
    for _ in range(2):
        wait_until(lambda: list(duanka.folder.glob("state/run-*/checkpoints/*/chk-*/_metadata")), "a checkpoint", job)
        time.sleep(rng.uniform(0.2, 2))
        os.killpg(job.pid, signal.SIGKILL)
        job.communicate()
        job = duanka.start("run", "--follow", "--resume", "--bus", topics.url())
    wait_until(lambda: _accounted(duanka) >= sent, "every record", job)
    wait_until(lambda: duanka.hits().keys() >= wanted.keys(), "every hit", job)
    os.killpg(job.pid, signal.SIGTERM)
    job.communicate(timeout=PATIENCE_S)
    assert duanka.hits() == wanted
    assert _accounted(duanka) == sent
    events = duanka.query("SELECT (SELECT count() FROM cdr) + (SELECT count() FROM txn) AS n")[0]["n"]
    assert events == sum(len(lines_of(city, topic)) for topic in ("cdr", "txn"))  # none was written twice


def test_dead_letters_show_partition_offset_line_and_bytes(duanka, city, make_topics):
    topics = make_topics(2)
    calls = lines_of(city, "cdr")[:30]
    bad = [calls[0], b"{", b"", calls[1], b"not json", calls[0]]
    sent = send(topics, city, 1, {"cdr": bad}) - 1  # a blank line is no record
    duanka.settings = _LATENESS
    done = duanka.run("run", "--bus", topics.url())
    assert done.returncode == 0, done.stderr
    letters = duanka.query("SELECT source, offset, reason, raw FROM dead_letters FINAL ORDER BY source")
    refused = {row["raw"]: row for row in letters if row["reason"] != "duplicate"}
    assert set(refused) == {"{", "not json"}
    sources = [refused[raw]["source"] for raw in ("{", "not json")]
    assert sources[0].startswith("kafka:") and sources[0].endswith("+1") and sources[1].endswith("+3")
    assert refused["{"]["offset"] == refused["not json"]["offset"]
    repeats = sorted(row["raw"] for row in letters if row["reason"] == "duplicate")
    assert repeats == sorted(line.decode() for line in (calls[0], calls[0], calls[1]))
    counts = duanka.query("SELECT records, scored, dead FROM runs FINAL")[0]
    assert counts["records"] == sent == counts["scored"] + counts["dead"]


def test_a_stretch_of_the_bus_by_its_timestamps(duanka, city, make_topics):
    """Reading a part of a topic again, as for a backfill."""
    topics = make_topics(3)
    producer: BusProducer[int] = BusProducer(topics.bus, ["cdr"])
    calls = lines_of(city, "cdr")[:300]
    moments = []
    for at in range(0, 300, 100):
        moments.append(time.time())
        producer.send_lines("cdr", calls[at:at + 100])
        producer.flush()
        time.sleep(0.3)
    producer.close()
    start, end = (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(m)) + f".{int(m % 1 * 1000):03}Z" for m in moments[1:])
    duanka.settings = _LATENESS | {"bus_from": start, "bus_until": end}
    done = duanka.run("run", "--bus", topics.url())
    assert done.returncode == 0, done.stderr
    assert duanka.query("SELECT records FROM runs FINAL")[0]["records"] == 100


def test_messages_that_retention_took_are_an_error_and_not_a_gap(duanka, make_topics, city):
    """A plan whose messages are gone cannot be carried out, and says so."""
    topics = make_topics(1)
    send(topics, city, 100)
    duanka.settings = _LATENESS | {"checkpoint_s": "0.5", "chunk_kib": "16"}
    job = duanka.start("run", "--follow", "--bus", topics.url())
    wait_until(lambda: list(duanka.folder.glob("state/run-*/checkpoints/*/chk-*/_metadata")), "a checkpoint", job)
    os.killpg(job.pid, signal.SIGKILL)
    job.communicate()
    _delete_everything(topics)
    done = duanka.run("run", "--follow", "--resume", "--bus", topics.url())
    assert done.returncode == 2 and "gone from the bus" in done.stderr and "Traceback" not in done.stderr


def _delete_everything(topics) -> None:
    """Put one more message on each topic and delete all before it, as retention does."""
    from confluent_kafka import OFFSET_END, TopicPartition
    from confluent_kafka.admin import AdminClient

    from connectors.kafka.client import client_config

    admin = AdminClient(client_config(topics.bus))
    gone = [TopicPartition(topics.bus.topic(name), 0, OFFSET_END) for name in TOPICS]
    for future in admin.delete_records(gone).values():
        future.result()


def _accounted(duanka) -> int:
    row = duanka.query("SELECT (SELECT sum(scored) + sum(repeated) FROM shard_counts FINAL) AS scored, "
                       "(SELECT sum(dead) FROM chunk_counts FINAL) AS dead")[0]
    return int(row["scored"] or 0) + int(row["dead"] or 0)
