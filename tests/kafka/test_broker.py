"""The broker for development: starts, survives, ends, and says what is wrong."""

import os
import subprocess
import sys

import pytest

from connectors.errors import BusUnavailableError, MissingTopicError
from connectors.kafka.bus_url import parse_bus_url
from connectors.kafka.client import reach_bus
from connectors.kafka.feed import RECONNECT_S, SETTLE_S, KafkaFeed
from connectors.kafka.plan import KafkaPlan
from connectors.kafka.producer import BusProducer
from connectors.kafka.tail import tail
from connectors.kafka.topics import create_topics
from deploy.errors import DeployError
from deploy.local import broker as local_broker
from tests.kafka.conftest import require_jars
from tests.waiting import PATIENCE_S, wait_until


@pytest.fixture
def own_folder(tmp_path):
    require_jars()
    yield tmp_path / "kafka"
    local_broker.stop(tmp_path / "kafka")


def test_what_was_acknowledged_survives_a_kill_and_a_stop(own_folder):
    first = local_broker.start(own_folder, 0)
    bus = parse_bus_url(first.url)
    create_topics(bus, 2, 1, -1)
    producer = BusProducer(bus, ["lead"])
    producer.send_line("lead", b'{"lead_id":"1"}')
    assert producer.flush() == 0
    producer.close()

    assert local_broker.kill(own_folder) and local_broker.find(own_folder) is None
    with pytest.raises(BusUnavailableError):
        reach_bus(bus, 1)
    again = local_broker.start(own_folder, 0)
    assert again.url == first.url, "clients find it where it was"
    assert list(tail(bus, "lead", from_beginning=True, wait=False)) == [b'{"lead_id":"1"}']

    assert local_broker.start(own_folder, 0) == again, "where it runs it is left"
    assert local_broker.stop(own_folder) and not local_broker.stop(own_folder)


def test_after_an_outage_a_partition_that_is_filled_later_is_waited_for(own_folder):
    bus = parse_bus_url(local_broker.start(own_folder, 0).url)
    create_topics(bus, 1, 1, -1)
    now_s = [0.0]
    feed = KafkaFeed(bus, ("cdr", "txn"), _time_of, clock=lambda: now_s[0])
    plan = KafkaPlan(feed, _time_of, chunk_bytes=1000, linger_s=0, together_ms=10)

    def send(topic, line):
        producer = BusProducer(bus, [topic])
        producer.send_line(topic, line)
        assert producer.flush() == 0
        producer.close()

    def chunk():
        wait_until(lambda: found.append(plan.plan_next()) or found[-1] is not None, "a chunk", every_s=0)
        return found[-1].topic, found[-1].block.raw.strip()

    def at_end():
        feed.poll()
        return all(lane.at_end for lane in feed.lanes.values())

    found = []
    send("cdr", b"1000")
    assert chunk() == ("cdr", b"1000")
    wait_until(at_end, "the end of both partitions")
    local_broker.kill(own_folder)
    wait_until(lambda: feed.poll() or feed.away, "the outage")
    assert not feed.settled
    local_broker.start(own_folder, 0)

    def is_back():
        now_s[0] += 2 * RECONNECT_S
        feed.poll()
        return not feed.away

    wait_until(is_back, "the broker")
    assert not feed.settled, "senders have a backlog"
    send("txn", b"9000")
    found.clear()
    wait_until(lambda: found.append(plan.plan_next()) or any(found) or feed.lanes["txn", 0].waiting, "the payment",
               every_s=0)
    assert not any(found), "calls from before may still come"
    send("cdr", b"5000")
    assert [chunk(), chunk()] == [("cdr", b"5000"), ("txn", b"9000")]
    wait_until(at_end, "the end of both partitions")
    send("txn", b"9500")
    now_s[0] += SETTLE_S
    assert feed.settled and chunk() == ("txn", b"9500")
    feed.close()


def _time_of(topic, line):
    return int(line)


def test_two_brokers_live_side_by_side_and_a_taken_port_is_refused(broker, own_folder):
    with pytest.raises(DeployError, match=f"port {broker.plan.port} of 127.0.0.1 is taken"):
        local_broker.start(own_folder, broker.plan.port)
    with pytest.raises(DeployError, match="other settings"):
        local_broker.start(broker.plan.folder, 1)
    other = local_broker.start(own_folder, 0)
    assert other.plan.port != broker.plan.port
    seen = [reach_bus(parse_bus_url(one.url), 5).cluster_id for one in (broker, other)]
    assert len(set(seen)) == 2


def test_topics_are_not_made_by_asking_for_them(make_topics):
    """A reader with a wrong prefix must hear of it."""
    bus = make_topics(0).bus
    for _ in range(2):
        with pytest.raises(MissingTopicError, match=f"has no topic {bus.prefix}cdr; .*duanka topics create --bus"):
            list(tail(bus, "cdr", wait=False))


def test_nothing_listens_beyond_loopback(broker):
    process = broker.started.process()
    hosts = {c.laddr.ip for c in process.net_connections() if c.status == "LISTEN"}
    assert hosts <= {"127.0.0.1", "::ffff:127.0.0.1", "::1"} and hosts


def test_secrets_are_for_their_owner_only(broker):
    files = [broker.plan.password_file, *broker.plan.certificates.iterdir()]
    assert len(files) == 5 and not [file for file in files if file.stat().st_mode & 0o077]
    said = (broker.plan.folder / "broker.json").read_text() + " ".join(broker.started.process().cmdline())
    assert broker.plan.password_file.read_text() not in said


def test_without_maven_it_says_what_to_install(tmp_path):
    """In a folder without jars, with a PATH that leads nowhere."""
    environment = os.environ | {"PATH": str(tmp_path), "PYTHONPATH": os.getcwd()}
    done = subprocess.run([sys.executable, "-m", "deploy.local.kafka", "start", "--port", "0"], cwd=tmp_path,
                          env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 2 and "no mvn on the PATH; install it" in done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("\n") == 1
