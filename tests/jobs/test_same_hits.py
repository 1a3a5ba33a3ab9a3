"""The same hits, scores and features whatever the batches, the files and the order within the lateness."""

import random

import pytest

from tests.jobs.replays import Replayed, disordered, lines_of, replayed, rewritten


@pytest.fixture(scope="module")
def whole(slice_bus) -> Replayed:
    return replayed(slice_bus)


def check_same(a: Replayed, b: Replayed) -> None:
    assert a.hits == b.hits
    assert a.scores == b.scores
    assert (a.records, a.scored, a.dead, a.repeated) == (b.records, b.scored, b.dead, b.repeated)


def test_the_slice_is_worth_comparing(whole):
    assert len(whole.hits) >= 10 and whole.records > 1000
    assert {hit["level"] for hit in whole.hits.values()} >= {"yellow", "orange", "red"}
    assert len({code for hit in whole.hits.values() for code in hit["typologies"]}) >= 5
    assert whole.scored == whole.records and (whole.dead, whole.repeated, whole.late) == (0, 0, 0)


@pytest.mark.parametrize(
    ("chunk_bytes", "step_records", "most_rows"),
    [(1, 1, 60), (1, 7, 100), (700_000, 5000, 10**6), (3000, 1, 10**6)],
    ids=["batches of 1", "batches of 7", "batches of 5000", "chunks of 3 kB"],
)
def test_whatever_the_batches(slice_bus, whole, chunk_bytes, step_records, most_rows):
    other = replayed(slice_bus, chunk_bytes, step_records)
    check_same(other, whole)
    assert other.late == 0
    if chunk_bytes == 1:
        assert other.largest_step < whole.largest_step / 10


def test_whatever_the_files(slice_bus, whole, tmp_path):
    cut = rewritten(slice_bus, tmp_path / "cut", lambda topic, lines: lines, files=23)
    assert len(list((cut / "cdr").glob("*"))) == 23
    check_same(replayed(cut, chunk_bytes=5000, step_records=100), whole)


@pytest.mark.parametrize(("chunk_bytes", "step_records"), [(4 << 20, 120_000), (20_000, 100), (1, 20)])
def test_whatever_the_order_within_the_lateness(slice_bus, whole, tmp_path, chunk_bytes, step_records):
    bus = rewritten(slice_bus, tmp_path / "disordered", disordered)
    assert lines_of(bus, "cdr") != lines_of(slice_bus, "cdr")
    other = replayed(bus, chunk_bytes, step_records)
    check_same(other, whole)
    assert other.late == 0


def test_records_delivered_twice_are_refused_and_counted(slice_bus, whole, tmp_path):
    rng = random.Random(1)

    def twice(topic, lines):
        return [line for line in lines for _ in range(1 + (rng.random() < 0.2))]

    other = replayed(rewritten(slice_bus, tmp_path / "twice", twice), 30_000, 500)
    assert (other.hits, other.scores) == (whole.hits, whole.scores)
    assert other.repeated == other.records - whole.records > 150
    assert other.records == other.scored + other.dead + other.repeated


def test_bad_records_are_counted_and_change_nothing(slice_bus, whole, tmp_path):
    rng = random.Random(2)
    junk = (b"nonsense", b"{}", b"[]", b'{"event_time":1}', b"\xff", b"{" * 50)

    def spoiled(topic, lines):
        return [part for line in lines for part in ((line, rng.choice(junk)) if rng.random() < 0.05 else (line,))]

    other = replayed(rewritten(slice_bus, tmp_path / "spoiled", spoiled), 30_000, 500)
    assert (other.hits, other.scores) == (whole.hits, whole.scores)
    assert other.dead == other.records - whole.records > 50
    assert other.records == other.scored + other.dead


def test_late_records_are_scored_and_counted(slice_bus, tmp_path):
    """Beyond the lateness order is lost, records are not."""
    late = rewritten(slice_bus, tmp_path / "late", lambda topic, lines: lines[50:] + lines[:50])
    other = replayed(late, 2000, 20)
    assert other.late > 50
    assert other.records == other.scored


def test_the_whole_city_in_other_batches(city, city_replayed):
    other = replayed(city, 500_000, 5000)
    check_same(other, city_replayed)
    assert len(city_replayed.hits) > 20
