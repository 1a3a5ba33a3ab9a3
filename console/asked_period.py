"""The period that a page is asked for: two days of China in its address, both within it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from casework.clocks import CHINA
from connectors.queries.stream_clock import newest_event_ms
from console.context import Context
from jobs.casework.period import BadPeriod, Period, days_before, parse_period

HOUR_MS = 3_600_000
#: Days outside are a slip of the finger, and more than the store's times hold.
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)
#: How long the newest time of the store is kept, ms.
_KEEP_MS = 30_000


@dataclass(frozen=True)
class AskedPeriod:
    """Attributes
    ----------
    since, until : str
        Days such as ``2026-03-01``, the last one included.
    """

    since: str
    until: str

    @property
    def period(self) -> Period:
        return parse_period(f"{self.since}..{self.until}")

    @property
    def address(self) -> str:
        """Its part of an address."""
        return urlencode({"since": self.since, "until": self.until})


def asked_period(given: Mapping[str, str], otherwise: AskedPeriod) -> AskedPeriod:
    """Return the period of an address; the other one where there is none that makes sense."""
    try:
        first, last = date.fromisoformat(given.get("since", "")), date.fromisoformat(given.get("until", ""))
        if not _FIRST <= first <= last <= _LAST:
            return otherwise
        asked = AskedPeriod(first.isoformat(), last.isoformat())
        return asked if asked.period else otherwise
    except (ValueError, BadPeriod):
        return otherwise


def last_days(days: int, today: date) -> AskedPeriod:
    """The days up to today, with it.

    >>> last_days(30, date(2026, 3, 31))
    AskedPeriod(since='2026-03-02', until='2026-03-31')
    """
    return AskedPeriod((today - timedelta(days=days - 1)).isoformat(), today.isoformat())


def period_before(period: AskedPeriod) -> AskedPeriod:
    """The same number of days just before; for a month, or its first days, those of the month before.

    >>> period_before(AskedPeriod("2026-03-01", "2026-03-31")), period_before(AskedPeriod("2026-03-01", "2026-03-17"))
    (AskedPeriod(since='2026-02-01', until='2026-02-28'), AskedPeriod(since='2026-02-01', until='2026-02-17'))
    >>> period_before(AskedPeriod("2026-03-08", "2026-03-14"))
    AskedPeriod(since='2026-03-01', until='2026-03-07')
    """
    before = days_before(date.fromisoformat(period.since), date.fromisoformat(period.until))
    return AskedPeriod(*(day.isoformat() for day in before))


def usual_periods(today: date) -> dict[str, AskedPeriod]:
    """Periods that people ask for most, by the name of their text.

    >>> usual_periods(date(2026, 1, 5))["last_month"]
    AskedPeriod(since='2025-12-01', until='2025-12-31')
    """
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    return {
        "days_7": last_days(7, today), "days_30": last_days(30, today), "days_90": last_days(90, today),
        "this_month": AskedPeriod(first.isoformat(), today.isoformat()),
        "last_month": AskedPeriod(before.replace(day=1).isoformat(), before.isoformat()),
        "days_365": last_days(365, today),
    }


def today_of(context: Context) -> date:
    """Today in China; in a replay of the past, the day of the newest event, as on the queue."""
    def newest() -> int:
        with context.desk() as desk:
            return newest_event_ms(desk.store)

    newest_ms, now_ms = context.kept.get(("newest",), _KEEP_MS, newest).value, context.now_ms()
    is_past = 0 < newest_ms < now_ms - HOUR_MS
    return datetime.fromtimestamp((newest_ms if is_past else now_ms) / 1000, CHINA).date()
