"""Features of accounts, the slow way."""

from tests.features.oracle import HOUR_MS, RegularPeers, last_working_days, share, working_day
from tests.features.oracle_past import HALF_LIFE_MS, Event, Past

_TRIAL_MS = 3 * 24 * HOUR_MS


class AccountPast(Past):
    """All that one account ever took."""

    def __init__(self, name: str):
        super().__init__(name)
        self.peers = {True: RegularPeers(8), False: RegularPeers(8)}
        self.with_peer: dict[tuple, tuple[float, int]] = {}  # (out, peer): last amount, run of near-equal ones
        self.parcels: list[tuple[float, float]] = []  # money that came in and has not left: (arrival, yuan)
        self.dwell_min: float | None = None
        self.trial: int | None = None
        self.large_since = 0.0
        self.balance = 0.0
        self.met = self.run = 0
        self.borderline = False  # a dwell of two hours but for rounding

    def take(self, row, since):
        self.met = self.run = 0
        if self.trial is not None and row.time - self.trial > _TRIAL_MS:
            self.trial, self.large_since = None, 0.0
        super().take(row, since)

    def take_event(self, event: Event) -> None:
        row, yuan = event.row, float(event.row.event["amount"])
        self.met, event.novel = self.peers[event.out].meet(row.peer, row.time // 1000)
        event.marks["day"] = self._counted_day(row.time)
        self._near_equal(event, yuan)
        self._trial(event, yuan)
        event.marks["yuan"] = yuan
        event.marks["quick"] = self._pay_out(row.time, yuan) if event.out else 0.0
        if not event.out:
            self.parcels.append((row.time, yuan))
        elif (balance := row.event.get("balance_after")) is not None:
            self.balance = max(balance, 0.0)

    def _counted_day(self, now: int):
        """Its own working day while that is one of the last five, else the newest."""
        own = working_day(now)
        newest = working_day(self.clock)
        return own if own in last_working_days(newest) else newest

    def _near_equal(self, event: Event, yuan: float) -> None:
        last, run = self.with_peer.get((event.out, event.row.peer), (0.0, 0))
        near = not event.novel and abs(yuan - last) <= 0.05 * max(yuan, last)
        self.run = min(run + 1, 255) if near else 1
        self.with_peer[event.out, event.row.peer] = (yuan, self.run)

    def _trial(self, event: Event, yuan: float) -> None:
        if yuan <= 10 and event.novel:
            self.trial = event.row.time
        elif yuan >= 2000 and self.trial is not None:
            self.large_since += yuan

    def _pay_out(self, now: int, yuan: float) -> float:
        """Take money evenly out of all that is there; give what left within two hours of arriving."""
        pool = sum(y for _, y in self.parcels)
        matched = min(yuan, pool)
        if not matched:
            return 0.0
        dwell = max(now - sum(t * y for t, y in self.parcels) / pool, 0)
        self.dwell_min = dwell / 60_000
        self.borderline |= abs(dwell - 2 * HOUR_MS) < 1000
        left = (pool - matched) / pool
        self.parcels = [(t, y * left) for t, y in self.parcels] if left else []
        return matched if dwell <= 2 * HOUR_MS else 0.0

    def count(self, scale: str, out: bool, novel: bool = False) -> float:
        return self.decayed(HALF_LIFE_MS[scale], lambda e: e.out == out and (e.novel or not novel))

    def yuan(self, scale: str, out: bool) -> float:
        return self.decayed(HALF_LIFE_MS[scale], lambda e: (e.out == out) * e.marks["yuan"])

    def in_working_days(self, out: bool, novel: bool = False) -> int:
        """Events of the last five working days."""
        days = last_working_days(working_day(self.clock))
        return sum(e.marks["day"] in days and e.out == out and (e.novel or not novel) for e in self.events)

    def cash(self) -> float:
        paid = lambda e: e.out and e.row.event.get("channel") == "atm"  # noqa: E731
        return self.decayed(HALF_LIFE_MS["1d"], lambda e: paid(e) * e.marks["yuan"])

    def dwell(self) -> float:
        """Minutes that the money of the last payment had stayed; a million where none had come."""
        return 1e6 if self.dwell_min is None else self.dwell_min


def _capped(part: float, whole: float) -> float:
    return min(share(part, whole), 1.0)


#: How each feature is computed from all that an account ever took.
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
    "passed_share_1d": lambda p: _capped(
        p.decayed(HALF_LIFE_MS["1d"], lambda e: e.marks["quick"]), p.yuan("1d", False)
    ),
    "balance_share": lambda p: _capped(p.balance, p.yuan("7d", False)),
    "large_after_trial": lambda p: p.large_since,
    "hours_active_7d": lambda p: p.hours_active(),
    "device_cards": lambda p: p.device_cards(),
    "age_d": lambda p: p.age_d(),
    "silent_d": lambda p: p.silent_d,
    "events_since_silence": lambda p: p.since_silence,
    "cash_share_1d": lambda p: _capped(p.cash(), p.yuan("1d", True)),
}
ACCOUNT_EXACT = {
    *("in_5wd", "out_5wd", "payers_5wd", "payees_5wd", "times_with_this_one", "near_equal_run", "hours_active_7d"),
    *("device_cards", "events_since_silence"),
}
