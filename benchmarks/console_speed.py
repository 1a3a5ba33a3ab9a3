"""The console over a large store: ``python -m benchmarks.console_speed fill FOLDER``, then ``… ask FOLDER``.

`fill` makes a store of a province's two months: a million hits and 100 million calls and payments, by the store
itself, with all that the views make of them. `ask` opens the pages that officers use all day, through the application
as a browser would, and prints quantiles. Cards, times and reasons are drawn evenly, but for the cards with hits, to
whom every tenth call or payment belongs.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from fastapi.testclient import TestClient
from rich.console import Console
from rich.progress import track
from rich.table import Table

from casework.event import Act
from casework.officers import Role, add_officer
from casework.policy import Policy
from connectors import embedded
from connectors.clickhouse import open_store
from connectors.schema import migrate
from console.accounts import sessions
from console.accounts.duties import Duty
from console.accounts.sessions import Stage
from console.accounts.user_file import UserFile
from console.app import create_app
from console.context import Context
from console.serve import opened
from console.visitor import SESSION_COOKIE
from jobs.casework.desk import Desk
from jobs.settings import load_settings

DAY_MS, SPAN_DAYS = 86_400_000, 60
#: Numbers begin here; as many phones and accounts; the first of each have the hits.
PHONE, ACCOUNT, PHONES, ACCOUNTS, WITH_HITS = 13_800_000_000, 6_222_000_000_000_000, 2_000_000, 1_000_000, 200_000
_PORTION = 2_000_000
#: Where a card's page says what it fetches once it is shown.
_FETCHES = re.compile(r'data-from="([^"]+)"')
app, console = typer.Typer(add_completion=False), Console()

_FROM = "FROM numbers({begin:UInt64}, {n:UInt64})"
#: Which of so many: every tenth among those with hits.
_ONE = "if(rand({seed}) % 10 = 0, rand({seed}1) % {few}, rand({seed}2) % {all})"
_AT = "fromUnixTimestamp64Milli({{begin_ms:Int64}} + intDiv(number * {step}, 1000), 'UTC')"


def _one(seed: int, all_: int) -> str:
    return _ONE.replace("{seed}", str(seed)).replace("{few}", str(WITH_HITS // 2)).replace("{all}", str(all_))


def _statements(events: int, hits: int) -> dict[str, tuple[str, int]]:
    """What fills each table, by portions of ``number``."""
    calls, payments = events * 8 // 10, events * 2 // 10
    span_us = SPAN_DAYS * DAY_MS * 1000

    def at(n: int) -> str:
        return _AT.format(step=span_us // n)

    return {
        "card": (f"""INSERT INTO card (uid, event_id, event_time, card, action, holder, branch, clerk, area)
            SELECT number + 1, concat('o', toString(number)), fromUnixTimestamp64Milli({{begin_ms:Int64}} - 86400000
                * toInt64(rand(1) % 700), 'UTC'), if(number < {PHONES}, concat('phone:', toString({PHONE} + number)),
                concat('account:', toString({ACCOUNT} + number - {PHONES}))), 'open',
                concat('h', toString(number % {PHONES})), concat('b', toString(rand(2) % 4000)),
                concat('k', toString(rand(3) % 16000)), toString(510000 + 100 * (rand(4) % 21) + rand(5) % 20)
            {_FROM}""", PHONES + ACCOUNTS),
        "cdr": (f"""INSERT INTO cdr (uid, event_id, event_time, kind, caller, callee, duration_s, answered, imei, area)
            WITH {_one(11, PHONES)} AS a, {_one(12, PHONES)} AS b
            SELECT number + 1, concat('c', toString(number)), {at(calls)}, 'voice', toString({PHONE} + a),
                toString({PHONE} + b), toInt64(rand(13) % 400), rand(14) % 2, toString(860000000000000 + intDiv(a, 2)),
                toString(510000 + 100 * (rand(15) % 21)) {_FROM}""", calls),
        "txn": (f"""INSERT INTO txn (uid, event_id, event_time, payer, payee, amount_fen, channel, device)
            WITH {_one(21, ACCOUNTS)} AS a, {_one(22, ACCOUNTS)} AS b
            SELECT number + 1, concat('t', toString(number)), {at(payments)}, toString({ACCOUNT} + a),
                toString({ACCOUNT} + b), toInt64(exp2(7 + rand(23) % 16)), 'mobile', concat('d', toString(a % 900000))
            {_FROM}""", payments),
        "hits": (f"""INSERT INTO hits (hit_id, card, first_seen, last_seen, peak_time, alerts, risk, level, typologies,
                reasons_zh, reasons_en, reason_points, reason_codes, model_version, typology_version, version)
            WITH {at(hits)} AS at, 300 + rand(31) % 700 AS risk,
                arrayElement(['D101', 'D102', 'D201', 'D203', '3006'], 1 + rand(32) % 5) AS code
            SELECT concat('h', toString(number)), if(number % 2 = 0,
                concat('phone:', toString({PHONE} + rand(33) % {WITH_HITS // 2})),
                concat('account:', toString({ACCOUNT} + rand(34) % {WITH_HITS // 2}))),
                at - INTERVAL 1 HOUR, at, at, 1 + rand(35) % 9, risk,
                multiIf(risk > 900, 'red', risk > 750, 'orange', risk > 550, 'yellow', 'blue'), [code, '3007'],
                ['每名对端通话 1.1 次，同类 6.8 次', '夜间通话占 0.7', '首次联系占 0.9'],
                ['calls per counterpart 1.1, peers 6.8', 'share at night 0.7', 'share of first contacts 0.9'],
                [420., 210., 90.], [code, 'model', 'model'], 'm1', 't1', 1 {_FROM}""", hits),
    }


@app.command()
def fill(folder: Path, events: int = 100_000_000, hits: int = 1_000_000) -> None:
    """Make the store, once."""
    with open_store(f"embedded:{folder.resolve()}/store") as store:
        migrate(store)
        begin_ms = time.time_ns() // 1_000_000 - SPAN_DAYS * DAY_MS
        for table, (statement, rows) in _statements(events, hits).items():
            for begin in track(range(0, rows, _PORTION), description=table, console=console):
                store.query(statement + " SETTINGS max_threads = 2, max_insert_threads = 1",
                            {"begin": begin, "n": min(_PORTION, rows - begin), "begin_ms": begin_ms})
        desk = Desk(store, Policy())
        desk.on_officer("wang", Act("", "wang", 0), add_officer, role=Role.SUPERVISOR, territories=("51",))
        console.print(store.query("SELECT table, sum(rows) AS n, formatReadableSize(sum(bytes_on_disk)) AS size, "
                                  "count() AS parts FROM system.parts WHERE active GROUP BY table HAVING n > 1000"))


@app.command()
def ask(folder: Path, rounds: int = 40, out: Annotated[Path, typer.Option("--json")] = Path("build/console-speed.json"),
        ) -> None:
    """Open each page so many times, other cards and words each time; the first two rounds warm up."""
    users = UserFile(folder / "console.sqlite")
    if users.user("wang") is None:
        users.add("wang", Duty.SUPERVISOR, "wang")
    url = f"embedded:{folder.resolve()}/store"
    pid = embedded.start(folder.resolve() / "store").pid
    rng, took = np.random.default_rng(5), {}
    with opened(load_settings(store=url, state=folder), users) as context:
        client = TestClient(create_app(context))
        client.cookies.set(SESSION_COOKIE, sessions.begin(users, "wang", Stage.FULL))
        session = sessions.session_of(users, client.cookies[SESSION_COOKIE])
        pages = _pages(client, context, session, rng)
        for number in track(range(rounds + 2), description="rounds", console=console):
            for name, call in pages.items():
                begun, spent = time.perf_counter(), time.process_time() + _cpu_s(pid)
                answer = call()
                if answer.status_code != 200:
                    sys.exit(f"{name}: {answer.status_code} {answer.text[:300]}")
                if number >= 2:
                    took.setdefault(name, []).append((1000 * (time.perf_counter() - begun),
                                                      1000 * (time.process_time() + _cpu_s(pid) - spent)))
    _show(took, out)


def _pages(client: TestClient, context: Context, session, rng: np.random.Generator) -> dict[str, Callable]:
    def card(kind: str) -> str:
        n = int(rng.integers(WITH_HITS // 2))
        name = f"phone:{PHONE + n}" if kind == "phone" else f"account:{ACCOUNT + n}"
        sessions.state_purpose(context.users, session, name, "benchmark")
        return context.references.of(name)

    def search(words: Callable[[], str]):
        def asked():
            sessions.state_purpose(context.users, session, "search", "benchmark")
            return client.post("/search", data={"form_token": session.form_token, "text": words()})
        return asked

    fetched: dict[str, str] = {}

    def opened_card(kind: str):
        answer = client.get(f"/card/{card(kind)}")
        if answer.status_code == 200:
            fetched[kind] = unescape(_FETCHES.search(answer.text)[1])
        return answer

    def compared(kind: str):
        return client.get(fetched[kind], headers={"x-part": "comparison"})

    return {
        "queue": lambda: client.get("/"),
        "queue, all times": lambda: client.get("/?hours=0"),
        "queue, red, one typology, one prefecture": lambda: client.get("/?level=red&typology=D201&area=5101&hours=720"),
        "card, a phone": lambda: opened_card("phone"),
        "what it fetches then, a phone": lambda: compared("phone"),
        "card, an account": lambda: opened_card("account"),
        "what it fetches then, an account": lambda: compared("account"),
        "money flow": lambda: client.get(f"/card/{card('account')}/flow"),
        "calls": lambda: client.get(f"/card/{card('phone')}/calls"),
        "search, whole number": search(lambda: str(PHONE + int(rng.integers(PHONES)))),
        "search, last digits": search(lambda: f"{int(rng.integers(10**6)):06d}"),
        "search, holder": search(lambda: f"h{int(rng.integers(PHONES))}"),
        "leads": lambda: client.get("/leads"),
    }


def _show(took: dict[str, list[tuple[float, float]]], out: Path) -> None:
    table, figures = Table("page", "p50 ms", "p95 ms", "p99 ms", "CPU ms", title=f"load {os.getloadavg()[0]:.1f}"), {}
    for name, values in took.items():
        wall, cpu = np.array(values).T
        p50, p95, p99 = np.percentile(wall, (50, 95, 99))
        figures[name] = {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "cpu_ms": float(np.median(cpu))}
        table.add_row(name, *(f"{value:.0f}" for value in (p50, p95, p99, np.median(cpu))))
    console.print(table)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures, indent=1))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    app()
