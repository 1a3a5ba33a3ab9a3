"""What the forms about a victim's warning do, by name; the rules of case work decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from casework.event import Act
from casework.warning_case import (
    VictimWarning,
    WarningCase,
    WarningOutcome,
    close_warning,
    hand_over_warning,
    take_warning,
)
from console.work.card_acts import Acting, chosen
from console.work.sent_form import fen_of

Decide = Callable[[WarningCase, Act], list[Act]]


@dataclass(frozen=True)
class WarningAct:
    """Fields of its form, and what makes its rule of who acts, the warning and the fields' values."""

    fields: Sequence[str]
    decide: Callable[[Acting, VictimWarning, Mapping[str, str]], Decide]


def _take(who: Acting, warning: VictimWarning, _) -> Decide:
    return lambda case, act: take_warning(case, warning, who.by, act)


def _hand_over(who: Acting, warning: VictimWarning, given: Mapping[str, str]) -> Decide:
    to = who.desk.officer(given["to"])
    return lambda case, act: hand_over_warning(case, warning, who.by, to, given["to"], act)


def _close(who: Acting, warning: VictimWarning, given: Mapping[str, str]) -> Decide:
    outcome, fen = chosen(WarningOutcome, given["outcome"]), fen_of(given["amount"])
    return lambda case, act: close_warning(case, warning, who.by, outcome, fen, act)


WARNING_ACTS = {
    "take": WarningAct((), _take),
    "hand-over": WarningAct(("to", "reason"), _hand_over),
    "close": WarningAct(("outcome", "amount", "reason"), _close),
}
