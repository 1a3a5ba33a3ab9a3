"""``duanka evaluate``"""

import json
from dataclasses import asdict
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.output import Format, console, messages, print_rows
from jobs.truth_roles import BAD_ROLES

if TYPE_CHECKING:
    from jobs.evaluation import Evaluation

#: Entry points that bring suites.
_SUITES = "duanka.suites"


def evaluate(
    scores: Annotated[Path | None, typer.Option("--scores", help="File that duanka replay --scores wrote.")] = None,
    truth: Annotated[Path | None, typer.Option("--truth", help="truth.csv: card,role,from,to,scenario.")] = None,
    budgets: Annotated[str, typer.Option(help="Numbers of cards people can look at.")] = "50,100,200,500,1000",
    roles: Annotated[str, typer.Option(help="Roles that count as bad.")] = ",".join(BAD_ROLES),
    suite: Annotated[str | None, typer.Option(help="shared: the detection suite, instead of one file.")] = None,
    data: Annotated[Path, typer.Option(help="With --suite: folder of the public sets.")] = Path("../shared/data"),
    sets: Annotated[str, typer.Option(help="With --suite: sets to run, such as darpa,city; all by default.")] = "",
    people: Annotated[int, typer.Option(help="With --suite: size of the simulated city.")] = 100_000,
    days: Annotated[int, typer.Option(help="With --suite: days of the simulated city.")] = 7,
    seed: Annotated[int, typer.Option(help="With --suite: seed of the simulated city.")] = 101,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here, too.")] = None,
) -> None:
    """Hold scores against a truth: ``--scores FILE --truth FILE``, or ``--suite shared``.

    A card is ranked by its highest score. The suite scores public data, real phone data and the
    simulated city with the engine as it ships, and shows what trivial methods get beside it.
    """
    if suite is not None:
        _run_suite(suite, data, sets, json_file, people=people, days=days, seed=seed)
        return
    for name, given in (("--scores", scores), ("--truth", truth)):
        if given is None:
            raise typer.BadParameter("give both --scores and --truth, or --suite shared", param_hint=name)
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


def _run_suite(suite: str, data: Path, sets: str, json_file: Path | None, **city: int) -> None:
    known = entry_points(group=_SUITES)
    if suite not in known.names:
        raise typer.BadParameter(f"want one of {', '.join(sorted(known.names))}; got {suite!r}", param_hint="--suite")
    module = known[suite].load()
    wanted = [name for name in sets.split(",") if name]
    for name in wanted:
        if name not in module.names():
            raise typer.BadParameter(f"want some of {', '.join(module.names())}; got {name!r}", param_hint="--sets")
    results = []
    with messages.status("") as status:
        for result in module.run_sets(data, wanted, lambda name: status.update(f"{name} …"), **city):
            results.append(result)
            messages.print(f"{result.data_set.name}: {result.skipped or f'{result.seconds:.0f} s'}", highlight=False)
    if json_file:
        json_file.write_text(json.dumps({r.data_set.name: r.metrics for r in results if r.metrics}, indent=2))
    rows = [row for result in results for row in result.rows()]
    print_rows(rows, ["set", "metric", "value", "interval", "bar"], Format.TABLE, "detection; bar: what others get")
