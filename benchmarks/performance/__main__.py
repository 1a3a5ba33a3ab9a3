"""Performance, measured in one run.

    python -m benchmarks.performance [--quick] [--long] [--only NAMES] [--repeat N] [--plots]

Every scenario in a process of its own, rivals and limits in the same run, in rounds whose order changes; figures are
the median of at least five, with the least and the most. A run that was broken off goes on where it was. The result
is ``build/bench.json``: ``{scenario: {metric: value}}``.
"""

import json
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.performance.child import MeasurementFailed
from benchmarks.performance.comparisons import compare
from benchmarks.performance.interleaving import rounds
from benchmarks.performance.journal import Journal
from benchmarks.performance.scenario import Scenario
from benchmarks.performance.scenarios import BY_NAME, SCENARIOS
from benchmarks.performance.sizes import QUICK, Sizes
from benchmarks.performance.summary import summarise
from benchmarks.performance.table import show

_REPEATS, _QUICK_REPEATS = 5, 1
console = Console(soft_wrap=True)


def main(
    only: Annotated[str, typer.Option(help="Names of scenarios, with commas between.")] = "",
    repeat: Annotated[int | None, typer.Option(help="Repetitions of each; 5, of the quick form 1.")] = None,
    people: Annotated[int | None, typer.Option(help="Of the simulated city.")] = None,
    days: int | None = None,
    quick: Annotated[bool, typer.Option("--quick", help="Under three minutes, ratios alone.")] = False,
    long: Annotated[bool, typer.Option("--long", help="Also what takes many minutes.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what a run before has measured.")] = False,
    plots: Annotated[bool, typer.Option("--plots", help="Draw docs/performance/*.png.")] = False,
    out: Annotated[Path, typer.Option("--json")] = Path("build/bench.json"),
) -> None:
    """Measure, and show what was found."""
    sizes = QUICK if quick else Sizes()
    sizes = replace(sizes, people=people or sizes.people, days=days or sizes.days)
    chosen = choose(only, quick, long)
    journal = Journal(out.with_name(f"{out.stem}-runs.json"), sizes, fresh)
    wanted = repeat or (_QUICK_REPEATS if quick else _REPEATS)
    failed = run(chosen, journal, sizes, wanted)
    figures = summarise(journal.runs) | compare(journal.runs)
    out.write_text(json.dumps(figures, indent=1))
    console.print(show(figures, rates=not quick))
    if plots:
        from benchmarks.performance.plots import draw

        draw(figures, Path("docs/performance"))
    for name, why in failed.items():
        console.print(f"{name} failed: {why}", highlight=False, markup=False)
    sys.exit(bool(failed))


def choose(only: str, quick: bool, long: bool) -> list[Scenario]:
    """The scenarios that were asked for.

    Raises
    ------
    typer.BadParameter
    """
    if only:
        names = [name.strip() for name in only.split(",")]
        if unknown := [name for name in names if name not in BY_NAME]:
            raise typer.BadParameter(f"no scenario {', '.join(unknown)}; there are {', '.join(BY_NAME)}")
        return [BY_NAME[name] for name in names]
    if quick:
        return [scenario for scenario in SCENARIOS if scenario.quick]
    return [scenario for scenario in SCENARIOS if long or scenario.group != "long"]


def run(chosen: list[Scenario], journal: Journal, sizes: Sizes, repeats: int) -> dict[str, str]:
    """Run what is still to be run; why which scenario failed, after which it is left out."""
    failed: dict[str, str] = {}

    def wanted(name: str) -> int:
        return 1 if BY_NAME[name].group == "long" else repeats

    for name, number in rounds([scenario.name for scenario in chosen], wanted, journal.done):
        if name in failed:
            continue
        folder = sizes.folder / "runs" / name
        shutil.rmtree(folder, ignore_errors=True)
        began = time.monotonic()
        try:
            journal.add(name, BY_NAME[name].measure(sizes, folder))
        except MeasurementFailed as error:
            failed[name] = str(error)
        finally:
            if name not in failed:
                shutil.rmtree(folder, ignore_errors=True)
        console.print(f"{name}, {number + 1} of {wanted(name)}: {time.monotonic() - began:.0f} s"
                      f"{', failed' if name in failed else ''}", highlight=False)
    return failed


if __name__ == "__main__":
    typer.run(main)
