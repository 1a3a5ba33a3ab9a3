"""``duanka appeal``"""

from typing import Annotated

import typer

from casework.appeals import decide_appeal, file_appeal
from casework.card_case import Decision
from casework.clocks import state_of, urgency
from connectors.queries.case_state import appeals as appeal_rows
from jobs.cli.case_options import (
    CommandId,
    Officer,
    Purpose,
    Reason,
    act_of,
    case_room,
    need,
    say,
    time_or_empty,
)
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, print_rows

appeal = typer.Typer(help="Take down appeals against measures, and decide them.", no_args_is_help=True)


@appeal.command()
def file(
    measure_id: Annotated[str, typer.Argument(help="The measure that it is against.", metavar="MEASURE")],
    reason: Annotated[str, typer.Option("--reason", help="What the appellant says.")] = "",
    appellant: Annotated[str, typer.Option("--appellant", help="holder or agent; no name is needed.")] = "holder",
    officer: Officer = "",
    command_id: CommandId = "",
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Take an appeal down; its clock runs from now."""
    with case_room(config, store) as room:
        desk = room.desk
        by = desk.officer(need(officer))
        say(desk.on_card(desk.card_with("measure", measure_id), act_of(officer, reason, command_id),
                         lambda case, facts, act: file_appeal(case, by, measure_id, appellant, desk.policy, act)))


@appeal.command()
def decide(
    appeal_id: Annotated[str, typer.Argument(help="Its id; see duanka appeal list.", metavar="APPEAL")],
    decision: Annotated[Decision, typer.Argument(metavar="DECISION", help="granted or rejected")],
    reason: Reason = "",
    officer: Officer = "",
    command_id: CommandId = "",
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Decide an appeal; granted, its measure is lifted in the same moment."""
    with case_room(config, store) as room:
        desk = room.desk
        by = desk.officer(need(officer))
        say(desk.on_card(desk.card_with("appeal", appeal_id), act_of(officer, reason, command_id),
                         lambda case, facts, act: decide_appeal(case, facts, by, appeal_id, decision, act)))


@appeal.command("list")
def list_(
    officer: Officer = "",
    purpose: Purpose = "",
    everything: Annotated[bool, typer.Option("--all", help="Decided ones as well.")] = False,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """List open appeals, the longest overdue first."""
    with case_room(config, store) as room:
        desk = room.desk
        desk.look_up(need(officer), purpose, "appeal list", "*")
        rows = [row for row in appeal_rows(desk.store) if everything or not row["decision"]]
        for row in rows:
            row["clock"] = "decided" if row["decision"] else str(state_of(row["due_ms"], desk.now_ms(), desk.policy))
            row["due"], row["filed"] = time_or_empty(row["due_ms"]), time_or_empty(row["filed_ms"])
    rows.sort(key=lambda row: (bool(row["decision"]), urgency(row["due_ms"]), row["appeal"]))
    print_rows(rows, ("clock", "due", "appeal", "measure", "card", "filed", "decision", "decided_by"), how,
               f"{len(rows)} appeals")
