"""Putting a card off: out of the queue until a time, or until it is hit more gravely."""

from dataclasses import replace

from casework.card_case import CardCase
from casework.clocks import DAY_MS
from casework.custody import CARD, may_dispose
from casework.event import Act
from casework.measures import CardFacts
from casework.officers import Officer
from casework.policy import Policy
from casework.refusal import CaseRefused

#: Levels of hits, the mildest first; none without a hit.
LEVELS = ("", "blue", "yellow", "orange", "red")


def snooze_card(case: CardCase, facts: CardFacts, by: Officer | None, until_ms: int, policy: Policy,
                act: Act) -> list[Act]:
    """Put a card off; by who has it, or a supervisor. Its level is noted: a graver hit ends it.

    Parameters
    ----------
    until_ms : int
        UTC milliseconds; later than now, and at most `snooze_days` of the policy.

    Raises
    ------
    CaseRefused
    """
    may_dispose(case.handler, by, facts.area, CARD, act)
    if not act.reason.strip():
        raise CaseRefused("no_reason", "暂缓须写明理由", "putting a card off needs a written reason")
    if not act.at_ms < until_ms <= act.at_ms + policy.snooze_days * DAY_MS:
        raise CaseRefused("bad_time", f"暂缓的截止时间须晚于现在，且不超过 {policy.snooze_days} 天",
                          f"a card is put off to a time that is still to come, at most {policy.snooze_days} days away")
    if case.open_appeals:
        raise CaseRefused("open_appeal", f"该卡有未决申诉 {case.open_appeals[0].appeal}，不能暂缓；请先决定申诉",
                          f"an appeal is open, {case.open_appeals[0].appeal}, so the card cannot be put off; decide it "
                          "first")
    return [replace(act, action="card_snoozed", payload={"until_ms": until_ms, "level": facts.level or ""})]


def put_off_until(case: CardCase, facts: CardFacts, now_ms: int) -> int:
    """Return until when a card is out of the queue, UTC ms; 0 if it is in it, by the clock or by a graver hit."""
    if case.snoozed_until_ms <= now_ms or LEVELS.index(facts.level or "") > LEVELS.index(case.snoozed_level):
        return 0
    return case.snoozed_until_ms


def wake_card(case: CardCase, facts: CardFacts, by: Officer | None, act: Act) -> list[Act]:
    """Put a card back into the queue before its time; nothing if it is there.

    Raises
    ------
    CaseRefused
    """
    may_dispose(case.handler, by, facts.area, CARD, act)
    return [replace(act, action="card_woken", payload={})] if put_off_until(case, facts, act.at_ms) else []
