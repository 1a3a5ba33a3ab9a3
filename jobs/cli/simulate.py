"""``duanka simulate``"""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from features.errors import DuankaError
from jobs.cli.output import console, messages


class BadCity(DuankaError):
    """The city cannot be made."""


def simulate(
    out: Annotated[Path, typer.Option("--out", help="Folder to fill: one folder per topic, and truth.csv.")],
    people: Annotated[int, typer.Option(help="1,000 to 2,000,000.")] = 20_000,
    days: Annotated[int, typer.Option()] = 3,
    seed: Annotated[int, typer.Option()] = 1,
    start: Annotated[str, typer.Option(help="First day, ISO date.")] = "2026-03-02",
    late_share: Annotated[float, typer.Option(help="Share of calls whose record comes late, 0 to 1.")] = 0.0,
    late_minutes: Annotated[int, typer.Option(help="How late at most.")] = 0,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
) -> None:
    """Make a synthetic city with ground truth: calls, payments, honest look-alikes and fraud rings."""
    # Imported late: other commands start without numpy.
    from simulation.city import CityConfig
    from simulation.city import simulate as make_city

    bar = Progress(TextColumn("simulate"), BarColumn(), TextColumn("{task.completed}/{task.total} days"),
                   TimeRemainingColumn(), console=messages)  # fmt: skip
    try:
        late = {"late": (late_share, late_minutes)} if late_share or late_minutes else {}
        config = CityConfig(people=people, days=days, seed=seed, start=start, **late)
        with bar:
            task = bar.add_task("", total=days)
            summary = make_city(config, out, lambda done, _: bar.update(task, completed=done), overwrite=overwrite)
    except (ValueError, OSError) as error:
        raise BadCity(str(error)) from error
    topics = ", ".join(f"{n:,} {topic}" for topic, n in summary.events.items())
    console.print(f"{out}: {topics}")
    console.print("truth.csv: " + ", ".join(f"{n} {role}" for role, n in summary.cards.items()))
