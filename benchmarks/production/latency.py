"""From produce to the row being readable in ClickHouse, at shares of the highest sustained rate.

    python -m benchmarks.production.latency [--seconds 60] [--lateness 1]

Records bear the moment of their sending as event time. Two clocks stop: when a call or payment can be
read from its table, and when a hit (or a new state of one) can be read that its event brought about. The
second one contains `lateness`, the time that the job waits for events out of order.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.production.ledger import records
from benchmarks.production.world import World, wait_until
from connectors.clickhouse import Store

FOLDER = Path("build/latency")
_SHARES = (0.25, 0.5, 0.75)
#: Rows older than this are not looked for any more, seconds (ours).
_LOOK_BACK_S = 40
#: What is sent before the clocks start, seconds (ours): kernels, connections, first snapshots.
_WARM_UP_S = 15.0
_ROWS = """
SELECT toUnixTimestamp64Milli(event_time) AS ms, count() AS n FROM {table}
WHERE event_time >= fromUnixTimestamp64Milli({{since:Int64}}) GROUP BY ms
"""
_HITS = "SELECT hit_id, version, toUnixTimestamp64Milli(last_seen) AS ms FROM hit_updates " \
        "WHERE last_seen >= fromUnixTimestamp64Milli({since:Int64})"
console = Console(soft_wrap=True)


class Watch:
    """Looks for new rows again and again; notes how old they are when they can first be read."""

    def __init__(self, store: Store):
        self._store = store
        self._seen: dict[str, Counter] = {"cdr": Counter(), "txn": Counter()}
        self._hits: set[tuple[str, int]] = set()
        self.rows_ms: list[tuple[float, int]] = []
        self.hits_ms: list[float] = []

    def look(self, since_ms: int, noting: bool) -> None:
        since_ms = max(since_ms, int((time.time() - _LOOK_BACK_S) * 1000))
        for table, seen in self._seen.items():
            for row in self._store.query(_ROWS.format(table=table), {"since": since_ms}):
                new = row["n"] - seen[row["ms"]]
                if new > 0:
                    seen[row["ms"]] = row["n"]
                    if noting:
                        self.rows_ms.append((time.time() * 1000 - row["ms"], new))
        for row in self._store.query(_HITS, {"since": since_ms}):
            if (row["hit_id"], row["version"]) not in self._hits:
                self._hits.add((row["hit_id"], row["version"]))
                if noting:
                    self.hits_ms.append(time.time() * 1000 - row["ms"])


def main(
    seconds: Annotated[float, typer.Option(help="Of each rate, after warming up.")] = 60,
    lateness: Annotated[float, typer.Option(help="Seconds of disorder that change no hit.")] = 1.0,
    people: int = 20_000,
    out: Annotated[Path, typer.Option("--json")] = FOLDER / "latency.json",
) -> None:
    """Measure the top rate, then latency at shares of it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ |= {"DUANKA_LATENESS_S": str(lateness), "DUANKA_CHECKPOINT_S": "10"}
    city = FOLDER / f"city-{people}"
    if not city.exists():
        subprocess.run(World.argv("simulate", "--out", city, "--people", people, "--days", 3, "--seed", 1001),
                       check=True)
    figures: dict[str, dict[str, float]] = {}
    with World(FOLDER / "world") as world:
        top = _top_rate(world, city, seconds)
        console.print(f"highest sustained rate: {top:,.0f} records/s")
        for share in _SHARES:
            figures[f"{share:.0%}"] = _at(world, city, top * share, seconds, f"r{int(share * 100)}")
            out.write_text(json.dumps({"top": top, **figures}, indent=1))
    _show(top, figures)


def _job(world: World, name: str) -> Store:
    world.command("topics", "create", "--bus", world.bus(f"{name}."), "--partitions", 4)
    world.submit(f"{name}.", name)
    return world.store(name)


def _end(world: World, name: str) -> None:
    world.command("job", "cancel", "--cluster", world.cluster.url, "--state", world.folder / "state" / f"{name}.")


def _top_rate(world: World, city: Path, seconds: float) -> float:
    """Records a second while a backlog is worked off."""
    store = _job(world, "top")
    sender = world.ingest(city, "top.", 1e6)
    sender.wait()
    wait_until(lambda: records(store)[0] > 20_000, 120)
    first, begun = records(store)[0], time.monotonic()
    time.sleep(seconds / 2)
    last, ended = records(store)[0], time.monotonic()
    _end(world, "top")
    return (last - first) / (ended - begun)


def _at(world: World, city: Path, rate: float, seconds: float, name: str) -> dict[str, float]:
    store = _job(world, name)
    watch = Watch(store)
    begun_ms = int(time.time() * 1000)
    words = (sys.executable, "-m", "benchmarks.production.restamped", city, world.bus(f"{name}."), rate,
             seconds + _WARM_UP_S, name)
    sender = subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE)
    begun = time.monotonic()
    while sender.poll() is None or time.monotonic() - begun < seconds + _WARM_UP_S + 5:
        watch.look(begun_ms, noting=time.monotonic() - begun > _WARM_UP_S)
        time.sleep(0.05)
    _end(world, name)
    ages = np.repeat([age for age, _ in watch.rows_ms], [n for _, n in watch.rows_ms])
    found = {"rate": rate, "rows": len(ages), "hits": len(watch.hits_ms)}
    for what, values in (("row", ages), ("hit", np.array(watch.hits_ms))):
        for q in (50, 95, 99):
            found[f"{what}_p{q}_s"] = round(float(np.percentile(values, q)) / 1000, 3) if len(values) else float("nan")
    console.print(found)
    return found


def _show(top: float, figures: dict[str, dict[str, float]]) -> None:
    table = Table(title=f"produce to readable; highest sustained rate {top:,.0f} records/s")
    for name in ("share", "records/s", "row p50, s", "p95", "p99", "hit p50, s", "p95", "p99"):
        table.add_column(name, justify="right")
    for share, found in figures.items():
        cells = (f"{found[f'{what}_p{q}_s']:.2f}" for what in ("row", "hit") for q in (50, 95, 99))
        table.add_row(share, f"{found['rate']:,.0f}", *cells)
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
