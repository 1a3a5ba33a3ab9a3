"""How long the console takes to draw a ring of 500 accounts, whole request: statements, layout, page.

    python -m benchmarks.console_graph [--rows 4000000] [--requests 20] [--picture flow-500.svg]

An embedded store in a folder of its own holds the ring among other transfers: a cycle of accounts, most of which also
pay one a little further on and three that collect, and others that feed it and cash out. Fixed seed.
"""

import argparse
import re
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from fastapi.testclient import TestClient

from connectors import embedded
from connectors.clickhouse import Store, open_store
from connectors.schema import migrate
from console.accounts.user_file import UserFile
from console.app import create_app
from console.graphs.graph import Edge, Graph, Node, Sum
from console.graphs.phrases import Phrases
from console.graphs.ring_picture import ring_picture
from console.graphs.room import meetings
from console.serve import opened
from console.static_files import STATIC
from console.texts import Texts
from jobs.settings import load_settings
from tests.console.station import Browser, Clock, register

SEED, ACCOUNTS, CYCLE = 7, 500, 0.7
#: One in so many of the cycle collects from others.
COLLECTED = 35
_DAY_MS = 86_400_000
#: Other transfers: two rows each, as the table's view would make them of a payment.
_OTHERS = """
INSERT INTO card_events (card, event_time, uid, role, topic, counterparty, kind, amount_fen, answered)
SELECT concat('account:', if(side = 0, a, b)), fromUnixTimestamp64Milli(toInt64(at), 'UTC'), 1000000000 + n,
    if(side = 0, 'payer', 'payee'), 'txn', concat('account:', if(side = 0, b, a)), 'mobile', fen, -1
FROM
(
    SELECT number AS n, toString(6230000000000000 + cityHash64(number, 1) % {people:UInt64}) AS x,
        if(number % 200 = 0, toString(6217000000100000 + cityHash64(number, 5) % 500), x) AS a,
        toString(6230000000000000 + cityHash64(number, 2) % {people:UInt64}) AS b,
        {now:Int64} - cityHash64(number, 3) % (180 * 86400000) AS at, 500 + cityHash64(number, 4) % 30000 AS fen
    FROM numbers({first:UInt64}, {rows:UInt64})
)
ARRAY JOIN [0, 1] AS side
"""


def ring(seed: int = SEED, n: int = ACCOUNTS) -> dict[tuple[int, int], int]:
    """Payments of a ring by payer and payee, fen."""
    rng = np.random.default_rng(seed)
    core = int(n * CYCLE)
    paid: dict[tuple[int, int], int] = {}

    def pay(a: int, b: int, yuan: float) -> None:
        if a != b:
            paid[int(a), int(b)] = paid.get((int(a), int(b)), 0) + int(100 * yuan)

    for account in range(core):
        pay(account, (account + 1) % core, rng.lognormal(10.5, 0.4))
        if rng.random() < 0.6:
            pay(account, (account + rng.integers(2, 9)) % core, rng.lognormal(9, 0.6))
        for collector in rng.choice(core, 3) // COLLECTED * COLLECTED:
            pay(account, collector, rng.lognormal(8.4, 0.6))
    for mule in range(core, n):
        for _ in range(2):
            other = rng.integers(core)
            pay(*((mule, other) if mule % 2 else (other, mule)), rng.lognormal(9.2, 0.3))
    return paid


def name(account: int) -> str:
    """The account's card."""
    return f"account:{6217000000100000 + account}"


def graph_of(paid: dict[tuple[int, int], int]) -> Graph:
    """A ring as the picture's content, without a store."""
    nodes = {name(k): Node(name(k), 0, int(k > 0)) for pair in paid for k in pair}
    return Graph(nodes, sorted((Edge(name(a), name(b), Sum(n=1, weight=fen, amount_fen=fen, parties=1))
                                for (a, b), fen in paid.items()), key=lambda edge: -edge.sum.weight))


