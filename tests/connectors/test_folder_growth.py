"""A folder that grows while it is read: every byte once, in whole lines, whenever one looks."""

import os
import shutil
import tempfile

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from connectors.folder import Chunk, read_chunk
from connectors.folder_cursor import FolderCursor
from connectors.folder_plan import FolderPlan
from tests.connectors.test_folder_plan import peek_time

TOPICS = ("cdr", "txn")
#: Lines, halves of lines, blank lines, line ends alone, bytes that are no text, lines that are too long.
PIECES = (
    *(b"1\n", b"12", b"\n", b"\n\n", b"\r\n", b" ", b"7\n8\n9\n", b"\x00\xff\xfe", b"x" * 70, b"y" * 300),
)
MAX_LINE_BYTES = 100


class GrowingFolder(RuleBasedStateMachine):
    """A writer and a follower take turns; the follower may be stopped and go on from its stored position."""

    @initialize(chunk_bytes=st.sampled_from((1, 7, 64, 100, 1000)))
    def begin(self, chunk_bytes):
        self.folder = tempfile.mkdtemp(prefix="growing-")
        self.chunk_bytes = chunk_bytes
        self.files: dict[str, list[bytes]] = {topic: [] for topic in TOPICS}
        self.chunks: list[Chunk] = []
        self.cursor = FolderCursor()
        self.plan = self.new_plan(follow=True)

    def new_plan(self, follow):
        return FolderPlan(self.folder, TOPICS, self.chunk_bytes, peek_time, follow, MAX_LINE_BYTES)

    @rule(topic=st.sampled_from(TOPICS), piece=st.sampled_from(PIECES))
    def append(self, topic, piece):
        if not self.files[topic]:
            self.files[topic].append(b"")
        self.files[topic][-1] += piece
        self.write(topic, piece)

    @rule(topic=st.sampled_from(TOPICS), hidden_first=st.booleans())
    def add_file(self, topic, hidden_first):
        self.files[topic].append(b"")
        if hidden_first:  # filled under a hidden name and renamed
            self.files[topic][-1] = b"5\n6"
            path = self.path(topic)
            hidden = os.path.join(os.path.dirname(path), ".part.ndjson")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(hidden, "wb") as file:
                file.write(b"5\n6")
            self.plan_one()  # the follower may look in between
            os.rename(hidden, path)
        else:
            self.write(topic, b"")

    @rule(times=st.integers(1, 5))
    def follow(self, times):
        for _ in range(times):
            if not self.plan_one():
                break

    @rule()
    def go_on_from_the_stored_position(self):
        self.plan.close()
        self.plan = self.new_plan(follow=True)
        self.cursor = FolderCursor.from_bytes(self.cursor.to_bytes())

    @invariant()
    def delivered_bytes_are_those_written_in_order_and_in_whole_lines(self):
        for topic in TOPICS:
            self.check_lines(topic, [chunk for chunk in self.chunks if chunk.topic == topic])

    def teardown(self):
        if not hasattr(self, "folder"):
            return
        self.plan.close()
        self.plan = self.new_plan(follow=False)
        while self.plan_one():
            pass
        for topic in TOPICS:
            mine = [chunk for chunk in self.chunks if chunk.topic == topic]
            assert b"".join(read_chunk(c.path, c.start, c.end) for c in mine) == b"".join(self.files[topic])
        self.plan.close()
        shutil.rmtree(self.folder)

    def plan_one(self) -> bool:
        planned = self.plan.plan_next(self.cursor)
        if planned is None:
            return False
        chunk, self.cursor = planned
        self.chunks.append(chunk)
        return True

    def check_lines(self, topic, chunks):
        written = b"".join(self.files[topic])
        got = [read_chunk(chunk.path, chunk.start, chunk.end) for chunk in chunks]
        assert written.startswith(b"".join(got))
        for chunk, text in zip(chunks, got):
            whole = self.files[topic][int(os.path.basename(chunk.path)[:6])]
            # A file ends its last line once a later file is there; before, the line feed must be.
            assert text.endswith(b"\n") or chunk.end == len(whole)
            assert chunk.start == 0 or whole[chunk.start - 1 : chunk.start] == b"\n"
            several = b"\n" in text[:-1]
            assert chunk.oversized == (len(text) > MAX_LINE_BYTES and not several)
            assert len(text) <= self.chunk_bytes or not several

    def path(self, topic):
        return os.path.join(self.folder, topic, f"{len(self.files[topic]) - 1:06d}.ndjson")

    def write(self, topic, piece):
        os.makedirs(os.path.join(self.folder, topic), exist_ok=True)
        with open(self.path(topic), "ab") as file:
            file.write(piece)


GrowingFolder.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None, database=None)
TestGrowingFolder = GrowingFolder.TestCase
