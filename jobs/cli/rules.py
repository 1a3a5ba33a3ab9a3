"""``duanka rules``: the typology parameters, levels and episode in force."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.options import Config, Rules
from jobs.cli.output import console
from jobs.settings import load_settings

rules = typer.Typer(help="Show or check the rules (typology parameters and levels).", no_args_is_help=True)


@rules.command()
def show(rules: Rules = None, config: Config = None) -> None:
    """Print the rules in force as TOML; a copy of it is a good start for your own."""
    from models.opening_rules import write_opening_rules
    from models.rules import write_rules
    from models.taint.taint_rules import write_taint_rules
    from models.victims.warning_rules import write_warning_rules

    settings = load_settings(config, rules=rules)
    loaded = settings.load_rules()
    openings, warnings = loaded.openings, loaded.warnings
    print(f"# version {loaded.version}\n{write_rules(loaded)}", end="")
    print(f"# openings, version {openings.version}: no hit depends on them\n{write_opening_rules(openings)}", end="")
    print(f"\n# warnings of victims, version {warnings.version}: no hit depends on them")
    print(write_warning_rules(warnings), end="")
    print(f"\n# how money is followed in the stream: no hit depends on it\n{write_taint_rules(loaded.taint)}", end="")


@rules.command()
def check(rules: Rules = None, config: Config = None) -> None:
    """Check a rules file and print its version."""
    loaded = load_settings(config, rules=rules).load_rules()
    console.print(f"valid; version {loaded.version}")


@rules.command()
def levels(
    scores: Annotated[Path, typer.Option("--scores", help="File that duanka replay --scores wrote.")],
    people: Annotated[int, typer.Option(min=1, help="Whom the cards belong to, roughly.")],
    budget: Annotated[
        str, typer.Option(help="Alerts per 10,000 people and day, of each level and those above it.")
    ] = "red=2,orange=6,yellow=20,blue=40",
    learned: Annotated[
        bool, typer.Option("--learned/--unlearned", help="Whether a learned model had a part in the scores.")
    ] = True,
    rules: Rules = None,
    config: Config = None,
) -> None:
    """Set the levels to an alert budget: prints the rules in force with new levels."""
    # Imported late: other commands start without pyarrow.
    from jobs.evaluation import card_risk
    from models.alert_budget import levels_from_budget
    from models.rules import write_rules

    allowed = {}
    for part in budget.split(","):
        name, _, value = part.partition("=")
        try:
            allowed[name.strip()] = float(value)
        except ValueError:
            raise typer.BadParameter(f"want red=2,orange=6,yellow=20,blue=40; got {part!r}",
                                     param_hint="--budget") from None
    risk, days = card_risk(scores)
    chosen = replace(load_settings(config, rules=rules).load_rules(),
                     **{"model_levels" if learned else "levels": levels_from_budget(risk, days, people, allowed)})
    print(f"# version {chosen.version}\n{write_rules(chosen)}", end="")
