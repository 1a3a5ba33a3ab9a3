"""``duanka lead``"""

import logging
from typing import Annotated

import typer

from casework.clocks import state_of, urgency
from casework.lead_case import Outcome, assign_lead, close_lead, receipt_lead, take_lead
from connectors.queries.lead_list import lead_list
from jobs.casework.bulletin import publish
from jobs.casework.desk import Desk
from jobs.casework.dispatch import dispatch as dispatch_all
from jobs.casework.lead_clock import due_of
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
from jobs.cli.options import Bus, Config, FormatOption, StoreOption
from jobs.cli.output import Format, console, messages, print_rows
from jobs.following import follow as follow_store
from jobs.following import patience, stop_by_signal

lead = typer.Typer(help="Work the leads that were pushed from above.", no_args_is_help=True)

LeadId = Annotated[str, typer.Argument(help="Its id; see duanka lead list.", metavar="LEAD")]
_COLUMNS = ("clock", "due", "lead_id", "handler", "card", "area", "level", "risk", "typologies", "source", "reason")


@lead.command()
def dispatch(
    follow: Annotated[float | None, typer.Option("--follow", min=0.2, help="Again every so many seconds.",
                                                 show_default=False)] = None,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Give each new lead to a handler, by territory, then by load. To repeat it changes nothing."""
    if follow is None:
        with case_room(config, store) as room:
            given = _round(room.desk, [])
        console.print(f"{given} 条线索已指派 / leads assigned", highlight=False)
        return
    stop = stop_by_signal()
    nobodys: list[str] = []
    with case_room(config, store, policy=patience(stop)) as room:
        follow_store(lambda: _round(room.desk, nobodys), stop, follow, logging.getLogger("duanka.leads"))


def _round(desk: Desk, said: list[str]) -> int:
    """Assign what is new, say so, and return how many leads were given away; `said` are the leads of the last round
    that nobody can have."""
    done = dispatch_all(desk)
    for lead_id, handler in done.given:
        console.print(f"{lead_id}: {handler}", highlight=False, markup=False)
    if done.nobodys and list(done.nobodys) != said:
        messages.print(f"{len(done.nobodys)} 条线索的属地无人负责 / leads whose area nobody covers: "
                       f"{', '.join(done.nobodys[:5])}", markup=False, soft_wrap=True)
    said[:] = done.nobodys
    return len(done.given)


@lead.command("list")
def list_(
    officer: Officer = "",
    purpose: Purpose = "",
    mine: Annotated[bool, typer.Option("--mine", help="Only those of the acting officer.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones as well.")] = False,
    chinese: Annotated[bool, typer.Option("--zh", help="Reasons in Chinese.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """List open leads, the longest overdue first, with what is known of their cards."""
    with case_room(config, store) as room:
        desk, name = room.desk, need(officer)
        desk.look_up(name, purpose, "lead list", "*")
        rows = [row for row in lead_list(desk.store, open_only=not everything) if not mine or row["handler"] == name]
        for row in rows:
            row["due_ms"] = due_of(row, desk.policy)
            row["clock"] = str(state_of(row["due_ms"], desk.now_ms(), desk.policy)) if not row["outcome"] else "closed"
            row["due"] = time_or_empty(row["due_ms"])
            texts = row["reasons_zh" if chinese else "reasons_en"]
            row["reason"] = texts[0] if texts else row["note"]
    rows.sort(key=lambda row: (bool(row["outcome"]), urgency(row["due_ms"]), row["lead_id"]))
    overdue = sum(row["clock"] == "overdue" for row in rows)
    print_rows(rows[:limit], _COLUMNS, how, f"{len(rows)} leads, {overdue} overdue")


@lead.command()
def take(lead_id: LeadId, officer: Officer = "", command_id: CommandId = "", store: StoreOption = None,
         config: Config = None) -> None:
    """Accept a lead that was given to you, or take one that nobody has."""
    with case_room(config, store) as room:
        found, by = room.desk.lead(lead_id), room.desk.officer(need(officer))
        say(room.desk.on_lead(found, act_of(officer, "", command_id),
                              lambda case, act: take_lead(case, found, by, act)))


@lead.command()
def assign(
    lead_id: LeadId,
    to: Annotated[str, typer.Option("--to", help="Who shall handle it.")],
    officer: Officer = "",
    reason: Reason = "",
    command_id: CommandId = "",
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Give a lead to a named handler; for supervisors."""
    with case_room(config, store) as room:
        desk = room.desk
        found, by, handler = desk.lead(lead_id), desk.officer(need(officer)), desk.officer(to)
        say(desk.on_lead(found, act_of(officer, reason, command_id),
                         lambda case, act: assign_lead(case, found, by, handler, to, act)))


@lead.command()
def receipt(lead_id: LeadId, officer: Officer = "", reason: Reason = "", command_id: CommandId = "", bus: Bus = None,
            store: StoreOption = None, config: Config = None) -> None:
    """Tell the sender that the lead is being worked; goes to the topic receipt."""
    with case_room(config, store, bus) as room:
        found, by = room.desk.lead(lead_id), room.desk.officer(need(officer))
        say(room.desk.on_lead(found, act_of(officer, reason, command_id),
                              lambda case, act: receipt_lead(case, found, by, act)))
        publish(room.desk, room.append, f"lead:{lead_id}")


@lead.command()
def close(
    lead_id: LeadId,
    outcome: Annotated[Outcome, typer.Option("--outcome", help="As the verdict on its card says, or undecided.")],
    officer: Officer = "",
    reason: Reason = "",
    command_id: CommandId = "",
    bus: Bus = None,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Close a lead with its outcome; goes to the topic receipt."""
    with case_room(config, store, bus) as room:
        desk = room.desk
        found, by = desk.lead(lead_id), desk.officer(need(officer))
        verdict = desk.case(found.card).verdict
        say(desk.on_lead(found, act_of(officer, reason, command_id),
                         lambda case, act: close_lead(case, found, by, outcome, verdict, act)))
        publish(desk, room.append, f"lead:{lead_id}")
