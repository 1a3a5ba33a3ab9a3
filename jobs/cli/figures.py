"""``duanka figures``"""

from pathlib import Path
from typing import Annotated

import typer

from casework.figures import NAMES
from connectors.queries.outer_figures import figures_by_area
from jobs.casework.outer_figures import COLUMNS, keep_figures, read_figures
from jobs.casework.period import parse_period
from jobs.cli.case_options import CommandId, Officer, Reason, act_of, case_room, need
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, console, print_rows

figures = typer.Typer(help="Cases, arrests, losses and coverage as the police count them, for the report.",
                      no_args_is_help=True)


@figures.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help=f"CSV: day, area and some of {', '.join(COLUMNS)}.", metavar="FILE")],
    officer: Officer = "",
    reason: Reason = "",
    command_id: CommandId = "",
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Take figures in; a day and area that had some get these instead. A supervisor does it, and says where from."""
    read = read_figures(source)
    with case_room(config, store) as room:
        done = keep_figures(room.desk, act_of(need(officer), reason, command_id), read)
    told = done[0].act.payload
    console.print(f"已导入 / imported: {told['rows']} figures, {told['since']} – {told['until']}", highlight=False)


@figures.command("list")
def list_(
    period: Annotated[str, typer.Option("--period", help="2026-03, 2026-03-01, or 2026-03-01..2026-03-07.")],
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Show what was imported of a period, by area."""
    first, last = parse_period(period).days
    with case_room(config, store) as room:
        rows = figures_by_area(room.desk.store, first.isoformat(), last.isoformat())
    order = {name: k for k, name in enumerate(NAMES)}
    rows.sort(key=lambda row: (row["area"], order[row["figure"]]))
    print_rows(rows, ("area", "figure", "total", "latest"), how)
