"""Quiet hours of a local day, and when what they hold goes out."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class QuietHours:
    """From `begin` to `end` of each day in `zone`, over midnight where `begin` is later; equal: never."""

    begin: time = time(22)
    end: time = time(7)
    zone: str = "Asia/Shanghai"

    def end_ms(self, now_ms: int) -> int | None:
        """Return when the quiet hours that `now_ms` lies in end, None outside of them; UTC milliseconds.

        >>> evening = datetime(2026, 3, 1, 23, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
        >>> end = QuietHours().end_ms(round(evening.timestamp() * 1000))
        >>> str(datetime.fromtimestamp(end / 1000, ZoneInfo("Asia/Shanghai")))
        '2026-03-02 07:00:00+08:00'
        """
        zone = ZoneInfo(self.zone)
        local = datetime.fromtimestamp(now_ms / 1000, zone)
        clock = local.time().replace(fold=0)
        if self.begin <= self.end:
            quiet, days = self.begin <= clock < self.end, 0
        else:
            quiet, days = clock >= self.begin or clock < self.end, int(clock >= self.begin)
        if not quiet:
            return None
        until = datetime.combine(local.date() + timedelta(days=days), self.end, zone)
        return round(until.timestamp() * 1000)

    def release_ms(self, at_ms: int) -> int:
        """Return `at_ms`, or the end of the quiet hours that it lies in."""
        return self.end_ms(at_ms) or at_ms
