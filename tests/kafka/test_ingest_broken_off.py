"""An ingest that is killed, stopped or left alone by its broker loses nothing, and says how to go on."""

import json
import signal
import subprocess
import time
from collections import Counter

import pytest

from connectors.errors import BusUnavailableError
from connectors.kafka import producer
from connectors.kafka.bus_url import parse_bus_url
from connectors.kafka.topics import create_topics
from deploy.local import broker as local_broker
from jobs.ingest.errors import IngestError
from jobs.ingest.run import IngestPlan, ingest
from jobs.ingest.source import lanes_of
from tests.kafka.conftest import require_jars
from tests.kafka.messages import lines_of, read_messages
from tests.waiting import PATIENCE_S

_TOPICS = ("card", "cdr", "txn")


@pytest.fixture
def own_broker(tmp_path):
    """One that the test may kill, with topics."""
    require_jars()
    started = local_broker.start(tmp_path / "kafka", 0)
    create_topics(parse_bus_url(started.url), 2, 1, -1)
    yield started
    local_broker.stop(tmp_path / "kafka")


def _noted(folder) -> dict:
    return json.loads(next((folder / "ingest").glob("*.json")).read_text())


def _await_progress(process, folder):
    """Until some of it is acknowledged and noted."""
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        if list((folder / "ingest").glob("*.json")) and _noted(folder)["marks"].get("cdr"):
            return
        time.sleep(0.02)
    pytest.fail(f"no progress: {process.communicate(timeout=10)}")


def _sent(bus, topic) -> list[bytes]:
    return [line for message in read_messages(bus, topic) for line in message.value.split(b"\n")]


@pytest.mark.parametrize(("how", "code", "size"), [
    (signal.SIGKILL, -9, 20), (signal.SIGINT, 130, 1),
    pytest.param(signal.SIGKILL, -9, 1, marks=pytest.mark.long),
    pytest.param(signal.SIGTERM, 130, 20, marks=pytest.mark.long)])
def test_resumed_nothing_is_lost_and_only_what_was_not_noted_is_sent_twice(topics, city, duanka, how, code, size):
    given = {topic: lines_of(city, topic) for topic in _TOPICS}
    arguments = ("ingest", city, "--bus", topics.url(), "--lines-per-message", size, "--rate", 4000)
    process = duanka.start(*arguments)
    state = duanka.folder / "state"
    _await_progress(process, state)
    process.send_signal(how)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code, err
    assert "Traceback" not in err

    noted = _noted(state)
    assert not noted["finished"]
    before = {topic: Counter(_sent(topics.bus, topic)) for topic in _TOPICS}
    assert 0 < sum(before["cdr"].values()) < len(given["cdr"]), "it was in the middle of it"

    refused = duanka.run(*arguments)
    assert refused.returncode == 2 and "did not finish; go on with --resume" in " ".join(refused.stderr.split())
    done = duanka.run(*arguments[:-2], "--resume")
    assert done.returncode == 0, done.stderr
    assert _noted(state)["finished"]

    lanes = {lane.topic: lane for lane in lanes_of(str(city), None)}
    for topic in _TOPICS:
        mark = tuple(noted["marks"][topic]) if topic in noted["marks"] else None
        behind = Counter(line for _, block in lanes[topic].blocks(mark, lambda: None) for line in block.lines if line)
        after = Counter(_sent(topics.bus, topic))
        assert set(after) == set(given[topic]), "nothing is lost"
        twice = after - Counter(given[topic])
        assert not twice - behind, "what was noted is not sent again"
        if how != signal.SIGKILL:
            assert not twice, "one that may end in peace notes all of it"


def test_a_pipe_that_keeps_it_waiting_can_be_left(topics, duanka):
    process = duanka.start("ingest", "-", "--topic", "lead", "--bus", topics.url(), stdin=subprocess.PIPE)
    process.stdin.write('{"lead_id":"1"}\n')
    process.stdin.flush()
    deadline = time.monotonic() + PATIENCE_S
    while not read_messages(topics.bus, "lead") and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 130
    process.communicate()
    assert len(read_messages(topics.bus, "lead")) == 1


def test_a_broker_that_comes_back_finds_the_ingest_waiting(own_broker, city, duanka):
    bus = parse_bus_url(own_broker.url)
    process = duanka.start("ingest", city, "--bus", own_broker.url, "--rate", 4000)
    _await_progress(process, duanka.folder / "state")
    local_broker.kill(own_broker.plan.folder)
    time.sleep(1)
    local_broker.start(own_broker.plan.folder, 0)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    for topic in _TOPICS:
        assert Counter(_sent(bus, topic)) == Counter(lines_of(city, topic)), "each once: the producer is idempotent"
        for partition in range(2):
            place = {line: i for i, line in enumerate(lines_of(city, topic))}
            places = [place[m.value] for m in read_messages(bus, topic) if m.partition == partition]
            assert places == sorted(places), "and in order"


def test_a_broker_that_stays_away_is_an_error_that_can_be_resumed(own_broker, city, tmp_path, monkeypatch):
    monkeypatch.setattr(producer, "GIVE_UP_MS", 15_000)
    bus = parse_bus_url(own_broker.url)
    killed = []

    def look(sent):
        if sent.bytes_done and not killed:
            killed.append(local_broker.kill(own_broker.plan.folder))

    plan = IngestPlan(bus, str(city), state=tmp_path, rate=4_000)
    with pytest.raises(BusUnavailableError, match="no broker of the bus .* answers"):
        ingest(plan, look)
    assert killed
    with pytest.raises(IngestError, match="did not finish"):
        ingest(plan)
    local_broker.start(own_broker.plan.folder, 0)
    ingest(IngestPlan(bus, str(city), state=tmp_path, resume=True))
    for topic in _TOPICS:
        assert set(_sent(bus, topic)) == set(lines_of(city, topic))
