"""Events/s of the Flink job, of the replay on one core, and of a naive PyFlink job.

    python -m benchmarks.speed [--people N] [--days N] [--json FILE]

All in one run on one machine, each in a process of its own; the city and its seed are fixed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

_FOLDER = Path("build/bench")
#: Records of the naive job's two runs; its rate is taken from the difference, without start-up.
_NAIVE = (200, 12_200)


def main() -> int:
    """Run every scenario; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=21_000)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    chosen = parser.parse_args()
    bus = _FOLDER / f"bus-{chosen.people}-{chosen.days}"
    if not bus.exists():
        _python("-m", "jobs.cli.main", "simulate", "--out", bus, "--people", chosen.people, "--days", chosen.days)
    figures = {
        "flink": _flink(bus, store_events=True),
        "flink, hits only": _flink(bus, store_events=False),
        "replay, one core": _replay(bus),
        "naive PyFlink, one feature": _naive(bus),
    }
    _show(figures)
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(figures, indent=2))
    return 0


def _python(*arguments: object, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def _flink(bus: Path, store_events: bool) -> dict[str, float]:
    shutil.rmtree(_FOLDER / "run", ignore_errors=True)
    out = _python("-m", "benchmarks.flink_run", bus, _FOLDER / "run", DUANKA_STORE_EVENTS=str(store_events))
    return json.loads(out.splitlines()[-1])


def _replay(bus: Path) -> dict[str, float]:
    out = _python("-m", "benchmarks.replay_run", bus, NUMBA_NUM_THREADS="1", OMP_NUM_THREADS="1")
    return json.loads(out.splitlines()[-1])


def _naive(bus: Path) -> dict[str, float]:
    file = max((bus / "cdr").glob("*.ndjson"), key=lambda f: f.stat().st_size)
    runs = [json.loads(_python("-m", "benchmarks.naive_flink", file, n).splitlines()[-1]) for n in _NAIVE]
    records = runs[1]["records"] - runs[0]["records"]
    seconds = runs[1]["seconds"] - runs[0]["seconds"]
    return {"events": records, "seconds": seconds, "events_per_s": records / seconds}


def _show(figures: dict[str, dict[str, float]]) -> None:
    naive = figures["naive PyFlink, one feature"]["events_per_s"]
    table = Table(title=f"{os.cpu_count()} cores", title_justify="left", header_style="bold")
    for column in ("scenario", "events", "seconds", "events/s", "against naive"):
        table.add_column(column, justify="left" if column == "scenario" else "right")
    for name, f in figures.items():
        rate = f["events_per_s"]
        table.add_row(name, f"{f['events']:,}", f"{f['seconds']:.1f}", f"{rate:,.0f}", f"{rate / naive:.1f} x")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
