"""Periods as people type them, in China's time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casework.clocks import CHINA
from features.errors import DuankaError

_MONTH = re.compile(r"(\d{4})-(\d{2})")


class BadPeriod(DuankaError, ValueError):
    """A period cannot be understood."""


@dataclass(frozen=True)
class Period:
    """``[from_ms, to_ms)`` in UTC milliseconds; whole days in China."""

    text: str
    from_ms: int
    to_ms: int

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day."""
        first, behind = (datetime.fromtimestamp(ms / 1000, CHINA).date() for ms in (self.from_ms, self.to_ms))
        return first, behind - timedelta(days=1)


def parse_period(text: str) -> Period:
    """Return the period of a month, a day, or two days with both of them.

    >>> p = parse_period("2026-02")
    >>> (p.to_ms - p.from_ms) // 86_400_000, p == parse_period("2026-02-01..2026-02-28")
    (28, False)
    >>> parse_period("2026-02-01..2026-02-28").from_ms == p.from_ms
    True

    Raises
    ------
    BadPeriod
    """
    try:
        if match := _MONTH.fullmatch(text):
            first = date(int(match[1]), int(match[2]), 1)
            behind = (first + timedelta(days=32)).replace(day=1)
        else:
            start, dots, end = text.partition("..")
            first = date.fromisoformat(start)
            behind = date.fromisoformat(end if dots else start) + timedelta(days=1)
    except ValueError:
        first = behind = None
    if first is None or behind <= first:
        raise BadPeriod(f"a period is a month 2026-03, a day 2026-03-01, or 2026-03-01..2026-03-07; got {text!r}")
    return Period(text, _ms(first), _ms(behind))


def days_before(first: date, last: date) -> tuple[date, date]:
    """As many days just before; for a month, or its first days, those of the month before.

    >>> [str(day) for day in days_before(date(2026, 3, 1), date(2026, 3, 31))]
    ['2026-02-01', '2026-02-28']
    >>> [str(day) for day in days_before(date(2026, 3, 8), date(2026, 3, 14))]
    ['2026-03-01', '2026-03-07']
    """
    end = first - timedelta(days=1)
    if first.day != 1 or (first.year, first.month) != (last.year, last.month):
        return end - (last - first), end
    is_whole = (last + timedelta(days=1)).day == 1
    return end.replace(day=1), end if is_whole else end.replace(day=min(last.day, end.day))


def _ms(day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp() * 1000)
