"""Card numbers go through errors and dead letters, and stand in no log whole."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from features.events import KINDS
from tests.waiting import PATIENCE_S

_PHONE, _CARD = "13812345678", "6222021234567890123"
_KEYS = {"time", "level", "logger", "message"}


def _call(number: int, **changes) -> dict:
    call = {"event_id": f"c{number}", "event_time": 1_772_380_800_000 + number, "kind": KINDS[0]}
    return call | {"caller": _PHONE, "callee": "13900000001", "duration_s": 30} | changes


@pytest.fixture
def bus(tmp_path):
    """Calls, refused records full of numbers, in a file whose name is a number, too."""
    folder = tmp_path / "bus"
    (folder / "cdr").mkdir(parents=True)
    good = [json.dumps(_call(n)) for n in range(50)]
    bad = [f'{{"caller":"{_PHONE}"', json.dumps({"event_id": "x", "caller": _PHONE}), json.dumps(_CARD),
           json.dumps(_call(99, event_time=_PHONE, card=_CARD)), json.dumps(_call(98, caller=[_CARD]))]
    (folder / "cdr" / f"of-{_PHONE}.ndjson").write_text("\n".join(good + bad) + "\n")
    return folder


@pytest.fixture(params=["json", pytest.param("text", marks=pytest.mark.long)])
def failed(request, duanka, bus):
    """A run that follows, until its file is cut off below it; (format, what the client printed)."""
    duanka.settings = {"log_format": request.param, "learned": "false", "shards": "2", "parallelism": "1"}
    process = duanka.start("run", "--bus", bus, "--follow")
    try:
        deadline = time.monotonic() + PATIENCE_S
        while process.poll() is None and duanka.query("SELECT count() AS n FROM dead_letters FINAL")[0]["n"] < 5:
            assert time.monotonic() < deadline, f"no dead letters came\n{_ends_of_logs(duanka.folder)}"
            time.sleep(0.5)
        (bus / "cdr" / f"of-{_PHONE}.ndjson").write_text("")
        said = process.communicate(timeout=PATIENCE_S)[1]
    except subprocess.TimeoutExpired:
        pytest.fail(f"the run did not end when its file was cut\n{_ends_of_logs(duanka.folder)}")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    assert process.returncode == 2, said
    return request.param, said


def _ends_of_logs(folder: Path) -> str:
    files = [*folder.glob("state/run-*/log/*.log"), folder / "store" / "server.log"]
    return "\n".join(f"== {file.name}\n{file.read_text('utf-8')[-3000:]}" for file in files if file.is_file())


def test_no_log_holds_a_whole_number(duanka, failed, tmp_path):
    form, said = failed
    folder = next((tmp_path / "state").glob("run-*")) / "log"
    logs = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.is_file()}
    logs["server.log"] = (tmp_path / "store" / "server.log").read_text("utf-8")
    ours = [name for name in logs if name.startswith("duanka-")]
    assert len(ours) >= 2 and len(logs["flink.log"]) > 10_000
    for name, text in logs.items():
        assert _PHONE not in text and _CARD not in text, name

    # They were there: the file's name is in the error of worker, Flink and client, masked.
    told = "".join(logs[name] for name in ours)
    assert "of-138********" in told and "of-138****" in logs["flink.log"]
    error = said.partition("error: ")[2]
    assert "must not be shortened" in error and "of-138********" in error and _PHONE not in error
    assert "5 of 55 records of cdr refused" in told and "missing_field" in told
    # What leads to files stays whole.
    assert folder.parent.name in logs["flink.log"] and folder.parent.name in said
    if form == "json":
        _check_json(logs, ours, folder.parent.name)


def _check_json(logs: dict[str, str], ours: list[str], run_id: str) -> None:
    for name in (*ours, "flink.log"):
        for line in logs[name].splitlines():
            assert json.loads(line).keys() >= _KEYS, (name, line)
    records = [json.loads(line) for name in ours for line in logs[name].splitlines()]
    assert {record["run_id"] for record in records} == {run_id}
    places = {(record["operator"], record["subtask"]) for record in records}
    assert places >= {("client", -1), ("plan", 0), ("decode", 0)}
    assert any("Traceback" in json.loads(line)["message"] for line in logs["flink.log"].splitlines())
