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


def _ms(day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp() * 1000)