def store_ring(store: Store, now_ms: int) -> None:
    """Store the ring; mules that are paid are paid by ATM."""
    rng = np.random.default_rng(SEED)
    core = int(ACCOUNTS * CYCLE)
    rows = list(ring().items())
    store.insert("txn", {
        "uid": list(range(1, len(rows) + 1)), "event_id": [f"r{k}" for k in range(len(rows))],
        "event_time": (now_ms - rng.integers(0, 5 * _DAY_MS, len(rows))).tolist(),
        "payer": [name(a).partition(":")[2] for (a, _), _ in rows],
        "payee": [name(b).partition(":")[2] for (_, b), _ in rows], "amount_fen": [fen for _, fen in rows],
        "channel": ["atm" if b >= core else "mobile" for (_, b), _ in rows]})


def store_others(store: Store, rows: int, now_ms: int, piece: int = 1_000_000) -> None:
    """Store other transfers, one in 200 from an account of the ring."""
    for first in range(0, rows, piece):
        store.command(_OTHERS, {"first": first, "rows": min(piece, rows - first), "now": now_ms,
                                "people": max(rows // 20, 1000)})


def standalone(html: str) -> str:
    """The drawing of a page as a file of its own."""
    drawn = re.search(r"<svg class=\"graph.*?</svg>", html, re.S)[0]
    css = "".join((STATIC / file).read_text("utf-8") for file in ("console.css", "graph.css"))
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(
        "<defs>", f"<defs><style>{css.replace('color-scheme: light dark', 'color-scheme: light')}</style>", 1)


def cpu_s(folder: str) -> float:
    """CPU seconds so far of this process and of the store's: on a busy machine the time that counts."""
    spent = sum(psutil.Process().cpu_times()[:2])
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if "connectors.embedded" in line and any(part.startswith(folder) for part in line):
            spent += sum(process.cpu_times()[:2])
    return spent


def measure(browser: Browser, address: str, requests: int) -> tuple[list[float], str]:
    """Seconds of each request, sorted, and the last page."""
    seconds, html = [], browser.get(address).text
    for _ in range(requests):
        started = time.perf_counter()
        answer = browser.get(address)
        seconds.append(time.perf_counter() - started)
        html = answer.text
    return sorted(seconds), html


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=4_000_000)
    options.add_argument("--requests", type=int, default=20)
    options.add_argument("--picture", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"embedded:{folder}/store"
        try:
            with open_store(url) as store:
                store.create_database()
                migrate(store)
                now = time.time_ns() // 1_000_000
                store_others(store, given.rows, now)
                store_ring(store, now)
                clock, users = Clock(), UserFile(Path(folder) / "console.sqlite")
                register(store, users)
                with opened(load_settings(store=url, state=Path(folder)), users, now_ms=clock) as context:
                    browser = Browser(TestClient(create_app(context)), clock).sign_in("wang-fang")
                    reference = context.references.of(name(0))
                    browser.open_card(reference)
                    for title, query in (("two hops, 40 accounts", "flow"), ("four hops, 80 accounts, 180 days",
                                         "flow?hops=4&most=80&days=0"),
                                         ("the ring of 500", "flow?way=any&hops=4&most=500")):
                        before = cpu_s(folder)
                        seconds, html = measure(browser, f"/card/{reference}/{query}", given.requests)
                        spent = (cpu_s(folder) - before) / (given.requests + 1)
                        spots = html.count('class="spot')
                        print(f"{title:33} {spots:4} accounts  p50 {np.percentile(seconds, 50) * 1000:5.0f} ms  "
                              f"p95 {np.percentile(seconds, 95) * 1000:5.0f} ms  least {seconds[0] * 1000:5.0f} ms  "
                              f"CPU {spent * 1000:5.0f} ms  {len(html) / 1e6:.1f} MB", flush=True)
                    if given.picture:
                        given.picture.write_text(standalone(html), "utf-8")
                users.close()
        finally:
            embedded.stop(Path(folder) / "store")
    picture = ring_picture(graph_of(ring()), Phrases(Texts("zh"), "txn"))
    print(f"nodes that meet {meetings([spot.room for spot in picture.spots])}, labels "
          f"{meetings([words.room for words in picture.words])}, of {len(picture.words)}")


if __name__ == "__main__":
    main()
