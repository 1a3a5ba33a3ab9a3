"""Torments a running job and counts what was lost or doubled.

    python -m benchmarks.production.faults [--rounds 5] [--only "broker killed"] [--rate 5000]

A simulated city is sent to a real broker at a steady rate; a job on a real cluster scores it into a
store. One fault is injected `rounds` times at random moments of that stream; when all is sent and
scored, hits, records and rows are compared with those of a quiet run that read the same city from
files. Needs root where the store's disk is to be filled (a small file system in memory).
"""

import json
import math
import os
import random
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import requests
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.production.flooded_bus import flooded
from benchmarks.production.injections import FAULTS, FLOOD, NEEDS_A_SMALL_DISK, Fault, Job
from benchmarks.production.ledger import Difference, Ledger, difference, ledger, records
from benchmarks.production.world import World, wait_until
from connectors import embedded
from connectors.clickhouse import open_store

FOLDER = Path("build/faults")
#: Seconds without a fault before each (ours).
_QUIET_S = (5.0, 15.0)
#: A job that is at most so far behind keeps up with the sender, seconds (ours).
_BEHIND_S = 3.0
#: After a fault the job is watched for at least so long, and until it has what was due _AFTER_S after mending,
#: seconds (ours).
_WATCH_S, _AFTER_S = 15.0, 5.0
#: Records of the simulated city per person and day.
_RECORDS_A_PERSON_DAY = 14.5
#: The city is sent some thousand times as fast as it lived: so much disorder, in seconds of its own
#: time, is a few seconds of ours, in which a broker may be away or a batch be sent again.
_LATENESS_S = 21_600
console = Console(soft_wrap=True, width=170)


@dataclass
class Trial:
    """One fault, injected several times into one stream."""

    fault: str
    strikes: int = 0
    broken_s: list[float] = field(default_factory=list)
    standstill_s: list[float] = field(default_factory=list)
    caught_up_s: list[float] = field(default_factory=list)
    sent: int = 0
    late: int = 0
    restarts: int = 0
    seconds: float = 0.0
    difference: Difference | None = None


def main(
    rounds: Annotated[int, typer.Option(help="Injections of each fault.")] = 5,
    only: Annotated[list[str] | None, typer.Option(help="Names of faults; all if none.")] = None,
    rate: Annotated[float, typer.Option(help="Records a second.")] = 5000,
    people: Annotated[int, typer.Option(help="People of the city; 0 for as many as last through the fault.")] = 0,
    days: int = 3,
    seed: int = 0,
    out: Annotated[Path, typer.Option("--json")] = FOLDER / "faults.json",
) -> None:
    """Run every fault; exit code 1 if anything was lost or doubled."""
    chosen = [FAULTS[name] for name in only or FAULTS]
    FOLDER.mkdir(parents=True, exist_ok=True)
    quiet_runs: dict[int, Ledger] = {}
    trials = []
    for number, fault in enumerate(chosen):
        size = people or _people(fault, rounds, rate, days)
        city = _city(size, days)
        if size not in quiet_runs:
            quiet_runs[size] = _quiet(city)
        quiet = quiet_runs[size]
        console.print(f"{size:,} people; quiet run from files: {quiet.records:,} records, {len(quiet.hits)} hits")
        trial = _try(fault, city, quiet, rounds, rate, random.Random(f"{seed}{fault.name}"), number)
        trials.append(trial)
        _show(trials)
        out.write_text(json.dumps([asdict(trial) for trial in trials], indent=1))
    fine = all(trial.difference.is_none and trial.strikes == rounds for trial in trials)
    raise typer.Exit(0 if fine else 1)


def _people(fault: Fault, rounds: int, rate: float, days: int) -> int:
    """People whose records last through all rounds of a fault, in steps of 10,000."""
    seconds = 30 + rounds * (sum(_QUIET_S) / 2 + fault.about_s + _WATCH_S)
    return math.ceil(seconds * rate / (_RECORDS_A_PERSON_DAY * days) / 10_000) * 10_000


def _city(people: int, days: int) -> Path:
    city = FOLDER / f"city-{people}-{days}"
    if not city.exists():
        subprocess.run(World.argv("simulate", "--out", city, "--people", people, "--days", days, "--seed", 1001),
                       check=True)
    return city


def _quiet(city: Path) -> Ledger:
    """The same city from files, in one process, without a fault."""
    folder = FOLDER / "quiet"
    shutil.rmtree(folder, ignore_errors=True)
    store = f"embedded:{folder / 'store'}"
    words = ("run", "--bus", city, "--store", store, "--state", folder / "state", "--models", folder / "models")
    subprocess.run(World.argv(*words), check=True, capture_output=True, env=os.environ | _settings())
    try:
        return ledger(open_store(store))
    finally:
        embedded.stop(folder / "store")


def _settings() -> dict[str, str]:
    return {"DUANKA_LATENESS_S": str(_LATENESS_S), "DUANKA_IDLE_MS": "15000", "DUANKA_CHECKPOINT_S": "5"}


