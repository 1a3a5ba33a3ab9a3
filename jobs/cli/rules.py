"""``duanka rules``: the typology parameters, levels and episode in force."""

import typer

from jobs.cli.options import Config, Rules
from jobs.cli.output import console
from jobs.settings import load_settings

rules = typer.Typer(help="Show or check the rules (typology parameters and levels).", no_args_is_help=True)


@rules.command()
def show(rules: Rules = None, config: Config = None) -> None:
    """Print the rules in force as TOML; a copy of it is a good start for your own."""
    from models.rules import write_rules

    loaded = load_settings(config, rules=rules).load_rules()
    print(f"# version {loaded.version}\n{write_rules(loaded)}", end="")


@rules.command()
def check(rules: Rules = None, config: Config = None) -> None:
    """Check a rules file and print its version."""
    loaded = load_settings(config, rules=rules).load_rules()
    console.print(f"valid; version {loaded.version}")
