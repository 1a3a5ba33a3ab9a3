"""The note of how far an ingest came."""

from contextlib import closing, contextmanager

import pytest

from connectors.kafka.bus_url import parse_bus_url
from jobs.ingest.errors import IngestError
from jobs.ingest.progress_file import ProgressFile, Reached

_BUS = parse_bus_url("kafka://h/p.")


@contextmanager
def opened(folder, bus=_BUS, source="bus", topic=None):
    with closing(ProgressFile(folder, bus, source, topic)) as file:
        yield file


def test_what_was_written_is_read_by_the_same_ingest_alone(tmp_path):
    reached = Reached({"cdr": ("a.ndjson", 10), "txn": ("b.ndjson", 0)}, finished=False)
    with opened(tmp_path) as file:
        assert file.read() == Reached({}, True)
        file.write(reached)
    with opened(tmp_path) as file:
        assert file.read() == reached
    for other in ({"bus": parse_bus_url("kafka://h/q.")}, {"source": "bus2"}, {"topic": "cdr"}):
        with opened(tmp_path, **other) as file:
            assert file.read() == Reached({}, True)


def test_two_at_once_are_refused(tmp_path):
    with opened(tmp_path), pytest.raises(IngestError, match="another process"):
        ProgressFile(tmp_path, _BUS, "bus", None)
    with opened(tmp_path):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 9}', '{"version": 1, "marks": 5, "finished": true}',
                                     '{"version": 1, "marks": {"cdr": ["a", "x"]}, "finished": true}'])  # fmt: skip
def test_a_damaged_note_is_said_and_never_taken_for_the_beginning(tmp_path, content):
    with opened(tmp_path) as file:
        file.path.write_text(content)
        with pytest.raises(IngestError, match="--anew"):
            file.read()


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(IngestError, match="choose another folder with --state"):
        ProgressFile(tmp_path / "file" / "below", _BUS, "bus", None)
