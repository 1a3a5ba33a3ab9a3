"""``duanka doctor``"""

from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.options import Bus, Cluster, Config, FormatOption, Models, Rules, StoreOption, bus_url
from jobs.cli.output import Format, print_rows
from jobs.settings import load_settings


def doctor(
    bus: Bus = None,
    store: StoreOption = None,
    state: Annotated[Path | None, typer.Option("--state", help="Folder of runs.", show_default=False)] = None,
    cluster: Cluster = None,
    production: Annotated[bool, typer.Option("--production", help="Also what a cluster needs: it, mvn.")] = False,
    rules: Rules = None,
    models: Models = None,
    how: FormatOption = Format.TABLE,
    config: Config = None,
) -> None:
    """Check every part that a run needs, and say how to mend what is missing; ends with 1 if one is bad."""
    settings = load_settings(
        config, bus=bus_url(bus), store=store, state=state, cluster=cluster, rules=rules, models=models
    )
    # Imported late: it loads the models.
    from jobs.doctor.checks import examine
    from jobs.doctor.finding import State

    found = list(examine(settings, production or cluster is not None))
    print_rows([finding.__dict__ for finding in found], ("part", "state", "found", "fix"), how)
    if any(finding.state is State.BAD for finding in found):
        raise typer.Exit(1)
