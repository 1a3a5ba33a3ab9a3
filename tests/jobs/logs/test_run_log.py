"""Files of a run's log: one a process, text or JSON, masked, each record with its place."""

import json
import logging
import sys
import threading

import pytest

from features.errors import DuankaError
from jobs.logs.client_log import noted
from jobs.logs.formats import MaskedText
from jobs.logs.place import CLIENT, Place, here
from jobs.logs.run_log import LOGGER, RunLog, mask_others
from jobs.logs.terminal import warn_on_terminal

_LOG = logging.getLogger("duanka.test")


@pytest.fixture(autouse=True)
def _as_before():
    """Handlers, level and hook as they were."""
    root, ours, hook = logging.getLogger(), logging.getLogger(LOGGER), sys.excepthook
    before = list(root.handlers), list(ours.handlers), ours.level
    yield
    for handler in set(ours.handlers) - set(before[1]):
        handler.close()
    root.handlers, ours.handlers, sys.excepthook = *before[:2], hook
    ours.setLevel(before[2])
    CLIENT.enter()


def _records(log: RunLog) -> list[dict]:
    return [json.loads(line) for line in log.path().read_text("utf-8").splitlines()]


def test_json_has_a_record_a_line_with_its_place(tmp_path):
    log = RunLog(tmp_path / "log", "run-1", as_json=True)
    log.open()
    _LOG.info("one\nrecord of %s", "13812345678")
    Place("decode", 1).enter()
    try:
        raise KeyError("phone:13812345678")
    except KeyError:
        _LOG.exception("it failed")
    first, second = _records(log)
    assert first["message"] == "one\nrecord of 138********"
    assert (first["level"], first["logger"], first["run_id"]) == ("INFO", "duanka.test", "run-1")
    assert (first["operator"], first["subtask"]) == ("client", -1)
    assert (second["operator"], second["subtask"], second["level"]) == ("decode", 1, "ERROR")
    assert "KeyError: 'phone:138********'" in second["exception"] and "exception" not in first
    assert "13812345678" not in log.path().read_text("utf-8")


def test_text_reads_as_people_read(tmp_path):
    log = RunLog(tmp_path, "run-1")
    log.open()
    Place("cards", 0).enter()
    _LOG.warning("card %s", "6222021234567890")
    line = log.path().read_text("utf-8")
    assert line.endswith("WARNING cards[0] duanka.test - card 622*************\n")


def test_opened_twice_and_by_many_it_writes_once(tmp_path):
    log = RunLog(tmp_path, "run-1", as_json=True)
    threads = [threading.Thread(target=log.open) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _LOG.info("once")
    assert len(_records(log)) == 1
    other = RunLog(tmp_path / "other", "run-2", as_json=True)
    other.open()
    _LOG.info("elsewhere")
    assert len(_records(log)) == len(_records(other)) == 1


def test_places_are_of_threads():
    Place("plan", 0).enter()
    seen = []
    thread = threading.Thread(target=lambda: seen.append(here()))
    thread.start()
    thread.join()
    assert seen == [CLIENT] and here() == Place("plan", 0)


def test_handlers_of_others_are_made_to_mask(caplog):
    mask_others()
    mask_others()
    assert all(len(h.filters) == 1 for h in logging.getLogger().handlers if h is caplog.handler)
    logging.getLogger("elsewhere").warning("card %s", "13812345678")
    assert caplog.messages == ["card 138********"]


def test_the_client_notes_how_a_run_ended(tmp_path):
    log = RunLog(tmp_path, "run-1", as_json=True)
    with noted(log, {"shards": "16"}):
        pass
    with pytest.raises(DuankaError), noted(log, {}):
        raise DuankaError("no such card 13812345678")
    with pytest.raises(ZeroDivisionError), noted(log, {}):
        1 / 0  # noqa: B018
    records = _records(log)
    assert [r["level"] for r in records] == ["INFO", "INFO", "INFO", "ERROR", "INFO", "ERROR"]
    assert '"shards": "16"' in records[0]["message"] and "138********" in records[3]["message"]
    assert "exception" not in records[3] and "ZeroDivisionError" in records[5]["exception"]


def test_the_terminal_shows_warnings_without_numbers_and_traces(capsys):
    warn_on_terminal()
    logging.getLogger("duanka.store").warning("away: %s", "13812345678")
    logging.getLogger("duanka.client").error("told by the command itself")
    logging.getLogger("duanka.store").info("quiet")
    try:
        raise RuntimeError("card 13812345678")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    said = capsys.readouterr().err
    assert said.startswith("warning: away: 138********\nTraceback")
    assert "RuntimeError: card 138********" in said and "itself" not in said and "quiet" not in said


def test_a_record_formats_without_arguments():
    record = logging.LogRecord("x", logging.INFO, "f", 1, "100 %", (), None)
    assert MaskedText().format(record).endswith("x - 100 %")
