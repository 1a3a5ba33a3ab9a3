"""What the commands of case work share."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from casework.event import Act, Event
from casework.ladder import STEP_NAMES, Step
from casework.notice import Office
from connectors.clickhouse import open_store
from connectors.retry import RetryPolicy
from connectors.schema import migrate
from jobs.casework.bulletin import Append, append_to
from jobs.casework.desk import Desk
from jobs.casework.policy_file import load_policy
from jobs.cli.options import bus_url
from jobs.cli.output import console, when
from jobs.settings import Settings, load_settings

Officer = Annotated[
    str, typer.Option("--officer", envvar="DUANKA_OFFICER", help="Who acts; a registered officer.", show_default=False)
]
Purpose = Annotated[
    str, typer.Option("--purpose", envvar="DUANKA_PURPOSE", help="What for; kept in the log of look-ups.",
                      show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the log.", show_default=False)]
CommandId = Annotated[
    str, typer.Option("--command-id", help="Identity of this command: given again, it changes nothing.",
                      show_default=False)
]

_SAID = {
    "officer_added": ("已登记", "registered"), "officer_retired": ("已停用", "retired"),
    "lead_assigned": ("已指派", "assigned"), "lead_taken": ("已领取", "taken"),
    "lead_receipt": ("已回执", "receipted"), "lead_closed": ("已办结", "closed"),
    "verdict_given": ("已作出结论", "verdict given"),
    "measure_proposed": ("已提出措施，待另一人审批", "measure proposed, another person decides"),
    "measure_approved": ("已批准，措施生效", "approved, the measure is in force"),
    "measure_refused": ("不予批准", "refused"), "notice_issued": ("已制作告知书", "notice made"),
    "measure_reviewed": ("已复核，继续措施", "reviewed, kept"),
    "measure_lifted": ("措施已解除，即时生效", "lifted at once"),
    "appeal_filed": ("已受理申诉", "appeal taken down"), "appeal_decided": ("已决定申诉", "appeal decided"),
}


@dataclass(frozen=True)
class Room:
    """A desk with what goes with it."""

    desk: Desk
    settings: Settings
    office: Office

    @property
    def append(self) -> Append:
        return append_to(self.settings)


@contextmanager
def case_room(config: Path | None, store: str | None, bus: str | None = None,
              policy: RetryPolicy | None = None) -> Iterator[Room]:
    """Open the store for case work; its tables are brought to this release where the user may do so."""
    settings = load_settings(config, store=store, bus=bus_url(bus))
    periods, office = load_policy(settings.casework)
    with open_store(settings.store, policy) as db:
        migrate(db)
        yield Room(Desk(db, periods), settings, office)


def act_of(officer: str, reason: str = "", command_id: str = "") -> Act:
    """The act of a command, its time still open."""
    return Act("", officer, 0, reason, {}, command_id)


def need(officer: str) -> str:
    """The acting officer's name, which every command of case work needs."""
    if not officer.strip():
        raise typer.BadParameter("want the acting officer: --officer NAME or the variable DUANKA_OFFICER; got none",
                                 param_hint="--officer")
    return officer


def card_number(text: str) -> str:
    """A card as it is typed, ``phone:NUMBER`` or ``account:NUMBER``."""
    kind, colon, rest = text.partition(":")
    if kind not in ("phone", "account") or not colon or not rest:
        raise typer.BadParameter(f"want phone:NUMBER or account:NUMBER, got {text!r}", param_hint="CARD")
    return text


def say(events: Iterable[Event]) -> None:
    """Say what a command added, or added when it was carried out before."""
    events = list(events)
    if not events:
        console.print("没有变化 / nothing changed")
    for event in events:
        if event.act.action not in _SAID:
            continue
        zh, en = _SAID[event.act.action]
        given = event.act.payload
        what = " ".join(filter(None, (given.get("appeal"), given.get("measure"), given.get("step"),
                                      given.get("handler"), given.get("outcome"), given.get("verdict"),
                                      given.get("decision"))))
        console.print(f"{event.subject.partition(':')[2]}: {zh} / {en}{f' ({what})' if what else ''}", soft_wrap=True,
                      highlight=False, markup=False, emoji=False)


def step_name(step: str) -> str:
    """A step in both languages."""
    return " / ".join(STEP_NAMES[Step(step)])


def time_or_empty(ms: int) -> str:
    return when(ms) if ms else ""
