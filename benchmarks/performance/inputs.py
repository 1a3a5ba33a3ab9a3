"""Inputs of the scenarios, made once: the city, its calls in order, the first of them, the hits they must give."""

import shutil
from itertools import islice
from pathlib import Path

from benchmarks.performance.child import run_child
from benchmarks.performance.hits import Hit, read_hits
from benchmarks.performance.lane.stream import read_lines, write_stream
from benchmarks.performance.sizes import Sizes


def simulated(out: Path, people: int, days: int, seed: int) -> Path:
    """A simulated city at `out`."""
    if not out.exists():
        fresh = _unfinished(out)
        shutil.rmtree(fresh, ignore_errors=True)
        run_child("jobs.cli.main", "simulate", "--out", fresh, "--people", people, "--days", days, "--seed", seed)
        fresh.rename(out)
    return out


def city(sizes: Sizes) -> Path:
    """The simulated city, a folder of topics."""
    return simulated(sizes.city, sizes.people, sizes.days, sizes.seed)


def stream(sizes: Sizes) -> Path:
    """The lane's input, a folder with one topic."""
    if not sizes.stream.exists():
        fresh = _unfinished(sizes.stream)
        shutil.rmtree(fresh, ignore_errors=True)
        source = sizes.stream.with_name(f"{sizes.stream.name}.city")
        write_stream(simulated(source, sizes.lane_people, sizes.lane_days, sizes.seed), fresh)
        fresh.rename(sizes.stream)
    return sizes.stream


def prefix(sizes: Sizes, records: int) -> Path:
    """Its first records, in one file."""
    path = sizes.stream.with_name(f"{sizes.stream.name}-first-{records}.ndjson")
    if not path.exists():
        lines = islice(read_lines(stream(sizes)), records)
        fresh = _unfinished(path)
        fresh.write_text("".join(f"{line}\n" for line in lines))
        fresh.rename(path)
    return path


def reference_hits(sizes: Sizes, records: int | None = None) -> set[Hit]:
    """What the lane finds in the first records, or in all, by the engine's columns in one process."""
    source = stream(sizes) if records is None else prefix(sizes, records)
    folder = source.with_name(f"{source.name}.reference")
    if not (folder / "hits").exists():
        run_child("benchmarks.performance.runs.lane_replay", source, folder)
    return read_hits(folder / "hits")


def _unfinished(path: Path) -> Path:
    """Where it is made, so that what has its name is whole."""
    return path.with_name(f"{path.name}.new")
