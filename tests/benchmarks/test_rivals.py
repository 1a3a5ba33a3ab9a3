"""Every rival does the lane's work as the engine does: the same features, the same hits.

Quix Streams needs a broker and an environment of its own; the benchmark itself holds its hits against the reference.
"""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.performance.hits import read_hits
from benchmarks.performance.lane.call import IN, OUT, read_call
from benchmarks.performance.lane.columns import LaneShard
from benchmarks.performance.lane.definition import FEATURES, SHARDS
from benchmarks.performance.lane.job import LanePipeline
from benchmarks.performance.lane.phone import new_phone, take_call, values
from benchmarks.performance.lane.shard_of import shard_of
from benchmarks.performance.lane.stream import read_lines, write_stream
from benchmarks.performance.rivals import flink_sql
from benchmarks.performance.runs.lane_replay import lane_hits
from benchmarks.performance.stamps import span_s
from features import partition
from features.card_features import CardFeatures
from features.hashing import hash_strings
from features.phone import FEATURES as ALL
from features.roles import OUT as OUT_ROLE
from features.roles import PHONE_SEED
from jobs.engine import END_OF_TIME_MS
from jobs.record_origin import FileOrigin
from jobs.routing import route
from tests.benchmarks.lane_calls import write_calls

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def stream(tmp_path_factory) -> Path:
    """The lane's input, from calls as a city would have them."""
    folder = tmp_path_factory.mktemp("lane")
    write_calls(folder / "city" / "cdr" / "000000.ndjson")
    assert write_stream(folder / "city", folder / "stream", file_records=2_500) == 6_000
    return folder / "stream"


@pytest.fixture(scope="module")
def file(stream) -> Path:
    path = stream.with_name("calls.ndjson")
    path.write_text("".join(f"{line}\n" for line in read_lines(stream)))
    return path


@pytest.fixture(scope="module")
def reference(file) -> set:
    hits = set(lane_hits([file]))
    assert len(hits) >= 5, "a stream without hits shows nothing"
    return hits


def run(name: str, *arguments: object) -> None:
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    subprocess.run([sys.executable, "-m", f"benchmarks.performance.{name}", *map(str, arguments)], check=True,
                   env=os.environ | {"PYTHONPATH": path}, timeout=280, capture_output=True)


@pytest.mark.parametrize("name, more", [
    ("rivals.plain", ()),
    ("rivals.bytewax_flow", ()),
    # The same code as in process mode, which takes twice as long.
    pytest.param("rivals.pyflink_per_record", ("thread",), marks=pytest.mark.long),
], ids=["plain", "bytewax", "pyflink-thread"])
def test_rival_finds_what_the_engine_finds(name, more, file, reference, tmp_path):
    run(name, file, tmp_path, *more)
    assert read_hits(tmp_path / "hits") == reference
    begin_s, end_s, records = span_s(tmp_path / "stamps")
    assert begin_s < end_s and records in (6_000, 12_000)


@pytest.mark.long
def test_the_job_finds_the_same_in_files_of_a_topic(stream, reference, tmp_path):
    run("runs.lane_job", stream, tmp_path)
    assert read_hits(tmp_path / "hits") == reference
    assert span_s(tmp_path / "stamps")[2] == 6_000


def test_the_lanes_pipeline_finds_the_same_by_hand(stream, reference, tmp_path):
    """What Flink asks of it, asked here: planned, decoded, handed to shards, written."""
    pipeline = pickle.loads(pickle.dumps(LanePipeline(stream, tmp_path, SHARDS, chunk_bytes=100_000)))()
    shards = [pipeline.card_shard(shard) for shard in range(SHARDS)]
    plan, hits, low_ms = pipeline.planner(()), [], 0
    while (chunk := plan()) is not None:
        low_ms = max(low_ms, chunk.low_ms)
        for _, shard, payload in pipeline.decode(chunk):
            shards[shard].push(payload)
            hits += shards[shard].advance(low_ms - 1)
    hits += [hit for shard in shards for hit in shard.advance(END_OF_TIME_MS)]
    pipeline.sink([payload for _, payload in hits])
    assert read_hits(tmp_path / "hits") == reference
    assert span_s(tmp_path / "stamps")[2] == 6_000


@pytest.mark.long
def test_flink_sql_counts_as_plain_python_counts(file, tmp_path):
    run("rivals.flink_sql", file, tmp_path)
    wanted = flink_sql.reference([read_call(line) for line in file.read_text().splitlines()])
    assert len(wanted) >= 5
    assert read_hits(tmp_path / "hits") == wanted
    assert float((tmp_path / "seconds").read_text()) > 0


def test_features_of_the_lane_are_the_engines(file):
    """Row by row, on all 24; only the kernel's 32 bits stand between them."""
    routed = route("cdr", FileOrigin("calls", 0), file.read_bytes(), 1, 2**62)
    features = CardFeatures()
    for _, batch in routed.to_cards:
        features.push(batch)
    (theirs,) = features.update(features.release(END_OF_TIME_MS).rows)
    columns = [ALL.index(name) for name in FEATURES]
    sides = {(call.time_ms, *call.numbers(), side): call
             for call in map(read_call, file.read_text().splitlines()) for side in (OUT, IN)}
    assert len(sides) == len(theirs.rows), "calls must be told apart by moment and numbers"
    phones: dict = {}
    for at, (row, matrix) in enumerate(zip(theirs.rows, theirs.matrix)):
        side = OUT if row["role"] == OUT_ROLE else IN
        own, other = (f"{int(row[name]):0{int(row[digits])}}" for name, digits in
                      (("number", "digits"), ("peer_number", "peer_digits")))
        call = sides[(int(row["time"]), *((own, other) if side == OUT else (other, own)), side)]
        state = phones.setdefault(own, new_phone())
        take_call(state, call, side)
        mine = values(state, own)
        np.testing.assert_allclose(list(mine.values()), matrix[columns], rtol=2e-4, atol=1e-6, err_msg=f"row {at}")


def test_shards_are_the_engines():
    phones = ["10086", "13812345678", "95566", "075512345678", "1", "12345678", "123456789012345678"]
    entity = hash_strings(pa.array(phones), PHONE_SEED)
    assert [shard_of(phone, SHARDS) for phone in phones] == partition.shard_of(entity, SHARDS).tolist()


def test_a_shard_restored_in_mid_stream_goes_on_the_same(file, reference):
    routed = route("cdr", FileOrigin("calls", 0), file.read_bytes(), SHARDS, 2**62)
    middle, hits = int(np.median(routed.events.time_ms)), []
    for _, batch in routed.to_cards:
        shard, fresh = LaneShard(), LaneShard()
        shard.push_batch(batch)
        hits += shard.step(middle)
        fresh.restore(shard.snapshot())
        hits += fresh.step(END_OF_TIME_MS)
    assert set(hits) == reference
