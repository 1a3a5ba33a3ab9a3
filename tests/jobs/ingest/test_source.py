"""What a file, a folder or nothing holds."""

import pytest

from jobs.ingest.errors import IngestError
from jobs.ingest.source import lanes_of


@pytest.fixture
def bus(tmp_path):
    for name in ("cdr/b.ndjson", "cdr/a.ndjson", "cdr/.part.ndjson", "txn/a.ndjson", "lead/readme.txt", "truth.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('{"event_id":"1"}\n')
    return tmp_path


def test_a_bus_folder_has_a_lane_for_each_topic_with_files(bus):
    lanes = lanes_of(str(bus), None)
    assert [(lane.topic, [f.name for f in lane.files]) for lane in lanes] == [
        ("cdr", ["a.ndjson", "b.ndjson"]), ("txn", ["a.ndjson"]),
    ]  # fmt: skip
    assert lanes[0].bytes_total() == 34 and lanes[0].bytes_before(("b.ndjson", 5)) == 22
    assert lanes[0].bytes_before(None) == 0


def test_one_topic_of_it_or_a_topics_own_folder_or_a_file(bus):
    for source in (bus, bus / "cdr"):
        assert [f.name for f in lanes_of(str(source), "cdr")[0].files] == ["a.ndjson", "b.ndjson"]
    assert lanes_of(str(bus / "cdr" / "a.ndjson"), "cdr")[0].files == (bus / "cdr" / "a.ndjson",)
    assert lanes_of("-", "lead")[0].files == ()


@pytest.mark.parametrize(("source", "topic", "words"), [
    ("cdr/a.ndjson", None, "say which: --topic"), ("-", None, "say which: --topic"), ("nowhere", "cdr", "neither a"),
    ("", "calls", "one of card, cdr"), ("lead", None, "no folder of card, cdr"), ("lead", "lead", "no .ndjson files"),
])
def test_what_cannot_be_sent_is_said(bus, source, topic, words):
    with pytest.raises(IngestError, match=words):
        lanes_of(source if source == "-" else str(bus / source), topic)


def _blocks(lane, start):
    return lane.blocks(start, idle=lambda: pytest.fail("a file keeps nobody waiting"))


def test_it_goes_on_within_a_file_and_leaves_out_those_before(bus):
    lane = lanes_of(str(bus), "cdr")[0]
    (bus / "cdr/b.ndjson").write_text("one\ntwo\n")
    assert [(name, block.lines, block.end) for name, block in _blocks(lane, ("b.ndjson", 4))] == [
        ("b.ndjson", [b"two"], 8)
    ]
    assert [name for name, _ in _blocks(lane, None)] == ["a.ndjson", "b.ndjson"]
    with pytest.raises(IngestError, match="up to byte 9, and is shorter now"):
        list(_blocks(lane, ("b.ndjson", 9)))
    with pytest.raises(IngestError, match="aa.ndjson.*no longer there"):
        list(_blocks(lane, ("aa.ndjson", 9)))
