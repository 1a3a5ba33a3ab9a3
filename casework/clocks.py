"""Clocks in working hours: when something is due, and how it stands."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from casework.policy import Policy

#: China has one time zone and no summer time.
CHINA = timezone(timedelta(hours=8))
DAY_MS = 86_400_000


class Clock(StrEnum):
    """How a clock stands; the most pressing first."""

    OVERDUE = "overdue"
    PRESSING = "pressing"
    RUNNING = "running"
    NONE = "none"


def working_hours_after(start_ms: int, hours: int, policy: Policy) -> int:
    """Return the moment `hours` working hours after `start_ms`, UTC milliseconds.

    >>> friday_17 = datetime(2026, 3, 6, 17, tzinfo=CHINA)
    >>> due = working_hours_after(round(friday_17.timestamp() * 1000), 2, Policy())
    >>> str(datetime.fromtimestamp(due / 1000, CHINA))
    '2026-03-09 10:00:00+08:00'
    """
    moment = datetime.fromtimestamp(start_ms / 1000, CHINA)
    left = timedelta(hours=hours)
    while True:
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        begin, end = day + timedelta(hours=policy.day_start_h), day + timedelta(hours=policy.day_end_h)
        moment = max(moment, begin)
        if _is_worked(day, policy) and moment < end:
            if moment + left <= end:
                return _ms(moment + left)
            left -= end - moment
        moment = day + timedelta(days=1)


def working_hours_before(end_ms: int, hours: int, policy: Policy) -> int:
    """Return the latest moment from which at most `hours` working hours lead to `end_ms`."""
    moment = datetime.fromtimestamp(end_ms / 1000, CHINA)
    left = timedelta(hours=hours)
    while True:
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        begin, end = day + timedelta(hours=policy.day_start_h), day + timedelta(hours=policy.day_end_h)
        moment = min(moment, end)
        if _is_worked(day, policy) and moment > begin:
            if moment - left >= begin:
                return _ms(moment - left)
            left -= moment - begin
        moment = day - timedelta(microseconds=1)


def state_of(due_ms: int | None, now_ms: int, policy: Policy) -> Clock:
    """Return how a clock stands that runs out at `due_ms`; None has no clock."""
    if not due_ms:
        return Clock.NONE
    if now_ms > due_ms:
        return Clock.OVERDUE
    return Clock.PRESSING if now_ms >= working_hours_before(due_ms, policy.remind_hours, policy) else Clock.RUNNING


def urgency(due_ms: int | None) -> tuple[bool, int]:
    """Return what sorts the longest overdue first and the clockless last."""
    return (not due_ms, due_ms or 0)


def china_date(ms: int) -> str:
    """Return the date in China, as a notice says it."""
    return datetime.fromtimestamp(ms / 1000, CHINA).date().isoformat()


def _is_worked(day: datetime, policy: Policy) -> bool:
    name = day.date().isoformat()
    return name in policy.extra_workdays or (day.weekday() < 5 and name not in policy.holidays)


def _ms(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1000)
