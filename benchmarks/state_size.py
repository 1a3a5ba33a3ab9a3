"""What the state of a city weighs: bytes of a snapshot, by kind of shard, and the process as a whole.

    python -m benchmarks.state_size [--people 1000000] [--days 1]

Simulates the city and replays it with everything that is shipped; figures are those of the last step.
"""

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from jobs.model_life.shipped import shipped_models
from jobs.replay import ReplayStep, replay
from jobs.settings import load_settings

FOLDER = Path("build/state-size")
console = Console()


def main(
    people: int = 1_000_000,
    days: int = 1,
    seed: int = 9005,
    bus: Annotated[Path | None, typer.Option(help="A city that is there already.")] = None,
    out: Annotated[Path, typer.Option("--json")] = FOLDER / "state.json",
) -> None:
    """Replay it once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if bus is None:
        bus = FOLDER / f"city-{people}-{days}-{seed}"
        if not bus.exists():
            subprocess.run([sys.executable, "-m", "jobs.cli.main", "simulate", "--out", str(bus), "--people",
                            str(people), "--days", str(days), "--seed", str(seed)], check=True)
    settings = load_settings(bus=f"file://{bus.resolve()}")
    began = time.perf_counter()
    for step in replay(settings.bus_folder, settings.engine(time.time_ns() // 1_000_000, shipped_models()),
                       settings.chunk_kib << 10):
        last = step
    figures = weigh(last) | {"records": last.progress.records, "seconds": round(time.perf_counter() - began, 1),
                             "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}
    _show(figures)
    out.write_text(json.dumps(figures, indent=1))


def weigh(step: ReplayStep) -> dict[str, dict[str, float]]:
    """Entities of each kind of shard, and `snapshot`, the bytes of it that a checkpoint would hold."""
    engine, found = step.engine, {}
    for kind in ("devices", "cards", "persons", "payees", "globals"):
        shards = list(getattr(engine, kind))
        entities: Counter = Counter()
        for shard in shards:
            entities.update({"card": sum(map(len, shard.features.tables))} if kind == "cards" else shard.entities)
        total = sum(len(bytes(shard.snapshot())) for shard in shards)
        found[kind] = {"entities": sum(entities.values()), **entities, "snapshot": total}
    return found


def _show(figures: dict) -> None:
    table = Table("shards", "entities", "MiB", "bytes an entity")
    for kind, found in figures.items():
        if isinstance(found, dict):
            each = found["snapshot"] / max(1, found["entities"])
            table.add_row(kind, f"{found['entities']:,}", f"{found['snapshot'] / 2**20:.1f}", f"{each:.0f}")
    console.print(table)
    console.print(f"{figures['records']:,} records in {figures['seconds']} s; process at its largest "
                  f"{figures['peak_mib']:,} MiB", highlight=False)


if __name__ == "__main__":
    typer.run(main)
