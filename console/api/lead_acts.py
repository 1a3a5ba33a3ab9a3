"""Leads: taken, receipted, given to a handler, closed with an outcome."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from casework.event import Act, Event
from casework.lead_case import assign_lead, close_lead, receipt_lead, take_lead
from console.accounts.scopes import Scope
from console.api.answers import Done
from console.api.bodies import Assignment, LeadOutcome, Reasoned
from console.api.caller import Caller, needs
from console.api.once import Key, once
from jobs.casework.desk import Desk

router = APIRouter()
Writer = Annotated[Caller, Depends(needs(Scope.WRITE_LEADS))]
LeadId = Annotated[str, Path(min_length=1, max_length=64)]


@router.post("/leads/{lead_id}/take", summary="Accept a lead that one was given, or take one that nobody has")
def take(request: Request, caller: Writer, lead_id: LeadId, body: Reasoned, key: Key) -> Done:
    return once(request, caller, key, body, _on_lead(lead_id, lambda case, lead, by, desk, act: take_lead(
        case, lead, by, act)), body.reason)


@router.post("/leads/{lead_id}/receipt", summary="Tell the sender that the lead is being worked")
def receipt(request: Request, caller: Writer, lead_id: LeadId, body: Reasoned, key: Key) -> Done:
    return once(request, caller, key, body, _on_lead(lead_id, lambda case, lead, by, desk, act: receipt_lead(
        case, lead, by, act)), body.reason)


@router.post("/leads/{lead_id}/assign", summary="Give a lead to a named handler; for supervisors")
def assign(request: Request, caller: Writer, lead_id: LeadId, body: Assignment, key: Key) -> Done:
    return once(request, caller, key, body, _on_lead(lead_id, lambda case, lead, by, desk, act: assign_lead(
        case, lead, by, desk.officer(body.to), body.to, act)), body.reason)


@router.post("/leads/{lead_id}/outcome", summary="Close a lead with its outcome, which its sender is told")
def outcome(request: Request, caller: Writer, lead_id: LeadId, body: LeadOutcome, key: Key) -> Done:
    return once(request, caller, key, body, _on_lead(lead_id, lambda case, lead, by, desk, act: close_lead(
        case, lead, by, body.outcome, desk.case(lead.card).verdict, act)), body.reason)


def _on_lead(lead_id: str, decide):
    def carry(desk: Desk, act: Act) -> list[Event]:
        lead, by = desk.lead(lead_id), desk.officer(act.officer)
        return desk.on_lead(lead, act, lambda case, a: decide(case, lead, by, desk, a))

    return carry
