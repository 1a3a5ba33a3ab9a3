"""``duanka run``"""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from jobs.cli.options import Bus, Config, Models, Rules, StoreOption, bus_url
from jobs.cli.output import console, messages
from jobs.settings import Settings, load_settings


def run(
    bus: Bus = None,
    store: StoreOption = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="Folder of checkpoints and logs.", show_default=False)
    ] = None,
    parallelism: Annotated[int | None, typer.Option(help="Python workers.", show_default=False)] = None,
    scores: Annotated[str | None, typer.Option(help="none or all: store the score of every event.")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Keep watching for new files and lines.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    rules: Rules = None,
    models: Models = None,
    config: Config = None,
) -> None:
    """Run the Flink job over the topics into the store."""
    settings = load_settings(
        config, bus=bus_url(bus), store=store, state=state, parallelism=parallelism, rules=rules,
        models=models, store_scores=scores,
    )  # fmt: skip
    from jobs.readiness import require_ready

    _show_settings(settings)
    require_ready(settings)
    # Imported late: only this command needs Flink and the models, which take seconds.
    from jobs.cli.summary_view import show_summary
    from jobs.run import RunProgress, execute

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[text]}"), TimeElapsedColumn())
    with Progress(*columns, console=messages) as bar:
        task = bar.add_task("starting Flink", total=None, text="")
        last = (0.0, 0)

        def look(progress: RunProgress) -> None:
            nonlocal last
            counts = progress.counts
            if counts.records == 0:
                return
            seconds, records = progress.seconds - last[0], counts.records - last[1]
            rate = f"{records / seconds:,.0f} events/s" if seconds > 0.5 and records else "…"
            last = (progress.seconds, counts.records)
            text = f"{counts.records:,} events, {rate}"
            total = None if follow else progress.total_bytes
            bar.update(task, description=progress.status.lower(), completed=counts.bytes, total=total, text=text)

        end = execute(settings, follow, resume, look)
        bar.update(task, description=end.status)
    show_summary(end.summary)
    messages.print(f"[dim]run {end.run_id}; Flink's log: {end.log}[/]", highlight=False, soft_wrap=True)
    _show_next(settings, end.summary.top)


def _show_settings(settings: Settings) -> None:
    text = "  ".join(f"{name}={value}" for name, value in settings.summary().items())
    messages.print(f"[dim]{text}[/]", highlight=False, soft_wrap=True)


def _show_next(settings: Settings, top: list[dict]) -> None:
    console.print("\n[bold]next[/]")
    duanka = _as_typed()
    option = f" --store {settings.store}" if settings.store != Settings().store else ""
    if top:
        console.print(f"  {duanka} card {top[0]['card']}{option}", highlight=False, soft_wrap=True)
    console.print(f"  {duanka} hits --level red{option}", highlight=False, soft_wrap=True)
    console.print(f"  {duanka} warnings{option}", highlight=False, soft_wrap=True)
    console.print(f"  {duanka} console --demo{option}", highlight=False, soft_wrap=True)
    console.print(f"  {duanka} --help", highlight=False, soft_wrap=True)


def _as_typed() -> str:
    """The command as it can be typed here: its name, or its path where no PATH leads to it."""
    return "duanka" if shutil.which("duanka") else os.path.relpath(sys.argv[0])
