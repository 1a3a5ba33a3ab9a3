"""``duanka models``: what the commands print and refuse."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from connectors.model_registry import ModelRegistry
from tests.jobs.model_life.models import stored
from tests.models.learned.small_snapshots import snapshot

WHO = ("--officer", "Li Wei", "--reason", "better")
#: Types commands in one process, since most of a command is its start.
_TYPIST = """
import json, sys
from typer.testing import CliRunner
from jobs.cli.main import app
results = [CliRunner().invoke(app, ["models", *given]) for given in json.load(sys.stdin)]
print(json.dumps([[r.exit_code, r.output, type(r.exception).__name__, str(r.exception)] for r in results]))
"""


@dataclass(frozen=True)
class Done:
    exit_code: int
    output: str
    error: str
    message: str


@pytest.fixture
def registry(tmp_path, monkeypatch) -> ModelRegistry:
    made = ModelRegistry(tmp_path / "models")
    stored(made, 0.0, 1.0)
    monkeypatch.setenv("DUANKA_MODELS", str(made.folder))
    monkeypatch.setenv("COLUMNS", "200")
    return made


def typed(*commands) -> list[Done]:
    done = subprocess.run([sys.executable, "-c", _TYPIST], input=json.dumps(commands), capture_output=True, text=True,
                          env=dict(os.environ), check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [Done(*result) for result in json.loads(done.stdout.splitlines()[-1])]


def test_a_life(registry):
    deeds = (
        (("shadow", "1", *WHO), "shadow: model 1"),
        (("promote", *WHO), "champion: model 1"),
        (("publish", registry.find(2).version[:6], *WHO, "--from", "2026-03-02T08:00:00+08:00"), "champion: model 2"),
        (("rollback", *WHO), "champion: model 1"),
        (("rollback", *WHO), "champion: no model"),
        (("shadow", "2", *WHO), "shadow: model 2"),
        (("shadow", "--off", *WHO), "shadow: no model"),
        (("publish", "2", *WHO), "champion: model 2"),
    )
    asked = (("log", "--format", "json"), ("show", "2", "--format", "json"), ("show", "2"))
    *done, log, shown, table = typed(*(arguments for arguments, _ in deeds), *asked)
    for one, (_, said) in zip(done, deeds):
        assert one.exit_code == 0 and said in one.output, one
    log, shown = json.loads(log.output), json.loads(shown.output)
    assert [(e["action"], e["model"]) for e in log[2:]] == [
        ("shadow", 1), ("promote", 1), ("publish", 2), ("rollback", 1), ("rollback", 0), ("shadow", 2),
        ("shadow", 0), ("publish", 2)]  # fmt: skip
    assert log[4]["from"] == "2026-03-02 00:00:00Z" and {e["by"] for e in log[2:]} == {"Li Wei"}
    assert (shown["model"], shown["version"]) == (2, registry.find(2).version)
    assert shown["training"]["phone"]["metrics"] == {"auc": 0.9}
    assert [e["action"] for e in shown["history"]] == ["store", "publish", "shadow", "publish"]
    assert "by hand" in table.output and "better" in table.output


def test_a_model_trained_elsewhere_is_added_if_it_is_one(registry, tmp_path):
    good, bad = tmp_path / "good.dkm", tmp_path / "bad.dkm"
    good.write_bytes(snapshot(7.0).to_bytes())
    bad.write_bytes(b"\x80\x04pickle")
    added, again, refused, missing = typed(
        *(("add", str(path), "--officer", "Li Wei") for path in (good, good, bad, tmp_path / "none")))  # fmt: skip
    assert "stored as model 3" in added.output and "stored as model 3" in again.output
    assert refused.error == "BadModelSnapshot" and missing.exit_code == 2
    assert [e.number for e in registry.entries()] == [1, 2, 3]


def test_the_list_says_what_is_wrong_with_a_model(registry):
    file = registry.find(1).path
    file.write_bytes(b"PK" + file.read_bytes())
    _, listed, refused = typed(("shadow", "2", *WHO), ("list", "--format", "json"), ("publish", "1", *WHO))
    rows = json.loads(listed.output)
    assert [r["role"] for r in rows] == ["", "shadow"] and rows[1]["state"] == "ok"
    assert "model 1" in rows[0]["state"] and "want a Duanka model snapshot" in rows[0]["state"]
    assert refused.error == "BadModelSnapshot" and registry.roles().champion == 0


def test_wrong_use_is_said_and_leaves_no_trace(registry):
    wrong = (
        (("publish", "9", *WHO), "no model '9'"),
        (("promote", *WHO), "no shadow to promote"),
        (("rollback", *WHO), "nothing was published yet"),
        (("publish", "1", "--officer", " ", "--reason", "x"), "officer"),
        (("publish", "1", "--officer", "x"), "--reason"),
        (("shadow", *WHO), "a model or --off"),
        (("shadow", "1", "--off", *WHO), "a model or --off"),
        (("publish", "1", *WHO, "--from", "soon"), "ISO-8601 with offset"),
        (("publish", "1", *WHO, "--from", "2026-03-02"), "ISO-8601 with offset"),
    )
    before = registry.events()
    for done, (_, said) in zip(typed(*(arguments for arguments, _ in wrong)), wrong):
        assert done.exit_code == 2 or done.error == "RegistryError"
        assert said in " ".join((done.message + done.output).replace("│", " ").split()), done
    assert registry.events() == before
