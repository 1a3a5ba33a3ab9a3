"""Everything an operator does, on one machine, in some minutes.

    python -m benchmarks.production.demo [--people 20000] [--days 2] [--rate 5000]

Starts a broker, a Flink cluster and a store; sends a simulated city at a steady rate; shows hits as
they come; takes the job down with a savepoint in mid-stream and brings it up from there, as an
upgrade does; accounts for every record; takes everything down again.
"""

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.production.ledger import ledger, records
from benchmarks.production.world import World, wait_until
from connectors.clickhouse import Store

FOLDER = Path("build/production-demo")
_PREFIX, _DATABASE = "demo.", "demo"
#: The demo sends days within minutes: disorder of some seconds on the way is hours of the city's time.
_LATENESS_S = 10_800
_NEW_HITS = """
SELECT card, level, risk, reasons_zh, reasons_en FROM hits FINAL
WHERE inserted_at >= {since:DateTime} AND level IN ('orange', 'red') ORDER BY inserted_at DESC LIMIT 1 BY card LIMIT 2
"""
_LEVELS = "SELECT toString(level) AS level, count() AS n FROM hits FINAL GROUP BY level ORDER BY min(hits.level) DESC"
console = Console(soft_wrap=True, highlight=False)


def main(
    people: int = 20_000,
    days: int = 2,
    rate: Annotated[float, typer.Option(help="Records a second.")] = 5000,
    seed: int = 1001,
) -> None:
    """Run the demo; exit code 1 if a record is unaccounted for."""
    begun = time.monotonic()
    os.environ |= {"DUANKA_LATENESS_S": str(_LATENESS_S), "DUANKA_IDLE_MS": "15000", "DUANKA_CHECKPOINT_S": "5"}
    city = FOLDER / f"city-{people}-{days}-{seed}"
    if not city.exists():
        with _step(f"a city of {people:,} people and {days} days"):
            words = ("simulate", "--out", city, "--people", people, "--days", days, "--seed", seed)
            subprocess.run(World.argv(*words), check=True, capture_output=True)
    sent = sum(file.read_bytes().count(b"\n") for file in city.glob("*/*.ndjson"))
    with _step("broker, Flink cluster of two TaskManagers, store"):
        world = World(FOLDER / "world").__enter__()
    try:
        left = _watch(world, city, sent, rate)
    finally:
        with _step("everything taken down"):
            world.__exit__()
    console.print(f"[bold]the whole demo: {time.monotonic() - begun:.0f} s[/]")
    raise typer.Exit(1 if left else 0)


def _watch(world: World, city: Path, sent: int, rate: float) -> int:
    with _step(f"topics on {world.bus(_PREFIX)}"):
        world.command("topics", "create", "--bus", world.bus(_PREFIX), "--partitions", 4)
    with _step("job submitted to the cluster"):
        job = world.submit(_PREFIX, _DATABASE)
    console.print(f"  job {job} at {world.cluster.url}; {sent:,} records go onto the bus at {rate:,.0f} a second")
    sender = world.ingest(city, _PREFIX, rate)
    store = world.store(_DATABASE)
    seconds = sent / rate
    _follow(store, sender, seconds * 0.4)
    with _step("savepoint, and the job stopped with it"):
        said = world.command("job", "stop", "--cluster", world.cluster.url, "--state", world.folder / "state" / _PREFIX)
    console.print("  " + said.strip().splitlines()[-1])
    with _step("upgraded job submitted from the savepoint, while records go on coming"):
        world.submit(_PREFIX, _DATABASE, "--from", "latest")
    _follow(store, sender, seconds * 3)
    with _step("what is left is scored"):
        wait_until(lambda: records(store)[1] >= sent, 120)
    found = ledger(store)
    left = sent - found.scored - found.letters
    levels = store.query(_LEVELS)
    console.print(f"{sent:,} records sent = {found.scored:,} scored + {found.letters:,} dead letters; "
                  f"{left} unaccounted; {found.late} late")
    console.print("hits by level  " + "  ".join(f"{row['level']} {row['n']}" for row in levels))
    return left


def _follow(store: Store, sender: subprocess.Popen, seconds: float) -> None:
    """Show how it goes until so much time is up or all is sent."""
    begun = time.monotonic()
    while sender.poll() is None and time.monotonic() - begun < seconds:
        since = int(time.time()) - 5
        time.sleep(5)
        decoded, accounted = records(store)
        console.print(f"  {decoded:>9,} records read, {accounted:,} scored or dead")
        for hit in store.query(_NEW_HITS, {"since": since}):
            console.print(f"    {hit['level']} {hit['risk']}  {hit['card']}  {hit['reasons_zh'][0]}", markup=False)
            console.print(f"      {hit['reasons_en'][0]}", markup=False)
    if sender.poll() not in (None, 0):
        raise SystemExit("the records could not be sent")


@contextmanager
def _step(what: str):
    begun = time.monotonic()
    console.print(f"[bold]▸ {what}[/] …")
    yield
    console.print(f"  {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    typer.run(main)
