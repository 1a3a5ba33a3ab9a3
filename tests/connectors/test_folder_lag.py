"""What a folder holds behind a cursor, in bytes."""

import pytest

from connectors.folder_cursor import FolderCursor
from connectors.folder_lag import bytes_behind
from connectors.folder_plan import FolderPlan


@pytest.fixture
def folder(tmp_path):
    for name, size in (("cdr/a", 30), ("cdr/b", 50), ("txn/a", 20)):
        file = tmp_path / f"{name}.ndjson"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"123456789\n" * (size // 10))
    (tmp_path / "cdr" / ".half.ndjson").write_bytes(b"1\n")
    return tmp_path


@pytest.mark.parametrize(("name", "offset", "behind"), [
    ("", 0, 100), ("a.ndjson", 10, 90), ("a.ndjson", 30, 70), ("b.ndjson", 0, 70), ("b.ndjson", 50, 20)])
def test_bytes_behind_a_place(folder, name, offset, behind):
    cursor = FolderCursor().moved("cdr", name, offset, 0) if name else FolderCursor()
    assert bytes_behind(folder, ("cdr", "txn", "card"), cursor) == behind


def test_it_falls_to_nothing_by_what_is_planned_and_grows_with_the_file(folder):
    plan = FolderPlan(folder, ("cdr", "txn"), 25, lambda topic, line: 1, follow=True)
    cursor, behind = FolderCursor(), 100
    while (planned := plan.plan_next(cursor)) is not None:
        chunk, cursor = planned
        behind -= chunk.end - chunk.start
        assert bytes_behind(folder, ("cdr", "txn"), cursor) == behind
    assert behind == 0
    with (folder / "txn" / "a.ndjson").open("ab") as file:
        file.write(b"12\n")
    assert bytes_behind(folder, ("cdr", "txn"), cursor) == 3
    plan.close()
