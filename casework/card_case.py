"""A card's case: who has it, verdicts, measures and appeals, as its events tell them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from casework.event import Act, Event
from casework.ladder import Step


class Status(StrEnum):
    """Where a measure stands. `IN_FORCE` begins with the approval, and `LIFTED` at once."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    IN_FORCE = "in_force"
    LIFTED = "lifted"


class Decision(StrEnum):
    """What an appeal came to."""

    GRANTED = "granted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Measure:
    """One measure. Times are UTC milliseconds, 0 where there is none yet; `until_ms` 0 is without end."""

    measure: str
    step: Step
    proposed_by: str
    proposed_ms: int
    reason: str
    status: Status = Status.PROPOSED
    approved_by: str = ""
    approved_ms: int = 0
    until_ms: int = 0
    review_ms: int = 0
    noticed: bool = False
    overturned: bool = False

    @property
    def counts(self) -> bool:
        """Whether the card has been through this step: in force once, and not found wrong on appeal."""
        return self.status in (Status.IN_FORCE, Status.LIFTED) and not self.overturned


@dataclass(frozen=True)
class Appeal:
    """One appeal against a measure; `decision` is None while it is open."""

    appeal: str
    measure: str
    filed_ms: int
    due_ms: int
    decision: Decision | None = None
    decided_by: str = ""


@dataclass(frozen=True)
class CardCase:
    """How a card stands.

    Attributes
    ----------
    handler : str
        Who has taken it or was given it; empty if nobody.
    snoozed_until_ms : int
        Until when it was put off, UTC ms, 0 if it is not; a graver hit than `snoozed_level` ends that earlier.
    """

    card: str
    handler: str = ""
    snoozed_until_ms: int = 0
    snoozed_level: str = ""
    verdict: str | None = None
    measures: MappingProxyType[str, Measure] = field(default_factory=lambda: MappingProxyType({}))
    appeals: MappingProxyType[str, Appeal] = field(default_factory=lambda: MappingProxyType({}))
    commands: frozenset[str] = frozenset()
    last_seq: int = 0

    @property
    def done(self) -> list[Step]:
        """Steps of the ladder that the card has been through."""
        return [m.step for m in self.measures.values() if m.counts]

    @property
    def open_appeals(self) -> list[Appeal]:
        return [a for a in self.appeals.values() if a.decision is None]


def card_case(card: str, events: Sequence[Event]) -> CardCase:
    """Return how a card stands after its events; actions not known here change nothing."""
    case = CardCase(card)
    for event in events:
        case = _after(case, event.act)
        case = replace(case, commands=case.commands | {event.act.command_id}, last_seq=event.seq)
    return case


def _after(case: CardCase, act: Act) -> CardCase:
    given = act.payload
    measure = case.measures.get(given.get("measure", ""))
    match act.action:
        case "card_taken" | "card_handed_over":
            return replace(case, handler=given["handler"], snoozed_until_ms=0)
        case "card_snoozed" | "card_woken":
            return replace(case, snoozed_until_ms=given.get("until_ms", 0), snoozed_level=given.get("level", ""))
        case "verdict_given":
            return replace(case, verdict=given["verdict"])
        case "measure_proposed":
            return _with(case, Measure(given["measure"], Step(given["step"]), act.officer, act.at_ms, act.reason))
        case "measure_refused":
            return _with(case, replace(measure, status=Status.REFUSED))
        case "measure_approved":
            return _with(case, replace(measure, status=Status.IN_FORCE, approved_by=act.officer, approved_ms=act.at_ms,
                                       until_ms=given["until_ms"], review_ms=given["review_ms"]))
        case "notice_issued":
            return _with(case, replace(measure, noticed=True))
        case "measure_reviewed":
            return _with(case, replace(measure, review_ms=given["review_ms"]))
        case "measure_lifted":
            return _with(case, replace(measure, status=Status.LIFTED, overturned=given["overturned"]))
        case "appeal_filed":
            appeal = Appeal(given["appeal"], given["measure"], act.at_ms, given["due_ms"])
        case "appeal_decided":
            appeal = replace(case.appeals[given["appeal"]], decision=Decision(given["decision"]),
                             decided_by=act.officer)
        case _:
            return case
    return replace(case, appeals=MappingProxyType(case.appeals | {appeal.appeal: appeal}))


def _with(case: CardCase, measure: Measure) -> CardCase:
    return replace(case, measures=MappingProxyType(case.measures | {measure.measure: measure}))
