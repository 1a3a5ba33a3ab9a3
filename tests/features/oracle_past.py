"""What phones and accounts have in common in the oracle: a past, silence, age, a device."""

from collections.abc import Callable
from dataclasses import dataclass, field

from features.roles import NOTE, OUT, SIGNAL
from tests.features.oracle import DAY_MS, HALF_WEEK_MS, HOUR_MS, WEEK_MS, Row, local


@dataclass
class Event:
    """A call, message or payment that a card took part in.

    `at` is the moment from which it ages: its time, or that of a later row taken before it.
    """

    row: Row
    at: int
    novel: bool = False
    marks: dict = field(default_factory=dict)

    @property
    def out(self) -> bool:
        return self.row.role == OUT

    @property
    def sms(self) -> bool:
        return self.row.event.get("kind") == "sms"


class Past:
    """All that one card ever took; `since` of the shard is passed in."""

    def __init__(self, name: str):
        self.name = name
        self.events: list[Event] = []
        self.now = 0  # time of the row just taken
        self.clock = 0  # the latest time of any row
        self.opened: int | None = None
        self.device: tuple[int, int] | None = None  # cards, when told
        self.silent_d = 0.0
        self.since_silence = 0

    def take(self, row: Row, since: int) -> None:
        self.now, self.clock = row.time, max(self.clock, row.time)
        if row.role >= OUT:
            self._note_silence(row.time, since)
            event = Event(row, self.clock)
            self.events.append(event)
            self.take_event(event)
        elif row.role == SIGNAL:
            self.device = (row.value, row.time)
        elif row.role == NOTE and row.topic == "card" and row.event["action"] == "open":
            self.opened = row.time

    def take_event(self, event: Event) -> None:
        raise NotImplementedError

    def _note_silence(self, now: int, since: int) -> None:
        """Silent since its last event; or since the stream began, for a card opened before that."""
        silent_from = None
        if self.events:
            silent_from = max(e.row.time for e in self.events)
        elif self.opened is not None and self.opened <= since:
            silent_from = since
        if silent_from is not None and now - silent_from > 2 * DAY_MS:
            self.silent_d, self.since_silence = (now - silent_from) / DAY_MS, 0
        self.since_silence += 1

    def decayed(self, half_life_ms: int, weight: Callable[[Event], float]) -> float:
        return sum(w * 2 ** (-(self.clock - e.at) / half_life_ms) for e in self.events if (w := weight(e)))

    def recent(self) -> list[Event]:
        """Events of this half of the week and the one before; a late one counts into this one."""
        return [e for e in self.events if e.at // HALF_WEEK_MS >= self.clock // HALF_WEEK_MS - 1]

    def hours_active(self) -> int:
        return len({local(e.row.time).hour for e in self.recent()})

    def device_cards(self) -> int:
        return self.device[0] if self.device and self.now - self.device[1] < WEEK_MS else 0

    def age_d(self) -> float:
        return 3650.0 if self.opened is None else (self.now - self.opened) / DAY_MS


HALF_LIFE_MS = {"1h": HOUR_MS, "1d": DAY_MS, "7d": WEEK_MS}
