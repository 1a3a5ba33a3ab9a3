"""A lead: received, given to a handler, receipted, closed with an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from casework.event import DISPATCHER, Act, Event
from casework.officers import Officer, Role, acting
from casework.refusal import CaseRefused


class Outcome(StrEnum):
    """What a lead came to; only `CONFIRMED` counts as converted."""

    CONFIRMED = "confirmed"
    CLEARED = "cleared"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Lead:
    """A lead as it was pushed, with what is known of its card's place."""

    lead_id: str
    card: str
    source: str
    received_ms: int
    due_ms: int
    area: str = ""


@dataclass(frozen=True)
class LeadCase:
    """How a lead stands; `accepted` by its handler, `commands` are those that were carried out."""

    handler: str = ""
    accepted: bool = False
    receipted: bool = False
    outcome: Outcome | None = None
    commands: frozenset[str] = frozenset()


def lead_case(events: Sequence[Event]) -> LeadCase:
    """Return how a lead stands after its events."""
    case = LeadCase()
    for event in events:
        act = event.act
        if act.action in ("lead_assigned", "lead_taken"):
            case = replace(case, handler=act.payload["handler"], accepted=act.action == "lead_taken")
        elif act.action == "lead_receipt":
            case = replace(case, receipted=True)
        elif act.action == "lead_closed":
            case = replace(case, outcome=Outcome(act.payload["outcome"]))
        case = replace(case, commands=case.commands | {act.command_id})
    return case


def dispatch_lead(case: LeadCase, lead: Lead, handler: Officer, act: Act) -> list[Act]:
    """Give a new lead to the handler that `assignment` found; nothing if somebody has it."""
    if case.handler or case.outcome is not None:
        return []
    payload = _about(lead) | {"handler": handler.name}
    return [replace(act, action="lead_assigned", officer=DISPATCHER, payload=payload)]


def assign_lead(case: LeadCase, lead: Lead, by: Officer | None, to: Officer | None, to_name: str,
                act: Act) -> list[Act]:
    """Give a lead to a named handler; a supervisor does, with a reason if it is taken from another.

    Raises
    ------
    CaseRefused
    """
    if acting(by, act.officer).role is not Role.SUPERVISOR:
        raise CaseRefused("not_supervisor", f"“{act.officer}”不是审批人，不能指派线索；可用 duanka lead take 领取",
                          f"{act.officer!r} is no supervisor and cannot assign leads; duanka lead take takes one")
    handler = acting(to, to_name, lead.area)
    _open(case, lead)
    if case.handler and case.handler != handler.name and not act.reason.strip():
        raise CaseRefused("no_reason", f"线索 {lead.lead_id} 由“{case.handler}”办理，改派须写明理由（--reason）",
                          f"the lead {lead.lead_id} is with {case.handler!r}; taking it from them needs a --reason")
    return [replace(act, action="lead_assigned", payload=_about(lead) | {"handler": handler.name})]


def take_lead(case: LeadCase, lead: Lead, by: Officer | None, act: Act) -> list[Act]:
    """Accept a lead that one was given, or take one that nobody has; nothing if one did already.

    Raises
    ------
    CaseRefused
    """
    officer = acting(by, act.officer, lead.area)
    _open(case, lead)
    if case.handler and case.handler != officer.name:
        raise CaseRefused("taken", f"线索 {lead.lead_id} 已由“{case.handler}”办理；请审批人改派",
                          f"the lead {lead.lead_id} is with {case.handler!r} already; ask a supervisor to reassign it")
    if case.accepted:
        return []
    return [replace(act, action="lead_taken", payload=_about(lead) | {"handler": officer.name})]


def receipt_lead(case: LeadCase, lead: Lead, by: Officer | None, act: Act) -> list[Act]:
    """Tell the sender that the lead is being worked.

    Raises
    ------
    CaseRefused
    """
    _handling(case, lead, by, act)
    if case.receipted:
        raise CaseRefused("receipted", f"线索 {lead.lead_id} 已回执",
                          f"the lead {lead.lead_id} has its receipt already")
    return [replace(act, action="lead_receipt", payload={"card": lead.card, "source": lead.source})]


def close_lead(case: LeadCase, lead: Lead, by: Officer | None, outcome: Outcome, verdict: str | None,
               act: Act) -> list[Act]:
    """Close a lead with its outcome, which the sender is told.

    Parameters
    ----------
    verdict : str or None
        The latest verdict on the lead's card: an outcome may not say otherwise.

    Raises
    ------
    CaseRefused
    """
    _handling(case, lead, by, act)
    if outcome is Outcome.UNDECIDED:
        if not act.reason.strip():
            raise CaseRefused("no_reason", "以“未决”办结线索须写明理由（--reason）",
                              "closing a lead as undecided needs a --reason")
    elif verdict != outcome:
        raise CaseRefused(
            "no_verdict", f"该卡没有“{outcome}”的结论（现为 {verdict or '无'}）；先用 duanka verdict 作出结论",
            f"the card has no verdict {str(outcome)!r} (it has {verdict or 'none'}); give one with duanka verdict "
            "first")
    payload = {"outcome": str(outcome), "card": lead.card, "source": lead.source}
    return [replace(act, action="lead_closed", payload=payload)]


def _open(case: LeadCase, lead: Lead) -> None:
    if case.outcome is not None:
        raise CaseRefused("closed_lead", f"线索 {lead.lead_id} 已办结（{case.outcome}），不能再办；如有新情况请另报",
                          f"the lead {lead.lead_id} is closed ({case.outcome}) and cannot be acted on; what is new is "
                          "a new lead")


def _handling(case: LeadCase, lead: Lead, by: Officer | None, act: Act) -> None:
    officer = acting(by, act.officer, lead.area)
    _open(case, lead)
    if case.handler != officer.name:
        who_zh = f"由“{case.handler}”办理" if case.handler else "无人办理"
        who_en = f"with {case.handler!r}" if case.handler else "nobody's"
        raise CaseRefused(
            "not_handler", f"线索 {lead.lead_id} {who_zh}，不是“{officer.name}”；先用 duanka lead take 领取",
            f"the lead {lead.lead_id} is {who_en}, not with {officer.name!r}; duanka lead take takes one that is "
            "nobody's")


def _about(lead: Lead) -> dict[str, Any]:
    return {"card": lead.card, "source": lead.source, "area": lead.area, "due_ms": lead.due_ms,
            "received_ms": lead.received_ms}