def _try(fault: Fault, city: Path, quiet: Ledger, rounds: int, rate: float, rng: random.Random, number: int) -> Trial:
    console.rule(fault.name)
    source, bad = (flooded(city, FOLDER / "flooded", rounds, rng) if fault.name == FLOOD else (city, 0))
    trial = Trial(fault.name, sent=quiet.records + bad)
    os.environ.update(_settings())
    with _disk(fault) as disk, World(FOLDER / "world", disk) as world:
        prefix, database = f"f{number}.", f"fault_{number}"
        world.command("topics", "create", "--bus", world.bus(prefix), "--partitions", 4)
        job = Job(prefix, database, world.folder / "state" / prefix)
        world.submit(prefix, database)
        begun = time.monotonic()
        sender = world.ingest(source, prefix, rate)
        store = world.store(database)

        def due(at: float) -> float:
            """Records that were to be sent by then."""
            return min(trial.sent, (at - begun) * rate)

        wait_until(lambda: due(time.monotonic()) - _decoded(world, job) < _BEHIND_S * rate, 180)
        for _ in range(rounds):
            time.sleep(rng.uniform(*_QUIET_S))
            if sender.poll() is not None:
                console.print(f"the city ended before strike {trial.strikes + 1}; take a larger one")
                break
            if fault.name != FLOOD:
                _strike(fault, world, job, rng, trial, due)
            trial.strikes += 1
        sender.wait()
        if sender.returncode:
            raise SystemExit((world.folder / f"ingest-{prefix}log").read_text())

        def settled() -> bool:
            """All records are accounted for."""
            store = world.store(database)
            return records(store)[1] >= trial.sent

        with suppress(TimeoutError):
            wait_until(settled, 180)
        time.sleep(3)
        trial.seconds = time.monotonic() - begun
        store = world.store(database)
        run = ledger(store)
        trial.late, trial.restarts = run.late, _restarts(world)
        trial.difference = difference(quiet, run, trial.sent)
    return trial


def _strike(fault: Fault, world: World, job: Job, rng: random.Random, trial: Trial,
            due: Callable[[float], float]) -> None:
    restarts, struck = _restarts(world), time.monotonic()
    with ThreadPoolExecutor(1) as apart:
        breaking = apart.submit(fault.strike, world, job, rng)
        standstill, healed, caught_up = _watch(world, job, breaking, due)
    breaking.result()
    if fault.restarts and _restarts(world) == restarts:
        raise SystemExit(f"{fault.name}: the job did not notice; the injection is wrong")
    trial.broken_s.append(healed - struck)
    trial.standstill_s.append(standstill)
    trial.caught_up_s.append(max(0.0, caught_up - healed))
    console.print(f"{fault.name}: broken for {healed - struck:.1f} s, no record for {standstill:.1f} s, "
                  f"caught up {trial.caught_up_s[-1]:.1f} s after mending")


def _watch(world: World, job: Job, breaking: Future, due: Callable[[float], float]) -> tuple[float, float, float]:
    """The longest time without a record, seconds, and the moments of mending and of having caught up.

    It has caught up when it has read all that was due some seconds after mending: what was under way when the fault
    struck may still arrive, and says nothing.
    """
    begun = grew = time.monotonic()
    seen, longest, healed, caught_up = _decoded(world, job), 0.0, None, None
    while caught_up is None or time.monotonic() - healed < _WATCH_S:
        time.sleep(0.2)
        now = time.monotonic()
        if healed is None and breaking.done():
            healed = now
        decoded = _decoded(world, job)
        if decoded > seen:
            seen, grew = decoded, now
        longest = max(longest, now - grew)
        if caught_up is None and healed is not None and decoded >= due(healed + _AFTER_S):
            caught_up = now
        if now - begun > 600:
            raise TimeoutError("the job has not caught up within 600 s")
    return longest, healed, caught_up


def _decoded(world: World, job: Job) -> int:
    with suppress(Exception):
        return records(world.store(job.database))[0]
    return 0


def _restarts(world: World) -> int:
    jobs = requests.get(f"{world.cluster.url}/jobs/overview", timeout=10).json()["jobs"]
    for _ in range(3):  # A question is answered with what was fetched before it, and has new figures fetched.
        total = 0
        for job in jobs:
            found = requests.get(f"{world.cluster.url}/jobs/{job['jid']}/metrics?get=numRestarts", timeout=10).json()
            total += int(float(found[0]["value"])) if found else 0
        time.sleep(0.7)
    return total


@contextmanager
def _disk(fault: Fault):
    """A small file system for the store whose disk is to be filled; the store's folder on it, or None."""
    if fault.name != NEEDS_A_SMALL_DISK:
        yield None
        return
    mount = (FOLDER / "small-disk").resolve()
    mount.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2g", "duanka-faults", str(mount)], check=True)
    try:
        yield mount / "store"
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)


def _show(trials: list[Trial]) -> None:
    table = Table(title="faults")
    for name in ("fault", "times", "broken, s (max)", "no record for, s (max)", "caught up after, s (max)",
                 "restarts", "late", "hits lost", "doubled", "changed", "unaccounted", "rows", "links"):
        table.add_column(name, justify="left" if name == "fault" else "right")
    for trial in trials:
        d = trial.difference
        counts = (trial.restarts, trial.late, d.lost, d.doubled, d.changed, d.unaccounted, d.rows, d.links)
        table.add_row(trial.fault, str(trial.strikes), _spread(trial.broken_s), _spread(trial.standstill_s),
                      _spread(trial.caught_up_s), *map(str, counts))
    console.print(table)


def _spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.1f} ({max(seconds):.1f})" if seconds else "-"


if __name__ == "__main__":
    typer.run(main)
