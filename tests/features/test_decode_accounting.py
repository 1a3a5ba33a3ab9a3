"""Nothing is lost: every record of a chunk is an event or a dead letter, and says where it lies."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.decode import decode
from features.events import TOPICS
from features.lines import split_lines
from tests.features.decoded import records_of
from tests.features.raw_records import LATEST_MS, any_chunks

_PIECES = (b"{}", b" ", b"\t", b"\r", b"\n", b"x", b"{", b"[", b"}", b'"', b"\x00")


@pytest.mark.parametrize("topic", ["cdr", "verdict"])
@settings(deadline=None, max_examples=60)
@given(data=st.data(), base=st.integers(0, 2**40))
def test_every_record_once_with_its_place_and_bytes(topic, data, base):
    raw = b"\n".join(data.draw(any_chunks(topic)))
    batch = decode(topic, raw, base, LATEST_MS)
    records = records_of(raw)
    assert len(batch) + len(batch.rejects) == batch.records == len(records)
    placed = [*batch.offset.tolist(), *batch.reject_offset.tolist()]
    assert sorted(placed) == [base + at for at, _ in records]
    at_place = dict(records)
    assert [r.raw for r in batch.rejects] == [at_place[o - base] for o in batch.reject_offset.tolist()]
    assert [r.index for r in batch.rejects] == [
        [at for at, _ in records].index(o - base) for o in batch.reject_offset.tolist()
    ]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(_PIECES), max_size=30))
def test_lines_are_cut_like_the_slow_way(pieces):
    raw = b"".join(pieces)
    lines = split_lines(raw)
    assert [(int(a), lines.record(i)) for i, a in enumerate(lines.starts)] == records_of(raw)


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_cutting_a_chunk_elsewhere_changes_nothing(data):
    lines = [line for line in data.draw(any_chunks("txn"))]
    cut = data.draw(st.integers(0, len(lines)))
    first = b"".join(line + b"\n" for line in lines[:cut])
    second = b"\n".join(lines[cut:])
    whole = decode("txn", first + second, 100, LATEST_MS)
    parts = [decode("txn", first, 100, LATEST_MS), decode("txn", second, 100 + len(first), LATEST_MS)]
    assert whole.offset.tolist() == [o for part in parts for o in part.offset.tolist()]
    assert whole.time_ms.tolist() == [t for part in parts for t in part.time_ms.tolist()]
    assert [r.raw for r in whole.rejects] == [r.raw for part in parts for r in part.rejects]


@pytest.mark.parametrize("raw", [b"", b"\n", b" \r\n\n\t"], ids=["empty", "newline", "blanks"])
@pytest.mark.parametrize("topic", list(TOPICS))
def test_no_record_at_all(topic, raw):
    batch = decode(topic, raw, 7, LATEST_MS)
    assert (batch.records, batch.time_ms.tolist(), batch.reject_offset.tolist()) == (0, [], [])
