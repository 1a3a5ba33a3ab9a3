"""Half an hour at a steady rate: does memory stay, does the job keep up, do checkpoints come?

    python -m benchmarks.production.soak [--minutes 30] [--rate 5000]
"""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import psutil
import requests
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.production.injections import python_workers
from benchmarks.production.ledger import ledger, records
from benchmarks.production.world import World, wait_until
from connectors import embedded

FOLDER = Path("build/soak")
_PREFIX, _DATABASE = "soak.", "soak"
_EVERY_S = 10.0
#: As for the faults: the city lives faster than its time.
_LATENESS_S = 3_600
console = Console(soft_wrap=True)


def main(
    minutes: float = 30,
    rate: Annotated[float, typer.Option(help="Records a second.")] = 5000,
    people: int = 100_000,
    days: int = 7,
    out: Annotated[Path, typer.Option("--json")] = FOLDER / "soak.json",
) -> None:
    """Run it; the city must be large enough for the time: 100,000 people and 7 days are 9.7 million records."""
    os.environ |= {"DUANKA_LATENESS_S": str(_LATENESS_S), "DUANKA_IDLE_MS": "15000", "DUANKA_CHECKPOINT_S": "10"}
    FOLDER.mkdir(parents=True, exist_ok=True)
    city = FOLDER / f"city-{people}-{days}"
    if not city.exists():
        subprocess.run(World.argv("simulate", "--out", city, "--people", people, "--days", days, "--seed", 102),
                       check=True)
    with World(FOLDER / "world") as world:
        world.command("topics", "create", "--bus", world.bus(_PREFIX), "--partitions", 4)
        job = world.submit(_PREFIX, _DATABASE)
        sender = world.ingest(city, _PREFIX, rate)
        looks = _watch(world, job, sender, minutes * 60, rate)
        sender.terminate()
        sender.wait()
        store = world.store(_DATABASE)
        wait_until(lambda: _settled(store), 120)
        found = ledger(store)
        checkpoints = requests.get(f"{world.cluster.url}/jobs/{job}/checkpoints", timeout=10).json()
    report = _report(looks, checkpoints, minutes)
    report["unaccounted"] = found.records - found.scored - found.letters
    report["records"], report["hits"], report["late"] = found.records, len(found.hits), found.late
    out.write_text(json.dumps({"report": report, "looks": looks}, indent=1))
    _show(report)
    shutil.rmtree(FOLDER / "world", ignore_errors=True)


def _settled(store) -> bool:
    """Whether nothing comes any more and silence has let out what waited."""
    before = ledger(store)
    time.sleep(3)
    found = ledger(store)
    return found.records == before.records == found.scored + found.letters


def _watch(world: World, job: str, sender, seconds: float, rate: float) -> list[dict]:
    looks = []
    begun = time.monotonic()
    store = world.store(_DATABASE)
    while (past := time.monotonic() - begun) < seconds:
        if sender.poll() is not None:
            raise SystemExit(f"the city ended after {past:.0f} s; take a larger one")
        look = {"s": round(past, 1), "records": records(store)[0], "mib": _memory(world)}
        look["behind_s"] = round(past - look["records"] / rate, 2)
        looks.append(look)
        if len(looks) % 6 == 1:
            console.print(f"{past:6.0f} s  {look['records']:>10,} records, {look['behind_s']:.1f} s behind  "
                          + "  ".join(f"{name} {mib:,.0f}" for name, mib in look["mib"].items()) + " MiB")
        time.sleep(_EVERY_S)
    return looks


def _memory(world: World) -> dict[str, float]:
    """Resident memory, MiB, of every process of the job and what it stands on; workers together."""
    found = {"broker": world.broker.started.pid, "store": embedded.start(world.store_folder, idle_minutes=0).pid}
    found |= {one.name: one.pid for one in world.cluster.alive()}
    used = {name: psutil.Process(pid).memory_info().rss / 2**20 for name, pid in found.items()}
    workers = sorted(psutil.Process(pid).memory_info().rss / 2**20 for pid in python_workers(world))
    used |= {f"worker {i + 1}": mib for i, mib in enumerate(workers)}
    return {name: round(mib, 1) for name, mib in used.items()}


def _report(looks: list[dict], checkpoints: dict, minutes: float) -> dict:
    """Figures of the second half: what begins must have ended by then."""
    half = [look for look in looks if look["s"] >= minutes * 30]
    at = np.array([look["s"] for look in half]) / 60
    memory = {}
    for name in half[-1]["mib"]:
        mib = np.array([look["mib"].get(name, np.nan) for look in half])
        memory[name] = {"mean_mib": float(np.nanmean(mib)), "slope_mib_per_min": float(np.polyfit(at, mib, 1)[0])}
    durations = [c["end_to_end_duration"] for c in checkpoints["history"] if c["status"] == "COMPLETED"]
    return {
        "memory": memory,
        "behind_s": {"median": float(np.median([look["behind_s"] for look in half])),
                     "max": float(max(look["behind_s"] for look in half))},
        "checkpoints": checkpoints["counts"] | {"last_ms_median": float(np.median(durations)),
                                                "last_ms_max": float(max(durations))},
    }


def _show(report: dict) -> None:
    table = Table(title="memory in the second half")
    for name in ("process", "mean, MiB", "slope, MiB a minute"):
        table.add_column(name, justify="left" if name == "process" else "right")
    for name, figures in report["memory"].items():
        table.add_row(name, f"{figures['mean_mib']:,.0f}", f"{figures['slope_mib_per_min']:+.2f}")
    console.print(table)
    console.print({name: value for name, value in report.items() if name != "memory"})


if __name__ == "__main__":
    typer.run(main)
