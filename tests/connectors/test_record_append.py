"""Single records at the end of a folder's topic, whole, whoever else writes."""

import json
import multiprocessing
from pathlib import Path

import pytest

from connectors.errors import TopicError
from connectors.folder import list_files
from connectors.record_append import append_to_folder


def lines(bus, topic):
    return [json.loads(line) for file in list_files(bus, topic) for line in Path(file).read_text("utf-8").splitlines()]


def test_the_first_makes_the_topic_and_the_next_go_on(tmp_path):
    append_to_folder(tmp_path, "receipt", {"n": 1, "note": "已核实"})
    append_to_folder(tmp_path, "receipt", {"n": 2})
    assert lines(tmp_path, "receipt") == [{"n": 1, "note": "已核实"}, {"n": 2}]
    assert [path.rpartition("/")[2] for path in list_files(tmp_path, "receipt")] == ["000000.ndjson"]


def test_the_last_file_is_gone_on_with_and_its_last_line_stays_whole(tmp_path):
    (tmp_path / "verdict").mkdir()
    (tmp_path / "verdict" / "a.ndjson").write_text('{"n":1}\n')
    (tmp_path / "verdict" / "b.ndjson").write_text('{"n":2}')
    append_to_folder(tmp_path, "verdict", {"n": 3})
    assert [row["n"] for row in lines(tmp_path, "verdict")] == [1, 2, 3]
    assert (tmp_path / "verdict" / "a.ndjson").read_text() == '{"n":1}\n'


def test_what_stands_in_the_way_is_said(tmp_path):
    (tmp_path / "receipt").write_text("")
    with pytest.raises(TopicError, match="topic receipt"):
        append_to_folder(tmp_path, "receipt", {})


def _write(bus, number):
    for n in range(50):
        append_to_folder(bus, "verdict", {"writer": number, "n": n, "note": "x" * 900})


def test_several_writers_keep_their_lines_whole(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(str(tmp_path), number)) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    found = lines(tmp_path, "verdict")
    assert len(found) == 150
    for number in range(3):
        assert [row["n"] for row in found if row["writer"] == number] == list(range(50))
