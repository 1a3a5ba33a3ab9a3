"""A plan log is told where its topics lie now, and is not told lies."""

import pytest

from jobs.flink.errors import PlanMismatchError
from jobs.flink.plan_log import PlanLog
from jobs.flink.protocol import Chunk
from jobs.moved_bus import move_plan

TOGETHER = Chunk("txn", "/old/txn/b.ndjson", 0, 4, 9, 9)
CONTROL = Chunk("", "", 0, 0, 5, control="{}")


@pytest.fixture
def plan(tmp_path):
    """A plan of two chunks of a file, a control and a heartbeat, with a tick left out."""
    path = tmp_path / "plan.ndjson"
    with PlanLog.open_or_create(path, bus="file:///old", chunk_bytes=10, follow=True) as log:
        log.lock()
        for tick, chunk in ((0, CONTROL), (1, Chunk("cdr", "/old/cdr/a.ndjson", 0, 10, 7, 9)),
                            (4, Chunk("", "", 0, 0, 8)), (5, Chunk("cdr", "/old/cdr/a.ndjson", 10, 15, 9, 9)),
                            (6, Chunk("cdr", "/old/cdr/a.ndjson", 15, 16, 9, 9, more=(TOGETHER,)))):
            log.append(tick, chunk)
    (tmp_path / "new" / "cdr").mkdir(parents=True)
    (tmp_path / "new" / "txn").mkdir()
    (tmp_path / "new" / "txn" / "b.ndjson").write_bytes(b"x" * 4)
    return path


def test_the_same_chunks_lie_elsewhere(tmp_path, plan):
    file = tmp_path / "new" / "cdr" / "a.ndjson"
    file.write_bytes(b"x" * 20)
    with PlanLog(plan) as log:
        before = dict(log.entries())
    move_plan(plan, "file:///new", tmp_path / "new")
    with PlanLog.open_or_create(plan, bus="file:///new", chunk_bytes=10, follow=True) as log:
        after = dict(log.entries())
    assert list(after) == list(before) and after[0] == CONTROL and after[4] == before[4]
    assert after[5] == Chunk("cdr", str(file), 10, 15, 9, 9)
    assert [part.path for part in after[6].parts] == [str(file), str(tmp_path / "new" / "txn" / "b.ndjson")]
    assert list(tmp_path.glob("plan*")) == [plan]


@pytest.mark.parametrize(("content", "said"), [(None, "is not there"), (b"x" * 14, "has 14 bytes")])
def test_files_that_are_not_the_same_are_refused_and_nothing_changes(tmp_path, plan, content, said):
    if content is not None:
        (tmp_path / "new" / "cdr" / "a.ndjson").write_bytes(content)
    before = plan.read_bytes()
    with pytest.raises(PlanMismatchError, match=said):
        move_plan(plan, "file:///new", tmp_path / "new")
    assert plan.read_bytes() == before


def test_the_plan_of_a_running_job_is_left_alone(tmp_path, plan):
    with PlanLog(plan) as running:
        running.lock()
        with pytest.raises(PlanMismatchError, match="still writes"):
            move_plan(plan, "file:///new", tmp_path / "new")
