"""Topics advance together in event time, message by message, and every place is right."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.ingest.order import outgoing
from jobs.ingest.source import lanes_of


def _fill(folder, topic, times, name="a", between=""):
    (folder / topic).mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"event_time": t}) + "\n" for t in times]
    (folder / topic / f"{name}.ndjson").write_text(between.join(lines))


T0 = 1_767_225_600_000


def test_the_earliest_record_goes_next_whatever_its_topic(tmp_path):
    _fill(tmp_path, "cdr", [T0 + t for t in (1, 4, 9)])
    _fill(tmp_path, "txn", [T0 + t for t in (2, 3, 8)])
    sent = list(outgoing(lanes_of(str(tmp_path), None), {}, 1, timed=False))
    assert [m.time_ms - T0 for m in sent] == [1, 2, 3, 4, 8, 9]
    assert [m.topic for m in sent] == ["cdr", "txn", "txn", "cdr", "txn", "cdr"]


def test_a_message_of_several_lines_goes_when_its_earliest_is_due(tmp_path):
    """A reader takes a message whole, so it must not come later than others think it may."""
    _fill(tmp_path, "cdr", [T0 + t for t in (1, 2, 3, 4)])
    _fill(tmp_path, "card", [T0 + t for t in (3, 0, 500, 900)])
    sent = list(outgoing(lanes_of(str(tmp_path), None), {}, 2, timed=False))
    assert [(m.topic, m.time_ms - T0) for m in sent] == [("card", 0), ("cdr", 1), ("cdr", 3), ("card", 500)]


def test_a_record_without_a_time_goes_with_the_one_before(tmp_path):
    (tmp_path / "cdr").mkdir()
    (tmp_path / "cdr/a.ndjson").write_text(f'{{"event_time":{T0 + 5}}}\nbroken\n{{"event_time":{T0 + 9}}}\n')
    _fill(tmp_path, "txn", [T0 + 6])
    sent = [m.lines[0] for m in outgoing(lanes_of(str(tmp_path), None), {}, 1, timed=False)]
    assert sent.index(b"broken") == 1 and len(sent) == 4


def test_a_record_of_the_far_future_does_not_hold_its_topic_back(tmp_path):
    _fill(tmp_path, "cdr", [T0 + 1, 4_102_444_800_000, T0 + 3])
    _fill(tmp_path, "txn", [T0 + 2, T0 + 4, T0 + 5])
    sent = list(outgoing(lanes_of(str(tmp_path), None), {}, 1, timed=False))
    assert [m.time_ms - T0 for m in sent] == [1, 1, 2, 3, 4, 5] and [m.topic for m in sent][3] == "cdr"


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_from_every_place_the_rest_follows(tmp_path, size):
    for name in "ab":
        _fill(tmp_path, "cdr", [T0, T0 + 1], name, between="\n")  # an empty line
    (tmp_path / "cdr/c.ndjson").write_text("\n  \nno end")
    lanes = lanes_of(str(tmp_path), "cdr")
    whole = list(outgoing(lanes, {}, size, timed=True))
    lines = [line for m in whole for line in m.lines]
    assert len(lines) == 5 and not [line for line in lines if not line.strip()]
    for i, message in enumerate(whole):
        rest = [line for m in outgoing(lanes, {"cdr": message.mark}, size, timed=True) for line in m.lines]
        assert rest == [line for m in whole[i + 1:] for line in m.lines]
    assert lanes[0].bytes_before(whole[-1].mark) == lanes[0].bytes_total()


@given(st.lists(st.integers(0, 1000), max_size=20).map(sorted), st.lists(st.integers(0, 1000), max_size=20).map(sorted))
def test_sorted_topics_come_out_sorted(tmp_path_factory, left, right):
    folder = tmp_path_factory.mktemp("bus")
    _fill(folder, "cdr", [T0 + t for t in left] or [T0])
    _fill(folder, "txn", [T0 + t for t in right] or [T0])
    times = [m.time_ms for m in outgoing(lanes_of(str(folder), None), {}, 1, timed=False)]
    assert times == sorted(times) and len(times) == max(1, len(left)) + max(1, len(right))
