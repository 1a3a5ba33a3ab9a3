"""Bad input: mutated records through decode, routing and shards, held to an oracle record by record.

    python -m benchmarks.production.fuzz [--records N] [--seed N] [--minutes N] [--json FILE]

First hypothesis mutates records of all six topics and shrinks what it finds; then, with ``--minutes``,
atheris searches by coverage (``pip install 'duanka[fuzz]'``). Every record must be scored once, or lie
in the dead letters with a reason that ``docs/events.md`` gives for it; good neighbours must not
change; no feature, score or hit may hold what is no figure. Prints what became of the records; where
anything else is found, prints the smallest example and ends with 1.
"""

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Annotated

import typer
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from benchmarks.production.batch_check import Tally, check_batch, fuzz_settings
from benchmarks.production.chunk_check import Disagreement
from benchmarks.production.hostile_values import LATEST_MS
from benchmarks.production.long_engine import LongEngine
from benchmarks.production.mutated_records import mutated_batch
from features.rejects import Reason

_FOLDER = Path("build/fuzz")
#: Batches that hypothesis draws before it starts anew with the next seed; it keeps them all in mind (ours).
_ROUND = 200
#: Where each chunk begins in its source, bytes: not at 0, which hides mistakes.
_BASE_BYTES = 1000
#: What libFuzzer ends with when somebody stops it.
_INTERRUPTED = 72


@dataclass
class Run:
    """Figures of one fuzzer's run.

    Attributes
    ----------
    mutated : int
        Records that were mutated; `tally` counts the good ones among them, too.
    crashes, disagreements : int
        Exceptions of the product, and wrong answers. A run ends with the first one.
    """

    mutated: int = 0
    inputs: int = 0
    seconds: float = 0.0
    crashes: int = 0
    disagreements: int = 0
    tally: Tally = field(default_factory=Tally)


def fuzz_records(records: int, first_seed: int, show: Callable[[str], None]) -> Run:
    """Mutate records with hypothesis until so many were taken, or something is found.

    Parameters
    ----------
    show : callable
        Called with progress, and with the smallest example of what is found.
    """
    run, started, number = Run(), time.perf_counter(), first_seed
    # Fresh engines by turns as they ship, and eager for hits; one more lives on.
    fresh = [fuzz_settings(LATEST_MS), fuzz_settings(LATEST_MS, eager=True)]
    long_lived = LongEngine(fresh[0])
    try:
        while run.mutated < records:
            _round(number, run, fresh[number % 2], long_lived)
            number += 1
            show(f"{run.mutated:,} mutated records, {run.mutated / (time.perf_counter() - started):,.0f}/s")
        long_lived.finish()
    except Disagreement as found:
        run.disagreements += 1
        show(f"seed {number}: {found}")
    except Exception as crash:
        run.crashes += 1
        show(f"seed {number}: {type(crash).__name__}: {crash}\n" + "\n".join(getattr(crash, "__notes__", [])))
    run.seconds = time.perf_counter() - started
    return run


def _round(number: int, run: Run, engine: object, long_lived: LongEngine) -> None:
    @seed(number)
    @settings(
        max_examples=_ROUND,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(st.randoms(use_true_random=False))
    def take(rng: Random) -> None:
        chunks = mutated_batch(rng)
        tally, checked = check_batch([(chunk.topic, chunk.raw) for chunk in chunks], engine, _BASE_BYTES)
        for chunk, held in zip(chunks, checked):
            long_lived.add(chunk.topic, chunk.raw, held)
        run.tally.add(tally)
        run.mutated += sum(chunk.mutated for chunk in chunks)
        run.inputs += 1

    take()


def fuzz_bytes(minutes: float, number: int, show: Callable[[str], None]) -> Run:
    """Search by coverage for some minutes, in a process of its own; see :mod:`.fuzz_bytes`."""
    folder = _FOLDER / f"bytes-{number}"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log.txt"
    command = [sys.executable, "-m", "benchmarks.production.fuzz_bytes", folder, minutes * 60, number]
    with log.open("wb") as out:
        code = subprocess.run([str(part) for part in command], stdout=out, stderr=out, check=False).returncode
    figures = json.loads((folder / "tally.json").read_text())
    run = Run(**figures | {"tally": Tally.of(figures["tally"])})
    if code == _INTERRUPTED:
        show(f"interrupted after {run.seconds:.0f} seconds; what was found so far is in {folder}/inputs")
    elif code:
        wrong = Disagreement.__name__ in log.read_text(errors="replace")
        run.crashes, run.disagreements = int(not wrong), int(wrong)
        show(f"ended with {code}: see the end of {log}; the input is in {folder}/failed-*")
    return run


def report(runs: dict[str, Run]) -> Table:
    """What became of the records, by fuzzer."""
    table = Table(header_style="bold")
    table.add_column("")
    for name in runs:
        table.add_column(name, justify="right")
    rows = {
        "mutated records": lambda run: run.mutated,
        "records, good ones among them": lambda run: run.tally.records,
        "inputs": lambda run: run.inputs,
        "seconds": lambda run: round(run.seconds),
        "mutated records/s": lambda run: round(run.mutated / run.seconds),
        "scored": lambda run: run.tally.scored,
        "rows scored": lambda run: run.tally.rows,
        "hits": lambda run: run.tally.hits,
    }
    rows |= {f"dead: {reason}": lambda run, reason=reason: run.tally.dead[str(reason)] for reason in Reason}
    rows |= {"crashes": lambda run: run.crashes, "wrong answers": lambda run: run.disagreements}
    for name, figure in rows.items():
        table.add_row(name, *(f"{figure(run):,}" for run in runs.values()))
    return table


def main(
    records: Annotated[int, typer.Option(help="Mutated records by hypothesis, at least.")] = 200_000,
    seed: Annotated[int, typer.Option(help="Same seed, same records.")] = 0,
    minutes: Annotated[float, typer.Option(help="Minutes of search by coverage.")] = 0.0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here, too.")] = None,
) -> None:
    """Fuzz, print what became of the records; exit code 1 where something was found."""
    messages = Console(stderr=True)
    if minutes and importlib.util.find_spec("atheris") is None:
        messages.print("--minutes needs atheris, which is not installed: pip install 'duanka[fuzz]'", markup=False)
        raise typer.Exit(2)

    def show(text: str) -> None:
        messages.print(text, markup=False, highlight=False, soft_wrap=True)

    runs = {"hypothesis": fuzz_records(records, seed, show)} if records else {}
    if minutes:
        runs["atheris"] = fuzz_bytes(minutes, seed, show)
    Console().print(report(runs))
    if json_file is not None:
        figures = {name: vars(run) | {"tally": run.tally.figures()} for name, run in runs.items()}
        json_file.write_text(json.dumps(figures, indent=2))
    if any(run.crashes or run.disagreements for run in runs.values()):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
