"""A victim's warning: taken by an officer, closed with what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from casework.custody import hand_over, may_dispose, take
from casework.event import Act, Event
from casework.officers import Officer
from casework.refusal import CaseRefused


class WarningOutcome(StrEnum):
    """What came of a warning. Only `FALSE` says that nobody was being cheated."""

    REACHED = "reached"
    VISITED = "visited"
    STOPPED = "stopped"
    UNREACHED = "unreached"
    FALSE = "false_warning"


#: Those that say nothing by themselves: somebody must write why.
_WITH_REASON = (WarningOutcome.UNREACHED, WarningOutcome.FALSE)


@dataclass(frozen=True)
class VictimWarning:
    """A warning as it was made, with the card of the person and its area, empty where nobody knows."""

    warning_id: str
    card: str
    area: str = ""

    @property
    def names(self) -> tuple[str, str]:
        return f"预警 {self.warning_id} ", f"the warning {self.warning_id}"


@dataclass(frozen=True)
class WarningCase:
    """How a warning stands; `stopped_fen` is the money that was stopped."""

    handler: str = ""
    outcome: WarningOutcome | None = None
    stopped_fen: int = 0
    last_seq: int = 0


def warning_case(events: Sequence[Event]) -> WarningCase:
    """Return how a warning stands after its events."""
    case = WarningCase()
    for event in events:
        act = event.act
        if act.action in ("warning_taken", "warning_handed_over"):
            case = replace(case, handler=act.payload["handler"])
        elif act.action == "warning_closed":
            case = replace(case, outcome=WarningOutcome(act.payload["outcome"]),
                           stopped_fen=act.payload["stopped_fen"])
        case = replace(case, last_seq=event.seq)
    return case


def take_warning(case: WarningCase, warning: VictimWarning, by: Officer | None, act: Act) -> list[Act]:
    """Take a warning that nobody has; nothing if one has it already.

    Raises
    ------
    CaseRefused
    """
    return _about(warning, take("warning_taken", case.handler, by, warning.area, warning.names, act))


def hand_over_warning(case: WarningCase, warning: VictimWarning, by: Officer | None, to: Officer | None, to_name: str,
                      act: Act) -> list[Act]:
    """Hand a warning to another officer.

    Raises
    ------
    CaseRefused
    """
    return _about(warning, hand_over("warning_handed_over", case.handler, by, to, to_name, warning.area, warning.names,
                                     act))


def close_warning(case: WarningCase, warning: VictimWarning, by: Officer | None, outcome: WarningOutcome,
                  stopped_fen: int, act: Act) -> list[Act]:
    """Say what came of a warning; anew, with a reason, if more is known later.

    The person stays protected, whatever came of it, but where the warning was false.

    Parameters
    ----------
    stopped_fen : int
        Money that was stopped; more than none with `STOPPED`, none otherwise.

    Raises
    ------
    CaseRefused
    """
    may_dispose(case.handler, by, warning.area, warning.names, act)
    if (outcome in _WITH_REASON or case.outcome is not None) and not act.reason.strip():
        raise CaseRefused("no_reason", "未联系上、误报或更改结果须写明说明",
                          "not reached, a false warning, or another outcome than before needs a written reason")
    if (stopped_fen > 0) != (outcome is WarningOutcome.STOPPED) or stopped_fen < 0:
        raise CaseRefused("bad_amount", "止付成功须填写止付金额，其他结果不填",
                          "money that was stopped is given with its amount, and with no other outcome")
    payload = {"outcome": str(outcome), "stopped_fen": stopped_fen}
    return _about(warning, [replace(act, action="warning_closed", payload=payload)])


def _about(warning: VictimWarning, acts: list[Act]) -> list[Act]:
    return [replace(act, payload=act.payload | {"card": warning.card}) for act in acts]
