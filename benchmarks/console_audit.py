"""The audit page over a log of a million rows: ``python -m benchmarks.console_audit [ROWS] [ROUNDS]``.

Half a year of look-ups and, as many again, events of cases in whole chains; then each kind of question that an auditor
asks, through the application as a browser would, cold once and ROUNDS times warm, with and without the first check of
all chains going on beside it.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from fastapi.testclient import TestClient

from casework.chain import GENESIS, event_hash
from casework.event import Act
from connectors import embedded
from connectors.clickhouse import Store, open_store
from connectors.schema import migrate
from console.accounts import sessions
from console.accounts.duties import Duty
from console.accounts.sessions import Stage
from console.accounts.user_file import UserFile
from console.app import create_app
from console.serve import opened
from console.visitor import SESSION_COOKIE
from jobs.settings import load_settings

OFFICERS, SPAN_MS, SEED = 200, 183 * 86_400_000, 7
_COMMANDS = ("card", "search", "lead list", "entity", "audit show")
_ACTIONS = ("verdict_given", "measure_proposed", "measure_approved", "notice_issued", "measure_lifted")
_PORTION = 100_000


def fill(store: Store, rows: int, now_ms: int) -> str:
    """Put `rows` look-ups and `rows` events into the store; return a card that was looked at."""
    rng = np.random.default_rng(SEED)
    for start in range(0, rows, _PORTION):
        n = min(_PORTION, rows - start)
        at = now_ms - SPAN_MS + (np.arange(start, start + n) * (SPAN_MS / rows)).astype(np.int64)
        who, card = rng.integers(0, OFFICERS, n), rng.integers(0, 300_000, n)
        store.insert("lookups", {
            "lookup_id": [f"{start + k:032x}" for k in range(n)], "at": at.tolist(),
            "officer": [f"officer-{k}" for k in who], "purpose": [f"case 2026-{k % 5000}" for k in card],
            "command": [_COMMANDS[k] for k in rng.integers(0, len(_COMMANDS), n)],
            "subject": [f"phone:138{k:08}" for k in card]})
    _events(store, rows, now_ms, rng)
    return f"phone:138{card[-1]:08}"


def _events(store: Store, rows: int, now_ms: int, rng: np.random.Generator) -> None:
    """Chains of five, one card each; an officer for the auditor."""
    register = Act("officer_added", "officer-0", now_ms - SPAN_MS, "", {"role": "supervisor", "territories": ["*"]}, "r")
    columns: dict[str, list] = {name: [] for name in ("subject", "seq", "at", "officer", "action", "reason",
                                                      "command_id", "payload", "prev_hash", "hash")}
    _chain(columns, "officer:officer-0", [register])
    for card in range(rows // len(_ACTIONS)):
        at = now_ms - SPAN_MS + int(rng.integers(0, SPAN_MS - 10_000))
        _chain(columns, f"card:phone:138{card:08}", [
            Act(action, f"officer-{(card + k) % OFFICERS}", at + k * 1000, "群呼", {"verdict": "confirmed"}, f"c{card}-{k}")
            for k, action in enumerate(_ACTIONS)])
        if len(columns["seq"]) >= _PORTION:
            store.insert("case_events", columns)
            columns = {name: [] for name in columns}
    store.insert("case_events", columns)


def _chain(columns: dict[str, list], subject: str, acts: list[Act]) -> None:
    prev = GENESIS
    for seq, act in enumerate(acts, 1):
        digest = event_hash(subject, seq, act, prev)
        payload = '{"verdict": "confirmed"}' if "verdict" in act.payload else '{"role": "supervisor", "territories": ["*"]}'
        for name, value in zip(columns, (subject, seq, act.at_ms, act.officer, act.action, act.reason, act.command_id,
                                         payload, prev, digest)):
            columns[name].append(value)
        prev = digest
