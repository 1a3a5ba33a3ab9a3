"""Warnings of victims on Flink are those of the replay: any parallelism and batch size, killed in mid-join or not."""

import json
import time
from dataclasses import asdict

import pytest

from jobs.model_life.shipped import shipped_models
from jobs.replay import replay
from jobs.settings import load_settings
from tests.integration.test_kill_and_resume import _kill_after_checkpoints, _repeat_in_small_files

#: Warns early, so that a small city brings many.
_EAGER = "[warnings]\nwarn_from = 0.05\ntargeted_risk = 5\ntargeted_talk_s = 60\n"
_SAME = (
    "warning_id, person, account, typologies, toString(level) AS level, risk, "
    "toUnixTimestamp64Milli(event_time) AS event_time, transfer_uid, payee, amount_fen, balance_after_fen, payee_risk, "
    "caller, toUnixTimestamp64Milli(call_time) AS call_time, talk_s, calls, caller_risk, reasons_zh, reasons_en, "
    "reason_codes, reason_points, feature_names, feature_values, rules_version"
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    file = tmp_path_factory.mktemp("rules") / "rules.toml"
    file.write_text(_EAGER, encoding="utf-8")
    return file


def replayed_warnings(bus, rules) -> dict[str, dict]:
    chosen = load_settings(bus=f"file://{bus}", rules=rules)
    engine = chosen.engine(int(time.time() * 1000), shipped_models())
    found = {}
    for step in replay(chosen.bus_folder, engine, 200 << 10, 3000):
        found |= {warning.warning_id: asdict(warning) for warning in step.warnings}
    for warning in found.values():
        del warning["version"]
    return found


@pytest.fixture(scope="module")
def wanted(city, rules):
    found = replayed_warnings(city, rules)
    assert len(found) > 30, "too few warnings to tell anything"
    return found


def stored(duanka) -> dict[str, dict]:
    rows = duanka.query(f"SELECT {_SAME} FROM warnings FINAL")
    assert len({row["warning_id"] for row in rows}) == len(rows), "a warning stands there twice"
    return {row["warning_id"]: row for row in rows}


@pytest.mark.parametrize(("parallelism", "chunk_kib"), [(1, 96), (2, 4096)])
def test_flink_warns_as_the_replay_does(duanka, city, rules, wanted, parallelism, chunk_kib):
    duanka.settings = {"parallelism": str(parallelism), "chunk_kib": str(chunk_kib), "rules": str(rules)}
    done = duanka.run("run", "--bus", city)
    assert done.returncode == 0, done.stderr
    assert stored(duanka) == wanted


def test_killed_in_mid_join_and_resumed_nothing_is_lost_or_doubled(duanka, city, rules, tmp_path):
    bus = tmp_path / "bus"
    _repeat_in_small_files(city, bus)
    duanka.settings = {"chunk_kib": "48", "checkpoint_s": "0.5", "rules": str(rules), "warning_topic": "true"}
    process = duanka.start("run", "--bus", bus)
    assert _kill_after_checkpoints(process, duanka.folder / "state", 2), "the run ended before it could be killed"
    done = duanka.run("run", "--bus", bus, "--resume")
    assert done.returncode == 0, done.stderr
    wanted = replayed_warnings(bus, rules)
    assert stored(duanka) == wanted
    sent = [json.loads(line) for file in (bus / "warning").glob("*.ndjson") for line in file.read_text().splitlines()]
    latest = {warning["warning_id"]: warning for warning in sorted(sent, key=lambda warning: warning["version"])}
    assert latest.keys() == wanted.keys(), "at least once, and none that is not stored"
    assert all(wanted[name]["risk"] == warning["risk"] for name, warning in latest.items())
