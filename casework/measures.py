"""What may be done with a card's measures: propose, approve, refuse, give notice, review, lift."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from casework.card_case import CardCase, Measure, Status
from casework.clocks import DAY_MS
from casework.event import Act
from casework.ladder import STEP_NAMES, Step, legal_basis, recommended, skipped
from casework.officers import Officer, Role, acting
from casework.policy import Policy
from casework.refusal import CaseRefused

#: Longest note of a verdict, bytes: what its topic takes, see docs/events.md.
NOTE_BYTES = 1024


@dataclass(frozen=True)
class CardFacts:
    """What the store knows of a card when a command is decided.

    Attributes
    ----------
    area : str
        Six digits, or empty.
    level : str or None
        Of the latest hit.
    warnings : sequence of str
        Open warnings of a victim who holds this card, or another card with the same holder.
    """

    area: str = ""
    level: str | None = None
    hit_id: str = ""
    warnings: Sequence[str] = ()


def give_verdict(case: CardCase, facts: CardFacts, by: Officer | None, verdict: str, details: dict[str, Any],
                 act: Act) -> list[Act]:
    """Say what a card was found to be; the note is the reason.

    Raises
    ------
    CaseRefused
    """
    acting(by, act.officer, facts.area)
    _reason(act, "结论", "a verdict")
    if len(act.reason.encode()) > NOTE_BYTES or not act.reason.isprintable():
        raise CaseRefused("bad_note", f"说明须为一行可打印文字，不超过 {NOTE_BYTES} 字节",
                          f"the note is one line of printable text, at most {NOTE_BYTES} bytes")
    return [replace(act, action="verdict_given", payload={"verdict": verdict, "card": case.card} | details)]


def propose_measure(case: CardCase, facts: CardFacts, by: Officer | None, step: Step, skip_reason: str,
                    act: Act) -> list[Act]:
    """Propose a measure; nothing happens to the card before another person approves it.

    Raises
    ------
    CaseRefused
    """
    acting(by, act.officer, facts.area)
    _reason(act, "措施", "a measure")
    _no_victim(facts)
    if case.verdict == "cleared":
        raise CaseRefused("cleared_card", "该卡已认定无涉诈，不能采取措施；有新证据时先作新的结论",
                          "the card was cleared, so no measure can be proposed; with new evidence give a new verdict "
                          "first")
    if step is Step.CANCEL and case.verdict != "confirmed":
        raise CaseRefused("not_confirmed", "关停或销户须先有“confirmed”结论（duanka verdict）",
                          "cancelling needs a verdict 'confirmed' first (duanka verdict)")
    standing = [m for m in case.measures.values() if m.status in (Status.PROPOSED, Status.IN_FORCE)]
    for measure in standing:
        if measure.status is Status.PROPOSED or measure.step.rank >= step.rank:
            raise CaseRefused(
                "standing", f"该卡已有措施 {measure.measure}（{STEP_NAMES[measure.step][0]}，{measure.status}）",
                f"the card has the measure {measure.measure} already ({measure.step}, {measure.status})")
    missing = skipped(step, case.done)
    if missing and not skip_reason.strip():
        raise CaseRefused(
            "ladder", f"跳过了阶梯的 {'、'.join(STEP_NAMES[s][0] for s in missing)}；须写明理由（--skip-reason）",
            f"this skips {', '.join(missing)} of the ladder; give the written reason for that as --skip-reason")
    fitting = recommended(facts.level, case.verdict, case.done)
    basis = legal_basis(case.card)
    payload = {"measure": _identity("M", case), "step": str(step), "basis_zh": basis[0], "basis_en": basis[1],
               "skipped": [str(s) for s in missing], "skip_reason": skip_reason.strip() if missing else "",
               "recommended": str(fitting or ""), "level": facts.level or "", "hit_id": facts.hit_id}
    return [replace(act, action="measure_proposed", payload=payload)]


def approve_measure(case: CardCase, facts: CardFacts, by: Officer | None, measure_id: str, policy: Policy,
                    act: Act) -> list[Act]:
    """Put a proposed measure in force; by a supervisor who did not propose it.

    Raises
    ------
    CaseRefused
    """
    measure = _decidable(case, facts, by, measure_id, act)
    _no_victim(facts)
    if case.verdict == "cleared":
        raise CaseRefused("cleared_card", "该卡已认定无涉诈，不能批准措施；请用 duanka measure refuse",
                          "the card was cleared meanwhile, so no measure can be approved; use duanka measure refuse")
    return [replace(act, action="measure_approved", payload={"measure": measure.measure}
                    | term(measure.step, act.at_ms, policy))]


def term(step: Step, from_ms: int, policy: Policy) -> dict[str, int]:
    """Return until when a measure lasts that begins then, 0 without end, and when it is reviewed."""
    days = policy.term_days(step)
    return {"until_ms": from_ms + days * DAY_MS if days else 0, "review_ms": from_ms + policy.review_days * DAY_MS}


def as_approved(proposal: Act, policy: Policy) -> Measure:
    """Return the measure that a proposal comes to if it is approved at its own moment: for a preview of its notice.

    Parameters
    ----------
    proposal : Act
        Made by `propose_measure`, carried out or not.
    """
    given = proposal.payload
    step = Step(given["step"])
    return Measure(given["measure"], step, proposal.officer, proposal.at_ms, proposal.reason, Status.IN_FORCE,
                   approved_ms=proposal.at_ms, **term(step, proposal.at_ms, policy))


def refuse_measure(case: CardCase, facts: CardFacts, by: Officer | None, measure_id: str, act: Act) -> list[Act]:
    """Refuse a proposed measure, with a reason.

    Raises
    ------
    CaseRefused
    """
    measure = _decidable(case, facts, by, measure_id, act)
    _reason(act, "不批准", "a refusal")
    return [replace(act, action="measure_refused", payload={"measure": measure.measure})]


def issue_notice(case: CardCase, facts: CardFacts, by: Officer | None, measure_id: str, texts: tuple[str, str],
                 act: Act) -> list[Act]:
    """Keep the notice as it goes to the holder, Chinese and English.

    Raises
    ------
    CaseRefused
    """
    acting(by, act.officer, facts.area)
    measure = in_force(case, measure_id)
    return [replace(act, action="notice_issued", payload={"measure": measure.measure, "zh": texts[0], "en": texts[1]})]


def review_measure(case: CardCase, facts: CardFacts, by: Officer | None, measure_id: str, policy: Policy,
                   act: Act) -> list[Act]:
    """Keep a measure after looking at it again; to end it, `lift_measure`.

    Raises
    ------
    CaseRefused
        Also where its term is over: then it is to be lifted, and a new one proposed if needed.
    """
    acting(by, act.officer, facts.area)
    measure = in_force(case, measure_id)
    _reason(act, "继续措施", "keeping a measure")
    _no_victim(facts)
    if measure.until_ms and act.at_ms >= measure.until_ms:
        raise CaseRefused("term_over", f"措施 {measure_id} 已到期，应予解除（duanka measure lift）",
                          f"the term of the measure {measure_id} is over; lift it (duanka measure lift)")
    payload = {"measure": measure.measure, "review_ms": act.at_ms + policy.review_days * DAY_MS}
    return [replace(act, action="measure_reviewed", payload=payload)]


def lift_measure(case: CardCase, facts: CardFacts, by: Officer | None, measure_id: str, act: Act,
                 overturned: bool = False) -> list[Act]:
    """End a measure; at once, by one person, with a reason.

    Raises
    ------
    CaseRefused
    """
    acting(by, act.officer, facts.area)
    measure = in_force(case, measure_id)
    _reason(act, "解除", "lifting")
    payload = {"measure": measure.measure, "overturned": overturned}
    return [replace(act, action="measure_lifted", payload=payload)]


def in_force(case: CardCase, measure_id: str) -> Measure:
    """Return a measure that is in force.

    Raises
    ------
    CaseRefused
    """
    measure = _known(case, measure_id)
    if measure.status is Status.LIFTED:
        raise CaseRefused("lifted", f"措施 {measure_id} 已解除，不能再办",
                          f"the measure {measure_id} is lifted already")
    if measure.status is not Status.IN_FORCE:
        raise CaseRefused("not_in_force", f"措施 {measure_id} 未生效（{measure.status}）",
                          f"the measure {measure_id} is not in force ({measure.status})")
    return measure


def _decidable(case: CardCase, facts: CardFacts, by: Officer | None, measure_id: str, act: Act) -> Measure:
    officer = acting(by, act.officer, facts.area)
    measure = _known(case, measure_id)
    if measure.status is not Status.PROPOSED:
        raise CaseRefused("decided", f"措施 {measure_id} 已有审批结果（{measure.status}），不能再次审批",
                          f"the measure {measure_id} has been decided already ({measure.status})")
    if officer.name == measure.proposed_by:
        raise CaseRefused("own_measure", f"措施 {measure_id} 由“{officer.name}”本人提出，须由另一人审批",
                          f"{officer.name!r} proposed the measure {measure_id}; another person must decide on it")
    if officer.role is not Role.SUPERVISOR:
        raise CaseRefused("not_supervisor", f"“{officer.name}”不是审批人，不能审批措施",
                          f"{officer.name!r} is no supervisor and cannot decide on measures")
    return measure


def _known(case: CardCase, measure_id: str) -> Measure:
    if measure_id not in case.measures:
        raise CaseRefused("unknown_measure", f"没有编号为 {measure_id} 的措施；见 duanka measure list",
                          f"there is no measure {measure_id}; see duanka measure list")
    return case.measures[measure_id]


def _reason(act: Act, zh: str, en: str) -> None:
    if not act.reason.strip():
        raise CaseRefused("no_reason", f"{zh}须写明理由", f"{en} needs a written reason")


def _no_victim(facts: CardFacts) -> None:
    if facts.warnings:
        raise CaseRefused(
            "warned_victim", f"持卡人有未了结的受害预警（{facts.warnings[0]}）：应劝阻保护，不得对其卡采取措施",
            f"the holder has an open warning as a victim ({facts.warnings[0]}): reach and protect them; no measure is "
            "taken against a victim's card")


def _identity(letter: str, case: CardCase) -> str:
    digest = hashlib.sha256(f"{case.card}/{case.last_seq + 1}".encode()).hexdigest()
    return f"{letter}{digest[:10]}"
