"""Chunks of a folder: every byte once and in order, whatever the sizes."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import TopicError
from connectors.folder import list_files, read_chunk
from connectors.folder_cursor import FolderCursor
from connectors.folder_plan import FolderPlan

TOPICS = ("card", "cdr", "txn")


def peek_time(topic: str, line: bytes) -> int | None:
    """The events of these tests are their own times; anything else is unreadable."""
    try:
        return int(line)
    except ValueError:
        return None


def write(directory, topic: str, name: str, data: bytes) -> None:
    folder = os.path.join(directory, topic)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "ab") as file:
        file.write(data)


START = FolderCursor()


def drain(plan: FolderPlan, cursor: FolderCursor = START, limit: int = 10**6):
    chunks = []
    while len(chunks) < limit and (planned := plan.plan_next(cursor)) is not None:
        chunk, cursor = planned
        chunks.append(chunk)
    return chunks, cursor


def content(chunks, topic: str) -> bytes:
    return b"".join(read_chunk(c.path, c.start, c.end) for c in chunks if c.topic == topic)


line = st.one_of(st.integers(0, 10**6).map(lambda n: str(n).encode()), st.binary(max_size=40).map(
    lambda raw: raw.replace(b"\n", b"")))
file_text = st.tuples(st.lists(line, max_size=30), st.booleans()).map(
    lambda parts: b"\n".join(parts[0]) + (b"\n" if parts[1] and parts[0] else b""))
folder = st.dictionaries(st.sampled_from(TOPICS), st.lists(file_text, max_size=4), max_size=3)


def make(directory, files) -> dict[str, bytes]:
    for topic, texts in files.items():
        for number, text in enumerate(texts):
            write(directory, topic, f"{number:03d}.ndjson", text)
    return {topic: b"".join(files.get(topic, [])) for topic in TOPICS}


@settings(max_examples=150, deadline=None, database=None)
@given(files=folder, chunk_bytes=st.integers(1, 200), follow=st.booleans())
def test_every_byte_comes_once_in_order_and_low_never_falls(tmp_path_factory, files, chunk_bytes, follow):
    directory = tmp_path_factory.mktemp("bus")
    expected = make(directory, files)
    plan = FolderPlan(directory, TOPICS, chunk_bytes, peek_time, follow=follow)
    chunks, _ = drain(plan)
    plan.close()
    for topic in TOPICS:
        got = content(chunks, topic)
        if follow:  # only an unfinished last line may wait
            waiting = expected[topic][len(got):]
            assert expected[topic].startswith(got) and b"\n" not in waiting
        else:
            assert got == expected[topic]
    lows = [chunk.low_ms for chunk in chunks]
    assert lows == sorted(lows)
    for chunk in chunks:
        text = read_chunk(chunk.path, chunk.start, chunk.end)
        assert text.endswith(b"\n") or chunk.end == os.path.getsize(chunk.path)
        assert len(text) <= chunk_bytes or b"\n" not in text[:-1]


@settings(max_examples=60, deadline=None, database=None)
@given(files=folder, chunk_bytes=st.integers(1, 100), cut=st.integers(0, 50))
def test_going_on_from_stored_bytes_gives_the_same_chunks(tmp_path_factory, files, chunk_bytes, cut):
    directory = tmp_path_factory.mktemp("bus")
    make(directory, files)
    plan = FolderPlan(directory, TOPICS, chunk_bytes, peek_time)
    whole, _ = drain(plan)
    first, cursor = drain(plan, limit=cut)
    stored = cursor.to_bytes()
    again = FolderPlan(directory, TOPICS, chunk_bytes, peek_time)
    rest, _ = drain(again, FolderCursor.from_bytes(stored))
    assert first + rest == whole
    assert drain(again, FolderCursor.from_bytes(stored))[0] == rest  # also with a warm cache
    plan.close(), again.close()


def test_the_earliest_chunk_goes_next(tmp_path):
    write(tmp_path, "cdr", "a.ndjson", b"10\n30\n50\n")
    write(tmp_path, "txn", "a.ndjson", b"20\n40\n5\n")
    chunks, _ = drain(FolderPlan(tmp_path, ("cdr", "txn"), 3, peek_time))
    assert [(c.topic, read_chunk(c.path, c.start, c.end)) for c in chunks] == [
        ("cdr", b"10\n"), ("txn", b"20\n"), ("cdr", b"30\n"), ("txn", b"40\n"), ("txn", b"5\n"), ("cdr", b"50\n")]
    assert [c.low_ms for c in chunks] == [10, 20, 30, 40, 40, 50]


def test_low_is_the_least_of_the_first_sixteen_readable_lines(tmp_path):
    write(tmp_path, "cdr", "a.ndjson", b"?\n" + b"".join(b"%d\n" % n for n in range(100, 84, -1)) + b"1\n")
    [chunk], _ = drain(FolderPlan(tmp_path, ("cdr",), 10_000, peek_time, lateness_ms=15))
    assert chunk.low_ms == 85


def test_follow_waits_for_the_end_of_a_line_and_finds_what_is_added(tmp_path):
    plan = FolderPlan(tmp_path, ("cdr",), 100, peek_time, follow=True)
    assert plan.plan_next(FolderCursor()) is None
    write(tmp_path, "cdr", "1.ndjson", b"1\n2")
    chunks, cursor = drain(plan)
    assert content(chunks, "cdr") == b"1\n"
    write(tmp_path, "cdr", "1.ndjson", b"2\n3")
    chunks, cursor = drain(plan, cursor)
    assert content(chunks, "cdr") == b"22\n"
    write(tmp_path, "cdr", "2.ndjson", b"4\n")  # now the first file is finished
    chunks, cursor = drain(plan, cursor)
    assert content(chunks, "cdr") == b"34\n"
    assert drain(plan, cursor)[0] == []


def test_hidden_and_other_files_are_left_out(tmp_path):
    for name in (".part.ndjson", "b.txt", "b.ndjson", "a.ndjson"):
        write(tmp_path, "cdr", name, b"1\n")
    assert [os.path.basename(path) for path in list_files(tmp_path, "cdr")] == ["a.ndjson", "b.ndjson"]
    assert list_files(tmp_path, "none") == []


def test_a_name_that_no_store_can_hold_is_an_error(tmp_path):
    write(tmp_path, "cdr", "二.ndjson", b"1\n")
    assert len(list_files(tmp_path, "cdr")) == 1
    write(tmp_path, "cdr", os.fsdecode(b"\xff.ndjson"), b"1\n")
    with pytest.raises(TopicError, match="no UTF-8, got .*udcff.*rename it"):
        FolderPlan(tmp_path, ("cdr",), 100, peek_time).plan_next(START)


@pytest.mark.parametrize("chunk_bytes", [10, 10_000])
def test_a_line_longer_than_may_be_loaded_is_one_flagged_chunk(tmp_path, chunk_bytes):
    text = b"1\n" + b"x" * 500 + b"\n2\n" + b"y" * 100 + b"\n"
    write(tmp_path, "cdr", "a.ndjson", text)
    chunks, _ = drain(FolderPlan(tmp_path, ("cdr",), chunk_bytes, peek_time, max_line_bytes=200))
    assert content(chunks, "cdr") == text
    if chunk_bytes == 10:
        assert [(c.end - c.start, c.oversized) for c in chunks] == [(2, False), (501, True), (2, False), (101, False)]


def test_a_long_line_is_delivered_whole(tmp_path):
    text = b"1\n" + b"7" * 300_000 + b"\n2\n"
    write(tmp_path, "cdr", "a.ndjson", text)
    chunks, _ = drain(FolderPlan(tmp_path, ("cdr",), 1000, lambda topic, raw: 1))
    assert [c.end - c.start for c in chunks] == [2, 300_001, 2] and not any(c.oversized for c in chunks)


def test_a_file_that_shrank_or_vanished_is_an_error(tmp_path):
    write(tmp_path, "cdr", "a.ndjson", b"1\n2\n")
    _, cursor = drain(FolderPlan(tmp_path, ("cdr",), 2, peek_time), limit=2)
    (tmp_path / "cdr" / "a.ndjson").write_bytes(b"1\n")
    with pytest.raises(TopicError, match="must not be shortened"):
        FolderPlan(tmp_path, ("cdr",), 2, peek_time).plan_next(cursor)
    with pytest.raises(TopicError, match="must not be shortened"):
        read_chunk(tmp_path / "cdr" / "a.ndjson", 0, 4)
    (tmp_path / "cdr" / "a.ndjson").unlink()
    with pytest.raises(TopicError, match="cannot be opened"):
        FolderPlan(tmp_path, ("cdr",), 2, peek_time).plan_next(cursor)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"version":9,"low_ms":0,"positions":{}}', b"\xff"])
def test_a_position_that_cannot_be_read_is_an_error(raw):
    with pytest.raises(TopicError, match="stored position"):
        FolderCursor.from_bytes(raw)


@pytest.mark.parametrize("lateness_ms, behind_ms", [(2_000, (0, 50_000)), (10**9, (400_000, 10**9))])
def test_late_records_hold_nothing_back(tmp_path, lateness_ms, behind_ms):
    """A tenth of the calls come 500 s late. With a lateness of 2 s the promise moves on with the others; with one
    that counts them as on time they hold everything back."""
    on_time = [1_000_000 + 1000 * k for k in range(600)]
    calls = [t - 500_000 if k % 10 == 3 else t for k, t in enumerate(on_time)]
    for topic, times in (("cdr", calls), ("txn", [t + 1 for t in on_time])):
        write(tmp_path, topic, "0.ndjson", "".join(f"{t}\n" for t in times).encode())
    chunks, _ = drain(FolderPlan(tmp_path, ("cdr", "txn"), 200, peek_time, lateness_ms=lateness_ms))
    newest = [max(map(int, read_chunk(c.path, c.start, c.end).split())) for c in chunks]
    behind = max(t - c.low_ms for t, c in zip(newest, chunks))
    assert behind_ms[0] <= behind < behind_ms[1]
