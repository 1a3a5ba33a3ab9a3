"""The slow oracle: what a shard should do, on plain Python lists, from the docstrings alone.

Every entity keeps the list of all rows it ever took; nothing is forgotten but what the docstrings
say, and every feature is computed anew from that list.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from features.roles import ACCOUNT, IN, NOTE, OUT, PHONE, SIGNAL
from tests.features.event_stream import Step, uid_of

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
WEEK_MS = 7 * DAY_MS
HALF_WEEK_MS = WEEK_MS // 2


@dataclass
class Row:
    """One row of one card: an event from its side, a note about it, or a signal."""

    time: int
    uid: int
    role: int
    kind: int
    card: str
    topic: str
    event: dict
    peer: str = ""
    value: int = 0  # of a signal
    confirmed: int = 0  # of a signal

    def order(self):
        return self.time, self.uid, self.role


def rows_of(topic: str, event: dict) -> list[Row]:
    uid, time = uid_of(topic, event), event["event_time"]
    if topic in ("cdr", "txn"):
        kind = PHONE if topic == "cdr" else ACCOUNT
        a, b = (event[n] for n in (("caller", "callee") if topic == "cdr" else ("payer", "payee")))
        return [Row(time, uid, OUT, kind, a, topic, event, b), Row(time, uid, IN, kind, b, topic, event, a)]
    prefix, _, name = event["card"].partition(":")
    return [Row(time, uid, NOTE, PHONE if prefix == "phone" else ACCOUNT, name, topic, event)]


@dataclass
class WaitingRoom:
    """Rows in (time, uid, role) order once the watermark has passed them; repeats dropped."""

    held: list = field(default_factory=list)
    seen: set = field(default_factory=set)

    def release(self, watermark_ms: int, key) -> list:
        due = sorted((r for r in self.held if r.time <= watermark_ms), key=Row.order)
        self.held = [r for r in self.held if r.time > watermark_ms]
        fresh = []
        for row in due:
            if (row.uid, row.role, key(row)) not in self.seen:
                self.seen.add((row.uid, row.role, key(row)))
                fresh.append(row)
        return fresh


class DeviceOracle:
    """Which cards used a device within a week, and which others of a quarter are confirmed.

    From three cards or one confirmed on, its cards are told; also within a week of the latter.
    """

    def __init__(self, silence_ms: int):
        self.room = WaitingRoom()
        self.uses: dict[str, list[tuple[tuple, int]]] = defaultdict(list)
        self.told_s: dict[str, int] = {}
        self.confirmed: set[tuple] = set()
        self.silence_ms = silence_ms

    def take(self, topic: str, event: dict) -> None:
        device = event.get({"cdr": "imei", "txn": "device"}.get(topic))
        if device or topic == "verdict":
            row = rows_of(topic, event)[0]
            row.peer = device or ""
            self.room.held.append(row)

    def signals(self, watermark_ms: int) -> list[Row]:
        found = []
        for row in self.room.release(watermark_ms, lambda r: r.peer or (r.kind, r.card)):
            if row.topic == "verdict":
                change = self.confirmed.add if row.event["verdict"] == "confirmed" else self.confirmed.discard
                change((row.kind, row.card))
                continue
            cards, confirmed, now_s = *self.count(row), row.time // 1000
            if confirmed:
                self.told_s[row.peer] = max(now_s, self.told_s.get(row.peer, 0))
            if cards >= 3 or now_s - self.told_s.get(row.peer, -(10**12)) <= 7 * 86_400:
                found.append(
                    Row(row.time, row.uid, SIGNAL, row.kind, row.card, row.topic, {}, value=cards, confirmed=confirmed)
                )
        return found

    def count(self, row: Row) -> tuple[int, int]:
        uses = self.uses[row.peer]
        if uses and row.time - max(t for _, t in uses) > self.silence_ms:
            uses.clear()
            self.told_s.pop(row.peer, None)
        uses.append(((row.kind, row.card), row.time))
        since_s = {card: row.time // 1000 - max(t for c, t in uses if c == card) // 1000 for card, _ in uses}
        week = sum(age <= 7 * 86_400 for age in since_s.values())
        others = self.confirmed - {(row.kind, row.card)}
        return week, sum(since_s.get(card, 10**9) <= 90 * 86_400 for card in others)


def taken_rows(steps: list[Step], silence_ms: int):
    """Yield (step, row) in the order in which a shard takes them."""
    devices, room = DeviceOracle(silence_ms), WaitingRoom()
    for number, step in enumerate(steps):
        for topic, event in step.events:
            devices.take(topic, event)
            room.held += rows_of(topic, event)
        room.held += devices.signals(step.watermark_ms)
        for row in room.release(step.watermark_ms, lambda r: (r.kind, r.card)):
            yield number, row


class RegularPeers:
    """The counterparts an entity keeps returning to: `slots` of them, exactly."""

    def __init__(self, slots: int):
        self.slots: list[dict | None] = [None] * slots

    def meet(self, peer: str, now_s: int) -> tuple[int, bool]:
        """(times met, novel): the newcomer takes an empty place, a forgotten one, or the least met."""
        for slot in self.slots:
            if slot and slot["peer"] == peer:
                slot["last"] = max(slot["last"], now_s)
                slot["met"] += 1
                return slot["met"], False
        place = min(range(len(self.slots)), key=lambda k: self._worth(self.slots[k], now_s))
        self.slots[place] = {"peer": peer, "last": now_s, "met": 1}
        return 1, True

    @staticmethod
    def _worth(slot, now_s):
        if slot is None:
            return (-1, 0, 0)
        if slot["last"] < now_s - 30 * 86_400:
            return (0, 0, 0)
        return (1, slot["met"], slot["last"])

    def knows(self, peer: str) -> bool:
        return any(slot and slot["peer"] == peer for slot in self.slots)

    def most_met(self) -> int:
        return max((slot["met"] for slot in self.slots if slot), default=0)


def local(ms: int) -> datetime:
    """Wall clock of UTC+8."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms, hours=8)


def last_working_days(day: date, count: int = 5) -> list[date]:
    """`day` and the working days before it; a weekend counts with its Friday."""
    days: list[date] = []
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day)
        day -= timedelta(days=1)
    return days


def working_day(ms: int) -> date:
    return last_working_days(local(ms).date(), 1)[0]


def share(part: float, whole: float) -> float:
    return part / whole if whole > 1e-6 else 0.0
