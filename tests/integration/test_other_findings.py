"""What shards of persons and of the whole stream find on Flink is what the replay finds: warnings, taint, openings.

At any parallelism and batch size, killed in between or not.
"""

import json
import shutil
import time
from collections import Counter
from dataclasses import asdict

import pytest

from jobs.model_life.shipped import shipped_models
from jobs.replay import replay
from jobs.settings import load_settings
from jobs.taint_rows import taint_tables
from tests.integration.test_kill_and_resume import _kill_after_checkpoints, _repeat_in_small_files

#: Warns early and follows every fen, so that a small city brings many; limits that a few openings reach.
_EAGER = """[warnings]
warn_from = 0.05
targeted_risk = 5
targeted_talk_s = 60
[taint]
least_yuan = 1
least_share = 0
[openings]
debit_cards = 2
phone_cards = 2
"""
_SAME = (
    "warning_id, person, account, typologies, toString(level) AS level, risk, "
    "toUnixTimestamp64Milli(event_time) AS event_time, transfer_uid, payee, amount_fen, balance_after_fen, payee_risk, "
    "caller, toUnixTimestamp64Milli(call_time) AS call_time, talk_s, calls, caller_risk, reasons_zh, reasons_en, "
    "reason_codes, reason_points, feature_names, feature_values, rules_version"
)
_ACCOUNT = (
    "* EXCEPT (run_id, version, inserted_at, first_seen, last_seen), "
    "toUnixTimestamp64Milli(first_seen) AS first_seen, toUnixTimestamp64Milli(last_seen) AS last_seen"
)
_MOVE = (
    "* EXCEPT (run_id, version, inserted_at, event_time), toUnixTimestamp64Milli(event_time) AS event_time, "
    "concat(toString(uid), ' ', end) AS move"
)
_FINDING = (
    "* EXCEPT (ingested_at, event_time, counted, threshold), toUnixTimestamp64Milli(event_time) AS event_time, "
    "counted AS value, threshold AS limit"
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    file = tmp_path_factory.mktemp("rules") / "rules.toml"
    file.write_text(_EAGER, encoding="utf-8")
    return file


#: Key of each table, and the columns in which two rows are the same.
_TABLES = {
    "warnings": ("warning_id", _SAME),
    "taint_accounts": ("card", _ACCOUNT),
    "taint_moves": ("move", _MOVE),
    "opening_findings": ("finding_id", _FINDING),
}


def replayed(bus, rules) -> dict[str, dict[str, dict]]:
    """By table and key what a replay finds; the balance of all tainted money as a table of one."""
    chosen = load_settings(bus=f"file://{bus}", rules=rules)
    engine = chosen.engine(int(time.time() * 1000), shipped_models())
    found = {table: {} for table in (*_TABLES, "taint_ledger")}
    for step in replay(chosen.bus_folder, engine, 200 << 10, 3000):
        found["warnings"] |= {warning.warning_id: asdict(warning) for warning in step.warnings}
        for said in step.findings:
            found["opening_findings"] |= {one["finding_id"]: one for one in said.get("opening_findings", ())}
            rows = taint_tables([said["taint"]]) if "taint" in said else {}
            found["taint_accounts"] |= {row["card"]: row for row in rows.get("taint_accounts", ())}
            for row in rows.get("taint_moves", ()):
                row["move"] = f"{row['uid']} {row['end']}"
                found["taint_moves"][row["move"]] = row
            found["taint_ledger"] |= dict(enumerate(rows.get("taint_ledger", ())))
    for table in found.values():
        for row in table.values():
            row.pop("version", None)
    return found


@pytest.fixture(scope="module")
def reported_city(city, tmp_path_factory):
    """The city, with thirty accounts confirmed early on: those that most payments go to, so that money is followed."""
    bus = tmp_path_factory.mktemp("reported") / "bus"
    shutil.copytree(city, bus)
    lines = [json.loads(line) for file in sorted((bus / "txn").iterdir()) for line in file.read_text().splitlines()]
    paid = Counter(line["payee"] for line in lines)
    at = lines[len(lines) // 10]["event_time"]
    said = [{"event_time": at, "card": f"account:{payee}", "verdict": "confirmed", "officer": "Li"}
            for payee, _ in sorted(paid.items(), key=lambda item: (-item[1], item[0]))[:30]]
    (bus / "verdict" / "0.ndjson").write_text("".join(json.dumps(one) + "\n" for one in said))
    return bus


@pytest.fixture(scope="module")
def wanted(reported_city, rules):
    found = replayed(reported_city, rules)
    sizes = {table: len(rows) for table, rows in found.items()}
    least = {"warnings": 30, "taint_accounts": 10, "taint_moves": 20, "opening_findings": 10, "taint_ledger": 1}
    assert all(sizes[table] >= n for table, n in least.items()), f"too few to tell anything: {sizes}"
    return found


def stored(duanka) -> dict[str, dict[str, dict]]:
    found = {}
    for table, (key, same) in _TABLES.items():
        rows = duanka.query(f"SELECT {same} FROM {table} FINAL")
        assert len({row[key] for row in rows}) == len(rows), f"a row of {table} stands there twice"
        found[table] = {row[key]: row for row in rows}
    ledger = duanka.query("SELECT * EXCEPT (run_id, version, inserted_at) FROM taint_ledger FINAL")
    return found | {"taint_ledger": dict(enumerate(ledger))}


@pytest.mark.parametrize(("parallelism", "chunk_kib"), [(1, 96), (2, 4096)])
def test_flink_finds_what_the_replay_finds(duanka, reported_city, rules, wanted, parallelism, chunk_kib):
    duanka.settings = {"parallelism": str(parallelism), "chunk_kib": str(chunk_kib), "rules": str(rules)}
    done = duanka.run("run", "--bus", reported_city)
    assert done.returncode == 0, done.stderr
    assert stored(duanka) == wanted


def test_killed_in_mid_join_and_resumed_nothing_is_lost_or_doubled(duanka, reported_city, rules, tmp_path):
    bus = tmp_path / "bus"
    _repeat_in_small_files(reported_city, bus)
    duanka.settings = {"chunk_kib": "48", "checkpoint_s": "0.5", "rules": str(rules), "warning_topic": "true"}
    process = duanka.start("run", "--bus", bus)
    assert _kill_after_checkpoints(process, duanka.folder / "state", 2), "the run ended before it could be killed"
    done = duanka.run("run", "--bus", bus, "--resume")
    assert done.returncode == 0, done.stderr
    found = replayed(bus, rules)
    assert stored(duanka) == found
    wanted = found["warnings"]
    sent = [json.loads(line) for file in (bus / "warning").glob("*.ndjson") for line in file.read_text().splitlines()]
    latest = {warning["warning_id"]: warning for warning in sorted(sent, key=lambda warning: warning["version"])}
    assert latest.keys() == wanted.keys(), "at least once, and none that is not stored"
    assert all(wanted[name]["risk"] == warning["risk"] for name, warning in latest.items())
