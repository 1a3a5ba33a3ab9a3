"""``duanka evaluate``"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.output import Format, console, print_rows
from jobs.truth_roles import BAD_ROLES

if TYPE_CHECKING:
    from jobs.evaluation import Evaluation


def evaluate(
    scores: Annotated[Path, typer.Option("--scores", help="File that duanka replay --scores wrote.")],
    truth: Annotated[Path, typer.Option("--truth", help="truth.csv: card,role,from,to,scenario.")],
    budgets: Annotated[str, typer.Option(help="Numbers of cards people can look at.")] = "50,100,200,500,1000",
    roles: Annotated[str, typer.Option(help="Roles that count as bad.")] = ",".join(BAD_ROLES),
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here, too.")] = None,
) -> None:
    """Rank cards by their highest score and hold that against the truth."""
    # Imported late: other commands start without scikit-learn.
    from jobs.evaluation import evaluate as evaluate_scores
    from jobs.evaluation import read_scores, read_truth

    try:
        sizes = sorted({int(part) for part in budgets.split(",")})
    except ValueError:
        sizes = []
    if not sizes or sizes[0] < 1:
        raise typer.BadParameter(
            f"want whole numbers above 0, such as 100,500; got {budgets!r}", param_hint="--budgets"
        )
    result = evaluate_scores(read_scores(scores), read_truth(truth, tuple(roles.split(","))), sizes)
    show_evaluation(result)
    if json_file:
        json_file.write_text(json.dumps(asdict(result), indent=2))


def show_evaluation(result: "Evaluation") -> None:
    """Print the figures of an evaluation."""
    console.print(
        f"{result.cards:,} cards, {result.bad_cards} bad ({result.unseen_bad_cards} of them never seen); "
        f"ROC-AUC {result.roc_auc:.4f}, average precision {result.average_precision:.4f}",
        soft_wrap=True,
    )
    rows = [{name: round(value, 4) for name, value in asdict(p).items()} for p in result.budgets]
    if rows:
        print_rows(rows, list(rows[0]), Format.TABLE, "at alert budgets; delay from first bad event to first alert")
