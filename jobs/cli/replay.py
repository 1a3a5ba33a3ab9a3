"""``duanka replay``"""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from jobs.cli.options import Bus, Config, Models, Rules, bus_url
from jobs.cli.output import console, messages
from jobs.settings import load_settings


def replay(
    bus: Bus = None,
    scores: Annotated[
        Path | None, typer.Option("--scores", help="Write one row per event and card, .parquet or .csv.")
    ] = None,
    rules: Rules = None,
    models: Models = None,
    run: Annotated[
        str | None,
        typer.Option("--run", help="Take models over when this run did: its id, or latest.", show_default=False),
    ] = None,
    config: Config = None,
) -> None:
    """Score a folder of topics without Flink; same code, same hits.

    With the registry's champion and shadow from the first event on, or as an earlier run took them.
    """
    # Imported late: other commands start without numba and scikit-learn.
    from jobs.cli.summary_view import show_summary
    from jobs.model_life.load import models_of_run, starting_models
    from jobs.model_life.shipped import open_registry
    from jobs.replay import replay as run_replay
    from jobs.run_summary import summarise
    from jobs.score_file import ScoreFile
    from jobs.score_rows import score_rows
    from jobs.warning_row import WarningRow, newest

    settings = load_settings(config, bus=bus_url(bus), rules=rules, models=models)
    settings.require_bus()
    taken = []
    if settings.learned:
        registry = open_registry(settings.models)
        taken = models_of_run(registry, run) if run else starting_models(registry)
    engine = settings.engine(int(time.time() * 1000), taken)
    file = ScoreFile(scores) if scores else None
    hits: dict[str, dict] = {}
    warned: list[WarningRow] = []
    dead = 0
    step = None
    bar = Progress(TextColumn("replay"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
                   TimeRemainingColumn(), console=messages)  # fmt: skip
    with bar:
        task = bar.add_task("", total=None, rate="")
        for step in run_replay(settings.bus_folder, engine, settings.chunk_kib << 10):
            dead += sum(len(chunk.events.rejects) for chunk in step.chunks)
            if file:
                for chunk in step.chunks:
                    file.note(chunk)
                for shard, outcome in step.outcomes:
                    for rows in score_rows(step.engine.cards[shard].features, outcome):
                        file.write(rows)
                file.forget_before(step.watermark_ms)
            for _, outcome in step.outcomes:
                hits |= {hit.hit_id: asdict(hit) for hit in outcome.hits}
            warned += step.warnings
            p = step.progress
            rate = f"{p.records / p.seconds:,.0f} events/s" if p.seconds else ""
            bar.update(task, completed=p.bytes_done >> 20, total=p.bytes_total >> 20, rate=f"MiB, {rate}")
    counts = [outcome.counts for _, outcome in step.outcomes]
    repeated = sum(c.repeated for c in counts)
    show_summary(
        summarise(
            step.progress.records,
            sum(c.scored for c in counts),
            dead + repeated,
            sum(c.late for c in counts),
            step.progress.seconds,
            hits.values(),
            settings.bus_folder / "truth.csv",
            [warning.level for warning in newest(warned)],
        )
    )
    if file:
        file.close()
        console.print(f"scores: {scores}")
