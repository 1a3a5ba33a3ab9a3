"""Verdicts, measures and appeals; the rules of case work decide, in the name of the token's officer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from casework.appeals import decide_appeal, file_appeal
from casework.event import Act, Event
from casework.ladder import recommended
from casework.measures import approve_measure, give_verdict, lift_measure, propose_measure, refuse_measure
from casework.officers import acting
from casework.refusal import CaseRefused
from console.accounts.scopes import Scope
from console.api.answers import Done
from console.api.bodies import Appeal, AppealDecision, Proposal, Reasoned, Verdict
from console.api.caller import Caller, needs
from console.api.cards import Reference, number_of
from console.api.once import Key, once
from console.texts import Texts
from console.visitor import context_of
from jobs.casework.desk import Desk

router = APIRouter()
Writer = Annotated[Caller, Depends(needs(Scope.WRITE_CASES))]
Identity = Annotated[str, Path(min_length=1, max_length=64)]


@router.post("/cards/{reference}/verdict", summary="Say what a card was found to be")
def verdict(request: Request, caller: Writer, reference: Reference, body: Verdict, key: Key) -> Done:
    card = number_of(request, reference)

    def carry(desk: Desk, act: Act) -> list[Event]:
        if body.lead_id:
            desk.lead(body.lead_id)
        by = desk.officer(act.officer)
        return desk.on_card(card, act, lambda case, facts, a: give_verdict(
            case, facts, by, body.verdict, {"lead_id": body.lead_id, "hit_id": facts.hit_id}, a))

    return once(request, caller, key, body, carry, body.note)


@router.post("/cards/{reference}/measures", summary="Propose a measure; another person approves it")
def propose(request: Request, caller: Writer, reference: Reference, body: Proposal, key: Key) -> Done:
    card = number_of(request, reference)

    def carry(desk: Desk, act: Act) -> list[Event]:
        by, case, facts = desk.officer(act.officer), desk.case(card), desk.facts(card)
        acting(by, act.officer, facts.area)  # before anything is said about the card
        step = body.step or recommended(facts.level, case.verdict, case.done)
        if step is None:
            zh, en = (Texts(language)("problem.nothing_recommended") for language in ("zh", "en"))
            raise CaseRefused("nothing_recommended", zh, en)
        return desk.on_card(card, act, lambda case, facts, a: propose_measure(case, facts, by, step, body.skip_reason,
                                                                              a))

    return once(request, caller, key, body, carry, body.reason)


@router.post("/measures/{measure}/approve", summary="Put a measure in force that somebody else proposed")
def approve(request: Request, caller: Writer, measure: Identity, body: Reasoned, key: Key) -> Done:
    policy = context_of(request).policy
    return once(request, caller, key, body, _on_measure(measure, lambda case, facts, by, act: approve_measure(
        case, facts, by, measure, policy, act)), body.reason)


@router.post("/measures/{measure}/reject", summary="Refuse a measure that somebody else proposed")
def reject(request: Request, caller: Writer, measure: Identity, body: Reasoned, key: Key) -> Done:
    return once(request, caller, key, body, _on_measure(measure, lambda case, facts, by, act: refuse_measure(
        case, facts, by, measure, act)), body.reason)


@router.post("/measures/{measure}/lift", summary="End a measure, at once")
def lift(request: Request, caller: Writer, measure: Identity, body: Reasoned, key: Key) -> Done:
    return once(request, caller, key, body, _on_measure(measure, lambda case, facts, by, act: lift_measure(
        case, facts, by, measure, act)), body.reason)


@router.post("/measures/{measure}/appeals", summary="Take an appeal down")
def appeal(request: Request, caller: Writer, measure: Identity, body: Appeal, key: Key) -> Done:
    policy = context_of(request).policy
    return once(request, caller, key, body, _on_measure(measure, lambda case, facts, by, act: file_appeal(
        case, by, measure, body.appellant, policy, act)), body.reason)


@router.post("/appeals/{appeal}/decide", summary="Decide an appeal; granted, its measure is lifted in the same act")
def decide(request: Request, caller: Writer, appeal: Identity, body: AppealDecision, key: Key) -> Done:
    return once(request, caller, key, body, _on_measure(appeal, lambda case, facts, by, act: decide_appeal(
        case, facts, by, appeal, body.decision, act), "appeal"), body.reason)


def _on_measure(identity: str, decide_on, field: str = "measure"):
    def carry(desk: Desk, act: Act) -> list[Event]:
        by = desk.officer(act.officer)
        return desk.on_card(desk.card_with(field, identity), act,
                            lambda case, facts, a: decide_on(case, facts, by, a))

    return carry
