"""``duanka learn``"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.options import Config, StoreOption
from jobs.cli.output import Format, console, messages, print_rows, when
from jobs.settings import load_settings

if TYPE_CHECKING:
    from jobs.learn import LearningEnd

#: Figures of a candidate that stand beside it.
_FIGURES = ("prequential_auc", "prequential_log_loss", "prequential_precision_at_budget", "held_candidate_auc")


def learn(
    store: StoreOption = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="Folder of checkpoints and logs.", show_default=False)
    ] = None,
    models: Annotated[
        Path | None, typer.Option("--models", help="Folder of the model registry.", show_default=False)
    ] = None,
    parallelism: Annotated[int | None, typer.Option(help="Python workers, 2 at most.", show_default=False)] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with new samples and verdicts.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    config: Config = None,
) -> None:
    """Learn from verdicts on what was scored; put candidates into the model registry, publish none."""
    settings = load_settings(config, store=store, state=state, models=models, parallelism=parallelism)
    # Imported late: only this command needs Flink and the learner.
    from jobs.learn import execute

    end = execute(settings, follow, resume)
    show_reports(end)
    messages.print(f"[dim]run {end.run_id}; Flink's log: {end.log}[/]", highlight=False, soft_wrap=True)
    if any(report["passed"] for report in end.reports):
        console.print("next: duanka models list; a candidate scores nothing until a person publishes it")


def show_reports(end: "LearningEnd") -> None:
    """Print what the learners said, in order of event time."""
    if not end.reports:
        console.print("nothing to learn from: no verdict in the store on a card with samples")
        return
    rows = []
    for report in end.reports:
        figures = json.loads(report["figures"])
        row = {"time": when(report["event_time_ms"]), "kind": report["kind"], "what": report["what"]}
        row |= {name.removeprefix("prequential_"): _rounded(figures.get(name)) for name in _FIGURES}
        answer = "stored" if report["passed"] else "refused"
        row["model"] = (report["version"] or answer) if report["what"] == "candidate" else ""
        rows.append(row | {"why": report["message"]})
    print_rows(rows, list(rows[0]), Format.TABLE, "what the learners said")


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 3)
