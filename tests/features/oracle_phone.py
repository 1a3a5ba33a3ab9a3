"""Features of phones, the slow way."""

import math
import re

from features.roles import DEVICE_SEED, IN, NOTE, OUT, PHONE_SEED, PLACE_SEED, SIGNAL
from tests.features.oracle import DAY_MS, WEEK_MS, local, share
from tests.features.oracle_past import HALF_LIFE_MS, Event, Past
from tests.features.oracle_sketch import FortnightPeers, bits_set, distinct_estimate, linear_count

FORTNIGHT_MS = 14 * DAY_MS
_HOURS = range(24)


class PhonePast(Past):
    """All that one phone ever took."""

    def __init__(self, name: str):
        super().__init__(name)
        self.peers = FortnightPeers(16)
        self.called_before: str = ""
        self.confirmed = 0
        self.home = self.last_area = self.from_area = 0
        self.elsewhere = 0
        self.hour_counts = [0] * 24
        self.most_talks = 0

    def take(self, row, since):
        gone = max(row.time, self.clock) // FORTNIGHT_MS - self.clock // FORTNIGHT_MS
        if gone:
            self.most_talks = self.peers.turn(gone > 1)
            for _ in range(min(gone, 8)):
                self.hour_counts = [n // 2 for n in self.hour_counts]
        super().take(row, since)
        if row.role == SIGNAL:
            self.confirmed = row.confirmed
        elif row.role == NOTE and row.topic == "card" and row.event["action"] == "open":
            self.home = area_of(row.event.get("area")) or self.home

    def _note_silence(self, now, since):
        """In whole seconds. Who was never seen was silent since the stream began, unless opened later."""
        silent_from = None
        if self.events:
            silent_from = max(e.row.time for e in self.events) // 1000
        elif self.opened is None or self.opened // 1000 <= since // 1000:
            silent_from = since // 1000
        if silent_from is not None and now // 1000 - silent_from > 2 * 86_400:
            self.silent_d, self.since_silence = (now // 1000 - silent_from) / 86_400, 0
            self.from_area, self.elsewhere = self.last_area, 0
        self.since_silence += 1

    def take_event(self, event: Event) -> None:
        row = event.row
        talk, answered = row.event.get("duration_s"), row.event.get("answered")
        seemed = talk is None or talk >= 1
        event.marks["talked"] = not event.sms and (seemed if answered is None else bool(answered))
        known, talks = self.peers.meet(row.peer, event.marks["talked"], insert=row.role == OUT)
        if event.marks["talked"]:
            self.most_talks = max(self.most_talks, talks)
            self._count_hour(local(row.time).hour)
        if row.role == IN:
            event.marks["called_back"] = not event.sms and known
            return
        self._place(event)
        event.novel = not known
        if event.sms:
            return
        event.marks["answered"] = answered if answered is not None else (talk or 0) >= 1
        event.marks["talk_s"] = int(talk or 0) if event.marks["answered"] else 0
        event.marks["sequential"] = _near(row.peer, self.called_before)
        self.called_before = row.peer

    def _count_hour(self, hour):
        self.hour_counts[hour] += 1
        if self.hour_counts[hour] == 255:
            self.hour_counts = [n // 2 for n in self.hour_counts]

    def _place(self, event):
        self.home = area_of(event.row.event.get("home_area")) or self.home
        area = area_of(event.row.event.get("area"))
        event.marks |= {"area": area, "home": self.home if area else 0}
        if not area:
            return
        if self.silent_d:
            self.from_area = self.from_area or self.home
            self.elsewhere += self.from_area not in (0, area)
        self.last_area = area

    def age_d(self):
        return 3650.0 if self.opened is None else (self.now // 1000 - self.opened // 1000) / 86_400

    def device_cards(self):
        fresh = self.device and self.now // 1000 - self.device[1] // 1000 < 7 * 86_400
        return self.device[0] if fresh else 0

    def calls(self, scale: str, mark: str = "") -> float:
        """Outgoing calls, or what `mark` says about each, decayed."""
        return self.decayed(HALF_LIFE_MS[scale], lambda e: e.out and not e.sms and (e.marks[mark] if mark else 1))

    def novel(self, scale: str, sms: bool = False) -> float:
        return self.decayed(HALF_LIFE_MS[scale], lambda e: e.out and e.sms == sms and e.novel)

    def month(self) -> list[Event]:
        """Events of this fortnight and the one before; a late one counts into this one."""
        return [e for e in self.events if e.at // FORTNIGHT_MS >= self.clock // FORTNIGHT_MS - 1]

    def talks(self) -> list[Event]:
        return [e for e in self.month() if e.marks["talked"]]

    def messages(self) -> list[Event]:
        return [e for e in self.month() if e.sms]

    def counterparts(self) -> float:
        return _distinct(self.talks(), 64)

    def talk_s(self) -> int:
        return sum(int(e.row.event.get("duration_s") or 0) for e in self.talks())

    def away(self, digits) -> float:
        placed = lambda e: e.out and e.marks["home"] != 0  # noqa: E731
        abroad = lambda e: placed(e) and _region(e.marks["area"], digits) != _region(e.marks["home"], digits)  # noqa: E731
        return share(self.decayed(WEEK_MS, abroad), self.decayed(WEEK_MS, placed))


def area_of(code: str | None) -> int:
    return int(code) if code and code.isdigit() and len(code) == 6 else 0


def _region(area: int, digits: int) -> str:
    """Leading digits; a municipality is one prefecture."""
    code = str(area)
    return code[:2] if code[:2] in ("11", "12", "31", "50") else code[:digits]


def _distinct(events: list[Event], registers: int) -> float:
    return min(distinct_estimate({e.row.peer for e in events}, PHONE_SEED, registers), len(events))


def _near(number: str, before: str) -> bool:
    if not (_decimal(number) and _decimal(before)):
        return False
    return 0 < abs(int(number) - int(before)) <= 10


def _decimal(number: str) -> bool:
    return number.isdigit() and len(number) <= 19 and int(number) > 0


def _of_32(bits: int) -> int:
    return round(linear_count(bits, 32))


def _areas(p: PhonePast) -> int:
    areas = {e.marks["area"] for e in p.month() if e.out and e.marks["area"]}
    return _of_32(len({a * 2_654_435_769 % 2**32 >> 27 for a in areas}))


def _all(p: PhonePast, out: bool) -> float:
    return p.decayed(HALF_LIFE_MS["7d"], lambda e: e.out == out)


#: How each feature is computed from all that a phone ever took.
PHONE_ORACLE = {
    "out_calls_1h": lambda p: p.calls("1h"),
    "out_calls_1d": lambda p: p.calls("1d"),
    "out_calls_7d": lambda p: p.calls("7d"),
    "in_calls_7d": lambda p: p.decayed(HALF_LIFE_MS["7d"], lambda e: not e.out and not e.sms),
    "out_share_7d": lambda p: share(_all(p, True), _all(p, True) + _all(p, False)),
    "novel_calls_1h": lambda p: p.novel("1h"),
    "novel_calls_1d": lambda p: p.novel("1d"),
    "novel_share_7d": lambda p: share(p.novel("7d"), p.calls("7d")),
    "calls_per_counterpart_7d": lambda p: p.calls("7d") / max(p.novel("7d"), 1),
    "most_calls_with_one_28d": lambda p: p.most_talks,
    "answer_rate_1d": lambda p: share(p.calls("1d", "answered"), p.calls("1d")),
    "mean_talk_s_1d": lambda p: share(p.calls("1d", "talk_s"), p.calls("1d", "answered")),
    "called_back_share_7d": lambda p: share(
        p.decayed(HALF_LIFE_MS["7d"], lambda e: not e.out and e.marks["called_back"]), p.calls("7d")
    ),
    "out_sms_1h": lambda p: p.decayed(HALF_LIFE_MS["1h"], lambda e: e.out and e.sms),
    "novel_sms_1h": lambda p: p.novel("1h", sms=True),
    "novel_sms_1d": lambda p: p.novel("1d", sms=True),
    "sequential_share_1d": lambda p: share(p.calls("1d", "sequential"), p.calls("1d")),
    "cells_7d": lambda p: linear_count(
        bits_set({e.row.event.get("cell") for e in p.recent() if e.out}, PLACE_SEED, 64), 64
    ),
    "handsets_28d": lambda p: _of_32(bits_set({e.row.event.get("imei") for e in p.month() if e.out}, DEVICE_SEED, 32)),
    "hours_active_28d": lambda p: len({local(e.row.time).hour for e in p.talks()}),
    "device_cards": lambda p: p.device_cards(),
    "age_d": lambda p: p.age_d(),
    "silent_d": lambda p: p.silent_d,
    "events_since_silence": lambda p: p.since_silence,
    "mobile_number": lambda p: int(re.fullmatch(r"1[3-9]\d{9}", p.name) is not None),
    "device_confirmed_cards": lambda p: p.confirmed if p.device_cards() else 0,
    "calls_28d": lambda p: len(p.talks()),
    "counterparts_28d": lambda p: p.counterparts(),
    "calls_per_counterpart_28d": lambda p: share(len(p.talks()), p.counterparts()),
    "most_with_one_share_28d": lambda p: share(p.most_talks, len(p.talks())),
    "talk_s_per_counterpart_28d": lambda p: share(p.talk_s(), p.counterparts()),
    "mean_talk_s_28d": lambda p: share(p.talk_s(), len(p.talks())),
    "out_share_28d": lambda p: share(sum(e.out for e in p.talks()), len(p.talks())),
    "busiest_hour_share_28d": lambda p: share(max(p.hour_counts), sum(p.hour_counts)),
    "areas_28d": _areas,
    "sms_28d": lambda p: len(p.messages()),
    "sms_counterparts_28d": lambda p: _distinct(p.messages(), 32),
    "sms_per_counterpart_28d": lambda p: share(len(p.messages()), _distinct(p.messages(), 32)),
    "sms_in_share_28d": lambda p: share(sum(not e.out for e in p.messages()), len(p.messages())),
    "sms_share_28d": lambda p: share(len(p.messages()), len(p.messages()) + len(p.talks())),
    "away_prefecture_share_7d": lambda p: p.away(4),
    "away_province_share_7d": lambda p: p.away(2),
    "elsewhere_since_silence": lambda p: share(p.elsewhere, p.since_silence),
    "calls_per_counterpart_below_peers": lambda p: p.population.below(p, "calls_per_counterpart_28d"),
    "talk_s_per_counterpart_below_peers": lambda p: p.population.below(p, "talk_s_per_counterpart_28d"),
    "novel_calls_above_peers": lambda p: max(p.population.z(p, "novel_calls_1d"), 0.0),
    "novel_sms_above_peers": lambda p: max(p.population.z(p, "novel_sms_1d"), 0.0),
    "peers_calls_per_counterpart_28d": lambda p: p.population.typical("calls_per_counterpart_28d"),
    "peers_talk_s_per_counterpart_28d": lambda p: p.population.typical("talk_s_per_counterpart_28d"),
    "peers_novel_calls_1d": lambda p: p.population.typical("novel_calls_1d"),
    "peers_novel_sms_1d": lambda p: p.population.typical("novel_sms_1d"),
}
PHONE_EXACT = {
    *("most_calls_with_one_28d", "handsets_28d", "hours_active_28d", "device_cards", "events_since_silence"),
    *("mobile_number", "device_confirmed_cards", "calls_28d", "areas_28d", "sms_28d"),
}


class PhonePopulation:
    """What phones of the shard typically do, learned from every eighth event by its identity."""

    def __init__(self):
        self.moments = {name: (0.0, 0.0, 0.0) for name in (*_HABITS, *_NOVEL)}

    def learn(self, p: PhonePast, row) -> None:
        if row.role < OUT or row.uid % 8:
            return
        weight = 8 * 10 / max(10, _all(p, True) + _all(p, False))
        for name in (*(_HABITS if len(p.talks()) >= 10 else ()), *_NOVEL):
            self._learn(name, math.log1p(PHONE_ORACLE[name](p)), weight)

    def _learn(self, name, x, weight):
        past, mean, variance = self.moments[name]
        past = min(past, 20_000)
        share_of_new = weight / (past + weight)
        away = x - mean
        variance = (1 - share_of_new) * (variance + share_of_new * away * away)
        self.moments[name] = past + weight, mean + share_of_new * away, variance

    def typical(self, name: str) -> float:
        weight, mean, _ = self.moments[name]
        return math.expm1(mean) if weight >= 200 else 0.0

    def z(self, p: PhonePast, name: str) -> float:
        weight, mean, variance = self.moments[name]
        if weight < 200:
            return 0.0
        z = (math.log1p(PHONE_ORACLE[name](p)) - mean) / max(math.sqrt(variance), 0.1)
        return min(max(z, -10.0), 10.0)

    def below(self, p: PhonePast, name: str) -> float:
        return max(-self.z(p, name), 0.0) if len(p.talks()) >= 10 else 0.0


_HABITS = ("calls_per_counterpart_28d", "talk_s_per_counterpart_28d")
_NOVEL = ("novel_calls_1d", "novel_sms_1d")
