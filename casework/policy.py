"""The periods of case work. None is published anywhere: all are ours, and a file may change them."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from casework.refusal import BadPolicy


@dataclass(frozen=True)
class Policy:
    """Working time, and how long things may take.

    Attributes
    ----------
    day_start_h, day_end_h : int
        Working hours of a working day, China's time. Monday to Friday.
    holidays, extra_workdays : tuple of str
        Dates such as ``2026-10-01``: free although a weekday, worked although a weekend.
    lead_hours : int
        Working hours from receipt to outcome, where the sender named no time.
    remind_hours : int
        Working hours before a clock runs out at which it is shown as pressing.
    approval_hours, notice_hours, appeal_hours : int
        Working hours for approving a proposal, sending the notice, deciding an appeal.
    review_days : int
        Days from approval to the review of a measure.
    term_days : dict
        Days that a step lasts; 0 without end. After it the measure shall be lifted.
    stop_minutes : int
        Minutes after a victim's payment in which stopping it is most likely to succeed: the countdown of a warning.
    warning_days : int
        Days for which a victim's warning counts as open.
    snooze_days : int
        Days for which a card can be put off at most.
    dormant_days : int
        Days of silence after which a card is on the list of dormant ones.
    """

    day_start_h: int = 9
    day_end_h: int = 18
    holidays: tuple[str, ...] = ()
    extra_workdays: tuple[str, ...] = ()
    lead_hours: int = 45
    remind_hours: int = 9
    approval_hours: int = 9
    notice_hours: int = 9
    appeal_hours: int = 27
    review_days: int = 30
    verify_term_days: int = 30
    limit_term_days: int = 90
    suspend_term_days: int = 180
    cancel_term_days: int = 0
    stop_minutes: int = 30
    warning_days: int = 30
    snooze_days: int = 30
    dormant_days: int = 180

    def term_days(self, step: str) -> int:
        return getattr(self, f"{step}_term_days")


def policy_from(given: Mapping[str, Any]) -> Policy:
    """Return the policy that a file's table describes.

    Raises
    ------
    BadPolicy
        An unknown name, or a value of a wrong kind or out of range.
    """
    known = {f.name: f.default for f in fields(Policy)}
    values = {}
    for name, value in given.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(known)}"
            raise BadPolicy(f"unknown setting of case work {name!r}; {hint}")
        values[name] = _dates(name, value) if isinstance(known[name], tuple) else _number(name, value)
    policy = replace(Policy(), **values)
    if not policy.day_start_h < policy.day_end_h <= 24:
        raise BadPolicy(f"day_start_h must be before day_end_h, got {policy.day_start_h} and {policy.day_end_h}")
    return policy


def _number(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000:
        raise BadPolicy(f"{name} is a whole number from 0 to 10000, got {value!r}")
    return value


def _dates(name: str, value: Any) -> tuple[str, ...]:
    try:
        return tuple(date.fromisoformat(str(day)).isoformat() for day in value)
    except (TypeError, ValueError):
        raise BadPolicy(f'{name} is a list of dates such as ["2026-10-01"], got {value!r}') from None
