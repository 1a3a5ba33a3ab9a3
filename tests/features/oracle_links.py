"""Links between accounts, the slow way: every payment is kept, everything is computed anew."""

import math

DAY_MS, HOUR_MS = 86_400_000, 3_600_000


def _ramp(value: float, none: float, full: float) -> float:
    return min(max((value - none) / (full - none), 0.0), 1.0)


class Account:
    """All payments of one account, in the order in which they were taken."""

    def __init__(self):
        self.payments: list[dict] = []
        self.counterparts: list[int] = []  # the latest first
        self.parcels: list[tuple[float, float]] = []
        self.clock = 0
        self.suspicions: list[tuple[int, float]] = []  # each taken over, and when
        self.told: tuple[int, float] = (0, 0.0)

    def take(self, row) -> None:
        now, other, yuan = int(row["time"]), int(row["card"]), float(row["yuan"])
        self.clock = max(self.clock, now)
        known = other in self.counterparts
        self.counterparts = [other, *(c for c in self.counterparts if c != other)][:16]
        quick = 0.0
        if row["role"] == 3:
            self.parcels.append((now, yuan))
        elif (pool := sum(y for _, y in self.parcels)) > 0:
            matched = min(yuan, pool)
            quick = matched if now - sum(t * y for t, y in self.parcels) / pool <= 2 * HOUR_MS else 0.0
            left = (pool - matched) / pool
            self.parcels = [(t, y * left) for t, y in self.parcels] if left else []
        came = yuan if row["role"] == 3 else 0.0
        strange = 0.0 if known else came
        self.payments.append({"at": self.clock, "known": known, "came": came, "strange": strange, "quick": quick})

    def decayed(self, days: float, of=lambda p: 1.0) -> float:
        return sum(of(p) * 2 ** (-(self.clock - p["at"]) / DAY_MS / days) for p in self.payments)

    def suspicion_now(self, usual: float) -> float:
        payments, repeats = self.decayed(1), self.decayed(1, lambda p: p["known"])
        mine, bits = min(repeats / payments, 1.0), 0.0
        if mine > usual:
            bits = mine * math.log2(mine / usual)
            bits += (1 - mine) * math.log2((1 - mine) / (1 - usual)) if mine < 1 else 0.0
            bits = min(payments * bits, 64.0)
        repeating = _ramp(bits, 0.5, 3.0) * _ramp(usual, 0.1, 0.05)
        came = self.decayed(1, lambda p: p["came"])
        if came <= 0.01:
            return repeating
        share = min(self.decayed(1, lambda p: p["quick"]) / came, 1.0)
        strange = self.decayed(1, lambda p: p["strange"]) / came
        passing = _ramp(share, 0.4, 0.85) * _ramp(came, 1_000, 10_000) * _ramp(strange, 0.4, 0.85)
        return 1 - (1 - repeating) * (1 - passing)


class Links:
    """What the links of a shard tell, and of whom."""

    def __init__(self):
        self.accounts: dict[int, Account] = {}
        self.weight = self.repeated = 0.0

    def take(self, row) -> list[tuple[int, float]]:
        """(counterpart, share of the suspicion) of everybody to be told."""
        account = self.accounts.setdefault(int(row["entity"]), Account())
        account.take(row)
        usual = (self.repeated + 8 * 0.5) / (self.weight + 8)
        payments = account.decayed(28)
        fade = lambda kept: kept[1] * 2 ** (-(account.clock - kept[0]) / DAY_MS / 28)  # noqa: E731
        suspicion = max([account.suspicion_now(usual), *map(fade, account.suspicions)])
        account.suspicions.append((account.clock, suspicion))
        if 5 <= payments <= 32:
            self.weight += 1 / (1 + payments)
            self.repeated += account.payments[-1]["known"] / (1 + payments)
        if suspicion < 0.25:
            return []
        share = 1 / max(payments, 1.0)
        found = [(int(row["card"]), suspicion * share)]
        grown = suspicion - fade(account.told)
        if grown >= 0.25:
            account.told = (account.clock, suspicion)
            found += [(c, grown * share) for c in account.counterparts[1:]]
        return found
