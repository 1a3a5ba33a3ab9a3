"""``duanka measure``"""

from collections.abc import Callable
from typing import Annotated

import typer

from casework.card_case import Status
from casework.clocks import state_of, urgency, working_hours_after
from casework.event import Event
from casework.ladder import Step, recommended
from casework.measures import (
    approve_measure,
    in_force,
    issue_notice,
    lift_measure,
    propose_measure,
    refuse_measure,
    review_measure,
)
from casework.notice import Office, notice_texts
from casework.policy import Policy
from casework.refusal import CaseRefused
from connectors.queries.case_state import measures as measure_rows
from jobs.cli.case_options import (
    CommandId,
    Officer,
    Purpose,
    Reason,
    Room,
    act_of,
    card_number,
    case_room,
    need,
    say,
    step_name,
    time_or_empty,
)
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, console, messages, print_rows

measure = typer.Typer(help="Propose, approve, notify and lift measures on cards.", no_args_is_help=True)

MeasureId = Annotated[str, typer.Argument(help="Its id; see duanka measure list.", metavar="MEASURE")]


@measure.command()
def propose(
    number: Annotated[str, typer.Argument(help="phone:13812345678 or account:6222…", metavar="CARD")],
    step: Annotated[
        Step | None, typer.Option("--step", help="As recommended, if not given.", show_default=False)
    ] = None,
    reason: Reason = "",
    skip_reason: Annotated[str, typer.Option("--skip-reason", help="Why steps of the ladder are left out.")] = "",
    officer: Officer = "",
    command_id: CommandId = "",
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Propose a measure; it is in force only once another person has approved it."""
    card = card_number(number)
    with case_room(config, store) as room:
        desk = room.desk
        by = desk.officer(need(officer))
        case, facts = desk.case(card), desk.facts(card)
        chosen = step or recommended(facts.level, case.verdict, case.done)
        if chosen is None:
            raise CaseRefused("nothing_recommended", "该卡目前没有建议的措施；如确有需要，用 --step 指明",
                              "no measure is recommended for this card now; if one is needed, name it with --step")
        say(desk.on_card(card, act_of(officer, reason, command_id),
                         lambda case, facts, act: propose_measure(case, facts, by, chosen, skip_reason, act)))


@measure.command()
def approve(measure_id: MeasureId, officer: Officer = "", reason: Reason = "", command_id: CommandId = "",
            store: StoreOption = None, config: Config = None) -> None:
    """Approve a measure that somebody else proposed; it is in force at once."""
    with case_room(config, store) as room:
        _act(room, measure_id, officer, reason, command_id, lambda case, facts, by, act: approve_measure(
            case, facts, by, measure_id, room.desk.policy, act))


@measure.command()
def refuse(measure_id: MeasureId, officer: Officer = "", reason: Reason = "", command_id: CommandId = "",
           store: StoreOption = None, config: Config = None) -> None:
    """Refuse a measure that somebody else proposed."""
    with case_room(config, store) as room:
        _act(room, measure_id, officer, reason, command_id,
             lambda case, facts, by, act: refuse_measure(case, facts, by, measure_id, act))


@measure.command()
def notice(measure_id: MeasureId, officer: Officer = "", command_id: CommandId = "", store: StoreOption = None,
           config: Config = None) -> None:
    """Make the notice to the holder, print it in both languages, and keep it."""
    with case_room(config, store) as room:
        def texts(case) -> tuple[str, str]:
            return notice_texts(case.card, in_force(case, measure_id), room.office)

        made = _act(room, measure_id, officer, "", command_id, lambda case, facts, by, act: issue_notice(
            case, facts, by, measure_id, texts(case), act))
    for event in made:
        console.print(f"\n{event.act.payload['zh']}\n{event.act.payload['en']}", markup=False, emoji=False,
                      highlight=False, soft_wrap=True)
    if room.office == Office():
        messages.print("告知书未写明受理单位：请在案件配置的 [office] 中填写后重新制作 / the notice names no office: "
                       "fill in [office] in the file of case work and make it again", style="bold red", soft_wrap=True,
                       markup=False)


@measure.command()
def review(measure_id: MeasureId, officer: Officer = "", reason: Reason = "", command_id: CommandId = "",
           store: StoreOption = None, config: Config = None) -> None:
    """Keep a measure after looking at it again; to end it, duanka measure lift."""
    with case_room(config, store) as room:
        _act(room, measure_id, officer, reason, command_id, lambda case, facts, by, act: review_measure(
            case, facts, by, measure_id, room.desk.policy, act))


@measure.command()
def lift(measure_id: MeasureId, officer: Officer = "", reason: Reason = "", command_id: CommandId = "",
         store: StoreOption = None, config: Config = None) -> None:
    """End a measure, at once."""
    with case_room(config, store) as room:
        _act(room, measure_id, officer, reason, command_id,
             lambda case, facts, by, act: lift_measure(case, facts, by, measure_id, act))


@measure.command("list")
def list_(
    officer: Officer = "",
    purpose: Purpose = "",
    everything: Annotated[bool, typer.Option("--all", help="Refused and lifted ones as well.")] = False,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """List measures that stand, the longest overdue first, with what is to be done next."""
    with case_room(config, store) as room:
        desk = room.desk
        desk.look_up(need(officer), purpose, "measure list", "*")
        rows = measure_rows(desk.store)
        for row in rows:
            row["next"], due_ms = _next(row, desk.policy)
            row["due_ms"], row["due"] = due_ms, time_or_empty(due_ms)
            row["clock"] = str(state_of(due_ms, desk.now_ms(), desk.policy))
            row["what"] = step_name(row["step"])
    rows = [row for row in rows if everything or row["status"] in (Status.PROPOSED, Status.IN_FORCE)]
    rows.sort(key=lambda row: (urgency(row["due_ms"]), row["measure"]))
    columns = ("clock", "due", "next", "measure", "card", "what", "status", "proposed_by", "approved_by")
    print_rows(rows, columns, how, f"{len(rows)} measures")


def _next(row: dict, policy: Policy) -> tuple[str, int]:
    """What a measure waits for, and until when, UTC ms; 0 without a clock."""
    if row["status"] == Status.PROPOSED:
        return "approve", working_hours_after(row["proposed_ms"], policy.approval_hours, policy)
    if row["status"] != Status.IN_FORCE:
        return "", 0
    if not row["noticed"]:
        return "notice", working_hours_after(row["approved_ms"], policy.notice_hours, policy)
    if row["until_ms"] and row["until_ms"] <= row["review_ms"]:
        return "lift", row["until_ms"]
    return "review", row["review_ms"]


def _act(room: Room, measure_id: str, officer: str, reason: str, command_id: str,
         decide: Callable[..., list]) -> list[Event]:
    desk = room.desk
    by = desk.officer(need(officer))
    made = desk.on_card(desk.card_with("measure", measure_id), act_of(officer, reason, command_id),
                        lambda case, facts, act: decide(case, facts, by, act))
    say(made)
    return made


