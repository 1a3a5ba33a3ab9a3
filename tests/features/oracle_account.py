"""Features of accounts, the slow way."""

import math

from features.roles import NOTE, OUT
from tests.features.oracle import HOUR_MS, RegularPeers, last_working_days, local, share, working_day
from tests.features.oracle_past import HALF_LIFE_MS, Event, Past

_TRIAL_S = 3 * 86_400
_DAY_MS = 24 * HOUR_MS
_PEERS = 8
_MOST = 255


class AccountPast(Past):
    """All that one account ever took."""

    def __init__(self, name: str):
        super().__init__(name)
        self.peers = {True: RegularPeers(_PEERS), False: RegularPeers(_PEERS)}
        self.with_peer: dict[tuple, tuple[float, int]] = {}  # (out, peer): last amount, run of near-equal ones
        self.parcels: list[tuple[float, float]] = []  # money that came in and has not left: (arrival, yuan)
        self.dwell_min: float | None = None
        self.trial_s: int | None = None
        self.large_since = 0.0
        self.balance = 0.0
        self.corporate = False
        self.met = self.run = 0
        self.borderline = False  # a dwell of two hours, or a day, but for rounding

    def take(self, row, since):
        self.met = self.run = 0
        if self.trial_s is not None and row.time // 1000 - self.trial_s > _TRIAL_S:
            self.trial_s, self.large_since = None, 0.0
        super().take(row, since)
        if self.opened is not None:
            self.opened = self.opened // 1000 * 1000
        if row.role == NOTE and row.topic == "card":
            self.corporate |= bool(row.event.get("corporate"))

    def take_event(self, event: Event) -> None:
        row, yuan = event.row, float(event.row.event["amount"])
        met, event.novel = self.peers[event.out].meet(row.peer, row.time // 1000)
        self.met = min(met, _MOST)
        event.marks["day"] = self._counted_day(row.time)
        self._near_equal(event, yuan)
        self._trial(event, yuan)
        event.marks["yuan"] = yuan
        event.marks["returned"] = yuan if self.peers[not event.out].knows(row.peer) else 0.0
        event.marks["quick"] = event.marks["passed"] = 0.0
        if event.out:
            self._pay_out(event, yuan)
        else:
            self.parcels.append((row.time, yuan))
        if event.out and (balance := row.event.get("balance_after")) is not None:
            self.balance = max(balance, 0.0)

    def _counted_day(self, now: int):
        """Its own working day while that is one of the last five, else the newest."""
        own = working_day(now)
        newest = working_day(self.clock)
        return own if own in last_working_days(newest) else newest

    def _near_equal(self, event: Event, yuan: float) -> None:
        last, run = self.with_peer.get((event.out, event.row.peer), (0.0, 0))
        near = not event.novel and abs(yuan - last) <= 0.05 * max(yuan, last)
        self.run = min(run + 1, _MOST) if near else 1
        self.with_peer[event.out, event.row.peer] = (yuan, self.run)

    def _trial(self, event: Event, yuan: float) -> None:
        if yuan <= 10 and event.novel:
            self.trial_s = event.row.time // 1000
        elif yuan >= 2000 and self.trial_s is not None:
            self.large_since += yuan

    def _pay_out(self, event: Event, yuan: float) -> None:
        """Take money evenly out of all that is there; note what left soon after arriving."""
        pool = sum(y for _, y in self.parcels)
        matched = min(yuan, pool)
        if not matched:
            return
        now = event.row.time
        dwell = max(now - sum(t * y for t, y in self.parcels) / pool, 0)
        self.dwell_min = dwell / 60_000
        self.borderline |= min(abs(dwell - 2 * HOUR_MS), abs(dwell - _DAY_MS)) < 1000
        left = (pool - matched) / pool
        self.parcels = [(t, y * left) for t, y in self.parcels] if left else []
        event.marks["quick"] = matched if dwell <= 2 * HOUR_MS else 0.0
        event.marks["passed"] = matched if dwell <= _DAY_MS else 0.0

    def count(self, scale: str, out: bool | None, novel: bool = False) -> float:
        mine = lambda e: (out is None or e.out == out) and (e.novel or not novel)  # noqa: E731
        return self.decayed(HALF_LIFE_MS[scale], mine)

    def yuan(self, scale: str, out: bool | None, novel: bool = False) -> float:
        mine = lambda e: (out is None or e.out == out) and (e.novel or not novel)  # noqa: E731
        return self.decayed(HALF_LIFE_MS[scale], lambda e: mine(e) * e.marks["yuan"])

    def marked(self, scale: str, mark: str) -> float:
        return self.decayed(HALF_LIFE_MS[scale], lambda e: e.marks[mark])

    def in_working_days(self, out: bool, novel: bool = False) -> int:
        """Events of the last five working days."""
        days = last_working_days(working_day(self.clock))
        return sum(e.marks["day"] in days and e.out == out and (e.novel or not novel) for e in self.events)

    def by_channel(self, *channels: str, of=lambda e: 1.0) -> float:
        """Payments made through the channels within a day."""
        return self.decayed(HALF_LIFE_MS["1d"], lambda e: (e.out and e.row.event.get("channel") in channels) * of(e))

    def dwell(self) -> float:
        """Minutes that the money of the last payment had stayed; a million where none had come."""
        return 1e6 if self.dwell_min is None else self.dwell_min

    def repeats(self) -> float:
        return max(self.count("1d", None) - self.count("1d", None, novel=True), 0.0)

    def night(self) -> float:
        return self.decayed(HALF_LIFE_MS["7d"], lambda e: local(e.row.time).hour < 5)

    def rest_h(self) -> int:
        """Longest stretch of the clock, midnight to midnight and on, without an event."""
        active = {local(e.row.time).hour for e in self.recent()}
        clock = "".join("x" if h % 24 in active else "." for h in range(48))
        return min(max(len(run) for run in clock.split("x")), 24)

    def below_limit(self) -> float:
        near = lambda yuan: any(0.95 * limit <= yuan < limit for limit in (50_000, 10_000, 2_000))  # noqa: E731
        return self.decayed(HALF_LIFE_MS["7d"], lambda e: near(e.marks["yuan"]))

    def events_28d(self) -> float:
        return self.decayed(28 * _DAY_MS, lambda e: 1.0)

    def device_cards(self) -> int:
        told = self.device
        return told[0] if told and self.now // 1000 - told[1] // 1000 < 7 * 86_400 else 0

    def age_d(self) -> float:
        return 3650.0 if self.opened is None else (self.now // 1000 - self.opened // 1000) / 86_400


class AccountPopulation:
    """What the accounts of a shard are like: sums over all values learned, each with its weight.

    The past's weight is not held down: no test stream is long enough for that.
    """

    def __init__(self):
        self.sums = {name: (0.0, 0.0, 0.0) for name in ("repeats", "events", "flow", "novel")}

    def learn(self, past: AccountPast, row) -> None:
        if row.role < OUT:
            return
        events = past.count("7d", None)
        weight = 1 / (1 + events)
        if 5 <= past.events_28d() <= 32:
            self._add("repeats", float(past.met > 1), weight)
        self._add("events", math.log1p(events), weight)
        self._add("flow", math.log1p(past.yuan("1d", None)), weight)
        self._add("novel", math.log1p(past.count("1d", None, novel=True)), weight)

    def _add(self, name: str, value: float, weight: float) -> None:
        w, first, second = self.sums[name]
        self.sums[name] = w + weight, first + weight * value, second + weight * value**2

    def moments(self, name: str) -> tuple[float, float, float]:
        """Weight, mean and variance."""
        weight, first, second = self.sums[name]
        mean = first / weight if weight else 0.0
        return weight, mean, max(second / weight - mean**2, 0.0) if weight else 0.0

    def above(self, name: str, value: float) -> float:
        weight, mean, variance = self.moments(name)
        if weight < 200:
            return 0.0
        return min(max((math.log1p(value) - mean) / max(math.sqrt(variance), 0.1), 0.0), 10.0)

    def typical(self, name: str) -> float:
        weight, mean, _ = self.moments(name)
        return math.expm1(mean) if weight >= 200 else 0.0

    def repeat_share(self) -> float:
        weight, mean, _ = self.moments("repeats")
        return (weight * mean + 8 * 0.5) / (weight + 8)

    def surprise(self, repeats: float, payments: float) -> float:
        """Bits: payments times the divergence of the account's share of repeats from the population's."""
        usual = self.repeat_share()
        mine = min(share(repeats, payments), 1.0)
        if mine <= usual:
            return 0.0
        bits = mine * math.log2(mine / usual)
        if mine < 1:
            bits += (1 - mine) * math.log2((1 - mine) / (1 - usual))
        return min(payments * bits, 64.0)


def _capped(part: float, whole: float) -> float:
    return min(share(part, whole), 1.0)


#: How each feature is computed from all that an account ever took, and from what its shard did.
ACCOUNT_ORACLE = {
    **{f"in_{s}": lambda p, s=s: p.count(s, False) for s in HALF_LIFE_MS},
    **{f"out_{s}": lambda p, s=s: p.count(s, True) for s in HALF_LIFE_MS},
    **{f"in_yuan_{s}": lambda p, s=s: p.yuan(s, False) for s in ("1d", "7d")},
    **{f"out_yuan_{s}": lambda p, s=s: p.yuan(s, True) for s in ("1d", "7d")},
    "novel_in_1d": lambda p: p.count("1d", False, novel=True),
    "novel_out_1d": lambda p: p.count("1d", True, novel=True),
    "novel_in_share_7d": lambda p: _capped(p.count("7d", False, novel=True), p.count("7d", False)),
    "novel_out_share_7d": lambda p: _capped(p.count("7d", True, novel=True), p.count("7d", True)),
    "in_5wd": lambda p: p.in_working_days(False),
    "out_5wd": lambda p: p.in_working_days(True),
    "payers_5wd": lambda p: p.in_working_days(False, novel=True),
    "payees_5wd": lambda p: p.in_working_days(True, novel=True),
    "times_with_this_one": lambda p: p.met,
    "near_equal_run": lambda p: p.run,
    "dwell_min": lambda p: p.dwell(),
    "passed_share_1d": lambda p: _capped(p.marked("1d", "quick"), p.yuan("1d", False)),
    "balance_share": lambda p: _capped(p.balance, p.yuan("7d", False)),
    "large_after_trial": lambda p: p.large_since,
    "hours_active_7d": lambda p: p.hours_active(),
    "device_cards": lambda p: p.device_cards(),
    "age_d": lambda p: p.age_d(),
    "silent_d": lambda p: p.silent_d,
    "events_since_silence": lambda p: p.since_silence,
    "cash_share_1d": lambda p: _capped(p.by_channel("atm", of=lambda e: e.marks["yuan"]), p.yuan("1d", True)),
    "passed_share_7d": lambda p: _capped(p.marked("7d", "passed"), p.yuan("7d", False)),
    "novel_in_yuan_7d": lambda p: p.yuan("7d", False, novel=True),
    "novel_in_yuan_share_7d": lambda p: _capped(p.yuan("7d", False, novel=True), p.yuan("7d", False)),
    "returned_share_7d": lambda p: _capped(p.marked("7d", "returned"), p.yuan("7d", None)),
    "repeats_1d": lambda p: p.repeats(),
    "repeat_surprise_bits": lambda p: p.population.surprise(p.repeats(), p.count("1d", None)),
    "quick_cash_1d": lambda p: p.by_channel("atm", "pos", of=lambda e: e.marks["quick"] > 0),
    "online_out_1d": lambda p: p.by_channel("online", "mobile", "third_party"),
    "rest_h_7d": lambda p: p.rest_h(),
    "night_share_7d": lambda p: _capped(p.night(), p.count("7d", None)),
    "below_limit_7d": lambda p: p.below_limit(),
    "below_limit_share_7d": lambda p: _capped(p.below_limit(), p.count("7d", None)),
    "corporate": lambda p: float(p.corporate),
    "events_28d": lambda p: p.events_28d(),
    "linked_28d": lambda p: 0.0,
    "events_above_peers": lambda p: p.population.above("events", p.count("7d", None)),
    "flow_above_peers": lambda p: p.population.above("flow", p.yuan("1d", None)),
    "novel_above_peers": lambda p: p.population.above("novel", p.count("1d", None, novel=True)),
    "peers_repeat_share": lambda p: p.population.repeat_share(),
    "peers_events_7d": lambda p: p.population.typical("events"),
    "peers_flow_1d": lambda p: p.population.typical("flow"),
    "peers_novel_1d": lambda p: p.population.typical("novel"),
}
ACCOUNT_EXACT = {
    *("in_5wd", "out_5wd", "payers_5wd", "payees_5wd", "times_with_this_one", "near_equal_run", "hours_active_7d"),
    *("device_cards", "events_since_silence", "rest_h_7d", "corporate"),
}
#: Features that a dwell of two hours or a day, but for rounding, may move either way.
ACCOUNT_BORDERLINE = {"passed_share_1d", "passed_share_7d", "quick_cash_1d"}
