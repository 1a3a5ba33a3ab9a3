"""The audit page over a log of a million rows: ``python -m benchmarks.console_audit [ROWS] [ROUNDS]``.

Half a year of look-ups and, as many again, events of cases in whole chains; then each kind of question that an auditor
asks, through the application as a browser would, cold once and ROUNDS times warm, with and without the first check of
all chains going on beside it.
"""

import json
import os
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
from console.refreshed import Refreshed
from console.serve import opened
from console.visitor import SESSION_COOKIE
from jobs.settings import load_settings

OFFICERS, SPAN_MS, SEED = 200, 183 * 86_400_000, 7
_COMMANDS = ("card", "search", "lead list", "entity", "audit show")
_ACTIONS = ("verdict_given", "measure_proposed", "measure_approved", "notice_issued", "measure_lifted")
_PORTION = 100_000
_CONFIRMED, _SUPERVISOR = '{"verdict": "confirmed"}', '{"role": "supervisor", "territories": ["*"]}'


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
    register = Act("officer_added", "officer-0", now_ms - SPAN_MS, "", json.loads(_SUPERVISOR), "r")
    columns: dict[str, list] = {name: [] for name in ("subject", "seq", "at", "officer", "action", "reason",
                                                      "command_id", "payload", "prev_hash", "hash")}
    _chain(columns, "officer:officer-0", [register])
    for card in range(rows // len(_ACTIONS)):
        at = now_ms - SPAN_MS + int(rng.integers(0, SPAN_MS - 10_000))
        _chain(columns, f"card:phone:138{card:08}", [
            Act(action, f"officer-{(card + k) % OFFICERS}", at + k * 1000, "calls", json.loads(_CONFIRMED),
                f"c{card}-{k}") for k, action in enumerate(_ACTIONS)])
        if len(columns["seq"]) >= _PORTION:
            store.insert("case_events", columns)
            columns = {name: [] for name in columns}
    store.insert("case_events", columns)


def _chain(columns: dict[str, list], subject: str, acts: list[Act]) -> None:
    prev = GENESIS
    for seq, act in enumerate(acts, 1):
        digest = event_hash(subject, seq, act, prev)
        row = (subject, seq, act.at_ms, act.officer, act.action, act.reason, act.command_id,
               _CONFIRMED if "verdict" in act.payload else _SUPERVISOR, prev, digest)
        for name, value in zip(columns, row):
            columns[name].append(value)
        prev = digest


def main(rows: int, rounds: int) -> None:
    """Fill a store of its own, and print how long each question takes."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"embedded:{folder}/store"
        try:
            _measure(url, Path(folder), rows, rounds)
        finally:
            embedded.stop(Path(folder) / "store")


def _measure(url: str, folder: Path, rows: int, rounds: int) -> None:
    now_ms = time.time_ns() // 1_000_000
    with open_store(url) as store:
        migrate(store)
        begun = time.monotonic()
        card = fill(store, rows, now_ms)
        print(f"{rows:,} look-ups and {rows:,} events in {time.monotonic() - begun:.0f} s")
    users = UserFile(folder / "console.sqlite")
    users.add("auditor", Duty.AUDITOR, "officer-0")
    with opened(load_settings(store=url, state=folder), users) as context:
        client = TestClient(create_app(context))
        client.cookies.set(SESSION_COOKIE, sessions.begin(users, "auditor", Stage.FULL))
        session = sessions.session_of(users, client.cookies[SESSION_COOKIE])
        sessions.state_purpose(users, session, "audit", "benchmark")
        middle_ms = now_ms - SPAN_MS // 2
        questions = {
            "newest": "/audit", "half a year back": f"/audit?looks={middle_ms}&acts={middle_ms}",
            "one officer": "/audit?by=officer-7", "one act": "/audit?what=act%3Ameasure_lifted",
            "one command": "/audit?what=look%3Asearch", "one card": f"/audit?subject={context.references.of(card)}",
            "one day": f"/audit?begin={_day(middle_ms)}&end={_day(middle_ms)}"}
        pid = embedded.start(folder / "store").pid
        _ask(client, questions, rounds, "while all chains are checked for the first time", context.beside.trail, pid)
        begun = time.monotonic()
        context.beside.trail.close(600)
        value = context.beside.trail.latest(0).value
        print(f"the first check ended {time.monotonic() - begun:.0f} s later: {value}"[:160])
        begun = time.monotonic()
        context.beside.trail.refresh()
        print(f"a later check takes {time.monotonic() - begun:.1f} s")
        _ask(client, questions, rounds, "afterwards", context.beside.trail, pid)


def _ask(client: TestClient, questions: dict[str, str], rounds: int, when: str, trail: Refreshed, pid: int) -> None:
    took: dict[str, list[float]] = {name: [] for name in questions}
    used: dict[str, list[float]] = {name: [] for name in questions}
    running = 0
    for _ in range(rounds):
        for name, path in questions.items():
            begun, spent = time.perf_counter(), time.process_time() + _cpu_s(pid)
            answer = client.get(path)
            took[name].append((time.perf_counter() - begun) * 1000)
            used[name].append((time.process_time() + _cpu_s(pid) - spent) * 1000)
            running += trail.is_running
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code}")
    print(f"\n{when} ({running} of {rounds * len(questions)} pages beside a check)")
    print(f"{'question':<18}{'median ms':>10}{'p95 ms':>10}{'median CPU ms':>15}{'p95 CPU ms':>12}")
    for table in (took, used):
        table["all"] = [ms for times in list(table.values()) for ms in times]
    for name, each in took.items():
        print(f"{name:<18}{np.median(each):>10.0f}{np.quantile(each, 0.95):>10.0f}{np.median(used[name]):>15.0f}"
              f"{np.quantile(used[name], 0.95):>12.0f}")


def _cpu_s(pid: int) -> float:
    """CPU seconds of a process, the store's, whatever else the machine does meanwhile; Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _day(ms: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(ms / 1000))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else 15)
