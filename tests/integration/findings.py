"""Everything a run finds, of the replay and of the store, in one form: hits, warnings, taint, openings."""

import time
from dataclasses import asdict
from pathlib import Path

from jobs.model_life.shipped import shipped_models
from jobs.replay import ReplayStep, replay
from jobs.settings import load_settings
from jobs.taint_rows import taint_tables
from tests.integration.duanka import Duanka

_WARNING = (
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

#: Key of each table, and the columns in which two rows are the same.
_TABLES = {
    "warnings": ("warning_id", _WARNING),
    "taint_accounts": ("card", _ACCOUNT),
    "taint_moves": ("move", _MOVE),
    "opening_findings": ("finding_id", _FINDING),
}


def replayed(bus: Path, **settings) -> dict[str, dict]:
    """By table and key what a replay finds; the balance of all tainted money as a table of one."""
    chosen = load_settings(bus=f"file://{bus}", **settings)
    engine = chosen.engine(int(time.time() * 1000), shipped_models())
    found = {table: {} for table in ("hits", *_TABLES, "taint_ledger")}
    for step in replay(chosen.bus_folder, engine, 200 << 10, 3000):
        _add(found, step)
    for table in found.values():
        for row in table.values():
            row.pop("version", None)
    return found


def _add(found: dict[str, dict], step: ReplayStep) -> None:
    for _, outcome in step.outcomes:
        found["hits"] |= {hit.hit_id: comparable(asdict(hit)) for hit in outcome.hits}
    found["warnings"] |= {warning.warning_id: asdict(warning) for warning in step.warnings}
    for said in step.findings:
        found["opening_findings"] |= {one["finding_id"]: one for one in said.get("opening_findings", ())}
        rows = taint_tables([said["taint"]]) if "taint" in said else {}
        found["taint_accounts"] |= {row["card"]: row for row in rows.get("taint_accounts", ())}
        for row in rows.get("taint_moves", ()):
            row["move"] = f"{row['uid']} {row['end']}"
            found["taint_moves"][row["move"]] = row
        found["taint_ledger"] |= dict(enumerate(rows.get("taint_ledger", ())))


def comparable(hit: dict) -> dict:
    """A hit without what says by which rules and when it was stored."""
    return {name: value for name, value in hit.items() if name not in ("typology_version", "version")}


def stored(duanka: Duanka) -> dict[str, dict]:
    """The same of the store; fails where a row stands twice."""
    found = {"hits": duanka.hits()}
    for table, (key, same) in _TABLES.items():
        rows = duanka.query(f"SELECT {same} FROM {table} FINAL")
        assert len({row[key] for row in rows}) == len(rows), f"a row of {table} stands there twice"
        found[table] = {row[key]: row for row in rows}
    ledger = duanka.query("SELECT * EXCEPT (run_id, version, inserted_at) FROM taint_ledger FINAL")
    return found | {"taint_ledger": dict(enumerate(ledger))}
