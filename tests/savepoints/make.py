"""Makes the savepoint that later releases must read: ``python -m tests.savepoints.make 0.2.0``.

Do so with every release that changes a state's version, and keep the earlier ones: they show that
such a state is refused, not misread. ``--source`` names the checkout of another release, such as
``git archive v0.1.0 | tar x -C FOLDER``; its code then writes the savepoint.
"""

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from simulation.city import CityConfig, simulate
from tests.cluster.sliced_bus import SlicedBus

HERE = Path(__file__).resolve().parent
#: The smallest city there is, for a day; with fraud enough for hits before and after the savepoint.
CITY = CityConfig(people=1000, days=1, seed=9, fraud_phones_per_1000=15, mules_per_1000=15)
#: What is kept of the folder.
PARTS = ("about.json", "hits.json", "rules.toml", "run.json", "plan.ndjson", "savepoint", "bus")


def make(release: str, source: Path) -> Path:
    """Write ``<release>.tar.xz`` beside this file: the savepoint of a run that has read two thirds of a city."""
    target = HERE / f"{release}.tar.xz"
    with tempfile.TemporaryDirectory(prefix="duanka-savepoint-") as name:
        folder = Path(name)
        simulate(CITY, folder / "city")
        bus = SlicedBus(folder / "city", folder / "bus", slices=3)
        bus.give()
        records = bus.give()
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("DUANKA_", "NUMBA_CACHE"))}
        subprocess.run([sys.executable, HERE / "take.py", folder, str(records)], check=True, cwd=folder,
                       env=environment | {"PYTHONPATH": str(source.resolve())})  # fmt: skip
        bus.give()
        with tarfile.open(target, "w:xz", preset=9) as tar:
            for part in PARTS:
                tar.add(folder / part, part)
    return target


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("release")
    parser.add_argument("--source", type=Path, default=HERE.parents[1], help="checkout whose code writes it")
    given = parser.parse_args()
    made = make(given.release, given.source)
    print(f"{made}: {made.stat().st_size:,} bytes")
