"""Appeals: filed by whoever a measure is about, decided by somebody who had no part in it."""

import hashlib
from dataclasses import replace

from casework.card_case import CardCase, Decision
from casework.clocks import working_hours_after
from casework.event import Act
from casework.measures import CardFacts, in_force, lift_measure
from casework.officers import Officer, Role, acting
from casework.policy import Policy
from casework.refusal import CaseRefused


def file_appeal(case: CardCase, by: Officer | None, measure_id: str, appellant: str, policy: Policy,
                act: Act) -> list[Act]:
    """Take an appeal down, in the appellant's words; any officer does, wherever the card belongs.

    Parameters
    ----------
    appellant : str
        Who appeals, for instance "holder" or "agent"; no name is needed.

    Raises
    ------
    CaseRefused
    """
    acting(by, act.officer)
    measure = in_force(case, measure_id)
    if not act.reason.strip():
        raise CaseRefused("no_reason", "申诉须记录申诉理由（--reason）",
                          "an appeal needs what the appellant says (--reason)")
    for appeal in case.open_appeals:
        if appeal.measure == measure_id:
            raise CaseRefused("open_appeal", f"措施 {measure_id} 已有未决申诉 {appeal.appeal}",
                              f"an appeal against {measure_id} is open already: {appeal.appeal}")
    digest = hashlib.sha256(f"{case.card}/{case.last_seq + 1}/appeal".encode()).hexdigest()
    payload = {"appeal": f"A{digest[:10]}", "measure": measure.measure, "appellant": appellant,
               "due_ms": working_hours_after(act.at_ms, policy.appeal_hours, policy)}
    return [replace(act, action="appeal_filed", payload=payload)]


def decide_appeal(case: CardCase, facts: CardFacts, by: Officer | None, appeal_id: str, decision: Decision,
                  act: Act) -> list[Act]:
    """Decide an appeal; one that is granted lifts the measure in the same act.

    Raises
    ------
    CaseRefused
    """
    officer = acting(by, act.officer, facts.area)
    appeal = case.appeals.get(appeal_id)
    if appeal is None:
        raise CaseRefused("unknown_appeal", f"没有编号为 {appeal_id} 的申诉；见 duanka appeal list",
                          f"there is no appeal {appeal_id}; see duanka appeal list")
    if appeal.decision is not None:
        raise CaseRefused("decided", f"申诉 {appeal_id} 已有决定（{appeal.decision}）",
                          f"the appeal {appeal_id} has been decided already ({appeal.decision})")
    measure = case.measures[appeal.measure]
    if officer.name in (measure.proposed_by, measure.approved_by):
        raise CaseRefused("own_measure", f"“{officer.name}”提出或批准了该措施，申诉须由另一人决定",
                          f"{officer.name!r} proposed or approved the measure; another person must decide the appeal")
    if officer.role is not Role.SUPERVISOR:
        raise CaseRefused("not_supervisor", f"“{officer.name}”不是审批人，不能决定申诉",
                          f"{officer.name!r} is no supervisor and cannot decide appeals")
    if not act.reason.strip():
        raise CaseRefused("no_reason", "申诉决定须写明理由（--reason）", "a decision on an appeal needs a --reason")
    payload = {"appeal": appeal_id, "measure": appeal.measure, "decision": str(decision)}
    decided = [replace(act, action="appeal_decided", payload=payload)]
    if decision is Decision.GRANTED and measure.status.value == "in_force":
        decided += lift_measure(case, facts, by, appeal.measure, act, overturned=True)
    return decided
