"""What the forms on a card's page do, by name; the rules of case work decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from casework.appeals import decide_appeal, file_appeal
from casework.card_case import CardCase, Decision
from casework.custody import hand_over_card, take_card
from casework.event import Act
from casework.ladder import Step
from casework.measures import (
    CardFacts,
    approve_measure,
    give_verdict,
    in_force,
    issue_notice,
    lift_measure,
    propose_measure,
    refuse_measure,
    review_measure,
)
from casework.notice import Office, notice_texts
from casework.officers import Officer
from casework.snooze import snooze_card, wake_card
from console.visitor import NotAllowed
from console.work.sent_form import china_ms
from features.events import VERDICTS
from jobs.casework.desk import Desk

Decide = Callable[[CardCase, CardFacts, Act], list[Act]]
Kind = TypeVar("Kind", bound=StrEnum)
#: Who may appeal; a name is not needed.
APPELLANTS = ("holder", "agent")


@dataclass(frozen=True)
class Acting:
    """Who acts at which desk; `office` is what notices name."""

    desk: Desk
    by: Officer | None
    office: Office


@dataclass(frozen=True)
class CardAct:
    """Attributes
    ----------
    fields : sequence of str
        Of its form, in the order in which they are shown; ``reason`` is that of the act.
    decide : callable
        Makes the rule of who acts and of the fields' values.
    """

    fields: Sequence[str]
    decide: Callable[[Acting, Mapping[str, str]], Decide]


def chosen(kind: type[Kind], value: str) -> Kind:
    """Return what was chosen from a list of ours.

    Raises
    ------
    NotAllowed
        It is not on the list.
    """
    try:
        return kind(value)
    except ValueError:
        raise NotAllowed("refused.request", 422) from None


def _take(who: Acting, _) -> Decide:
    return lambda case, facts, act: take_card(case, facts, who.by, act)


def _hand_over(who: Acting, given: Mapping[str, str]) -> Decide:
    to = who.desk.officer(given["to"])
    return lambda case, facts, act: hand_over_card(case, facts, who.by, to, given["to"], act)


def _snooze(who: Acting, given: Mapping[str, str]) -> Decide:
    until_ms = china_ms(given["until"])
    return lambda case, facts, act: snooze_card(case, facts, who.by, until_ms, who.desk.policy, act)


def _wake(who: Acting, _) -> Decide:
    return lambda case, facts, act: wake_card(case, facts, who.by, act)


def _verdict(who: Acting, given: Mapping[str, str]) -> Decide:
    if given["verdict"] not in VERDICTS:
        raise NotAllowed("refused.request", 422)
    if given["lead"]:
        who.desk.lead(given["lead"])
    return lambda case, facts, act: give_verdict(case, facts, who.by, given["verdict"],
                                                 {"lead_id": given["lead"], "hit_id": facts.hit_id}, act)


def _propose(who: Acting, given: Mapping[str, str]) -> Decide:
    step = chosen(Step, given["step"])
    return lambda case, facts, act: propose_measure(case, facts, who.by, step, given["skip_reason"], act)


def _approve(who: Acting, given: Mapping[str, str]) -> Decide:
    return lambda case, facts, act: approve_measure(case, facts, who.by, given["measure"], who.desk.policy, act)


def _refuse(who: Acting, given: Mapping[str, str]) -> Decide:
    return lambda case, facts, act: refuse_measure(case, facts, who.by, given["measure"], act)


def _notice(who: Acting, given: Mapping[str, str]) -> Decide:
    def decide(case: CardCase, facts: CardFacts, act: Act) -> list[Act]:
        texts = notice_texts(case.card, in_force(case, given["measure"]), who.office)
        return issue_notice(case, facts, who.by, given["measure"], texts, act)

    return decide


def _review(who: Acting, given: Mapping[str, str]) -> Decide:
    return lambda case, facts, act: review_measure(case, facts, who.by, given["measure"], who.desk.policy, act)


def _lift(who: Acting, given: Mapping[str, str]) -> Decide:
    return lambda case, facts, act: lift_measure(case, facts, who.by, given["measure"], act)


def _appeal(who: Acting, given: Mapping[str, str]) -> Decide:
    if given["appellant"] not in APPELLANTS:
        raise NotAllowed("refused.request", 422)
    return lambda case, facts, act: file_appeal(case, who.by, given["measure"], given["appellant"], who.desk.policy,
                                                act)


def _decide(who: Acting, given: Mapping[str, str]) -> Decide:
    decision = chosen(Decision, given["decision"])
    return lambda case, facts, act: decide_appeal(case, facts, who.by, given["appeal"], decision, act)


CARD_ACTS = {
    "take": CardAct((), _take),
    "hand-over": CardAct(("to", "reason"), _hand_over),
    "snooze": CardAct(("until", "reason"), _snooze),
    "wake": CardAct((), _wake),
    "verdict": CardAct(("verdict", "lead", "reason"), _verdict),
    "propose": CardAct(("step", "reason", "skip_reason"), _propose),
    "approve": CardAct(("measure", "reason"), _approve),
    "refuse": CardAct(("measure", "reason"), _refuse),
    "notice": CardAct(("measure",), _notice),
    "review": CardAct(("measure", "reason"), _review),
    "lift": CardAct(("measure", "reason"), _lift),
    "appeal": CardAct(("measure", "appellant", "reason"), _appeal),
    "decide": CardAct(("appeal", "decision", "reason"), _decide),
}
