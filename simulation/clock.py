"""The window that is simulated, in UTC milliseconds and Chinese local hours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
#: China has one zone, UTC+8, without summer time.
CHINA_OFFSET_MS = 8 * HOUR_MS


@dataclass(frozen=True)
class Window:
    """`days` local days from local midnight of `start`.

    Examples
    --------
    >>> w = Window(date(2026, 3, 2), 7)
    >>> w.begin, w.is_weekend(5), w.date(5).day
    (1772380800000, True, 7)
    """

    start: date
    days: int

    @property
    def begin(self) -> int:
        midnight = datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC)
        return int(midnight.timestamp()) * SECOND_MS - CHINA_OFFSET_MS

    @property
    def end(self) -> int:
        return self.begin + self.days * DAY_MS

    def day(self, day: int) -> int:
        """UTC milliseconds of local midnight of day `day`."""
        return self.begin + day * DAY_MS

    def date(self, day: int) -> date:
        return self.start + timedelta(days=day)

    def is_weekend(self, day: int) -> bool:
        return self.date(day).weekday() >= 5


def local_hour(time_ms):
    """Hour of the Chinese day, 0..23, of a scalar or an array of UTC milliseconds."""
    return (time_ms + CHINA_OFFSET_MS) // HOUR_MS % 24


def iso_utc(time_ms: int) -> str:
    """ISO-8601 UTC with milliseconds.

    Examples
    --------
    >>> iso_utc(1772380800000)
    '2026-03-01T16:00:00.000Z'
    """
    moment = datetime.fromtimestamp(time_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ms % 1000:03d}Z"


def spread(rng: np.random.Generator, begin: int, end: int, count: int, profile: np.ndarray) -> np.ndarray:
    """`count` or fewer sorted times in [begin, end), following an hourly profile.

    Hours outside the interval are cut, not clipped, so that no time is favoured; fewer times come
    back when `begin` or `end` lies inside an hour.
    """
    hours = np.arange(begin // HOUR_MS, (end - 1) // HOUR_MS + 1)
    weight = profile[local_hour(hours * HOUR_MS)]
    if weight.sum() <= 0 or count <= 0:
        return np.empty(0, np.int64)
    times = rng.choice(hours, count, p=weight / weight.sum()) * HOUR_MS + rng.integers(0, HOUR_MS, count)
    return np.sort(times[(times >= begin) & (times < end)])
