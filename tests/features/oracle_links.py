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
        self.flow_suspicions: list[tuple[int, float]] = []
        self.flow_told: tuple[int, float] = (0, 0.0)
        self.devices: list[tuple[int, int | None]] = []
        self.balance: dict[int, float] = {}  # of the counterparts: brought, less taken

    def take(self, row) -> None:
        now, other, yuan = int(row["time"]), int(row["card"]), float(row["yuan"])
        self.clock = max(self.clock, now)
        known = other in self.counterparts
        self.counterparts = [other, *(c for c in self.counterparts if c != other)][:16]
        self.balance = {c: self.balance.get(c, 0.0) for c in self.counterparts}
        self.balance[other] += yuan if row["role"] == 3 else -yuan
        quick = passed = 0.0
        if row["role"] == 3:
            self.parcels.append((now, yuan))
        elif (pool := sum(y for _, y in self.parcels)) > 0:
            matched = min(yuan, pool)
            dwell = now - sum(t * y for t, y in self.parcels) / pool
            quick = matched if dwell <= 2 * HOUR_MS else 0.0
            passed = matched if dwell <= DAY_MS else 0.0
            left = (pool - matched) / pool
            self.parcels = [(t, y * left) for t, y in self.parcels] if left else []
        came = yuan if row["role"] == 3 else 0.0
        strange = 0.0 if known else came
        new = row["device"] != 0 and self._is_new(int(row["device"]), now // 1000) and yuan >= 200
        self.payments.append({"at": self.clock, "known": known, "came": came, "strange": strange, "quick": quick,
                              "passed": passed, "new": new})  # fmt: skip

    def _is_new(self, device: int, now_s: int) -> bool:
        since = dict(self.devices).get(device, now_s if self.devices else None)
        self.devices = [(device, since), *((d, s) for d, s in self.devices if d != device)][:3]
        return since is not None and now_s - since < 3 * 86_400

    def flow_suspicion_now(self) -> float:
        """What money passed on within a day and orders from new devices say."""
        came, passing = self.decayed(7, lambda p: p["came"]), 0.0
        if came > 0.01:
            share = min(self.decayed(7, lambda p: p["passed"]) / came, 1.0)
            strange = self.decayed(7, lambda p: p["strange"]) / came
            passing = _ramp(share, 0.4, 0.85) * _ramp(came, 1_000, 10_000) * _ramp(strange, 0.4, 0.85)
        return 1 - (1 - passing) * (1 - _ramp(self.decayed(7, lambda p: p["new"]), 0.5, 2.5))

    def part(self, other: int, suspicion: float) -> float:
        """The counterpart's share of what came (above 0) or went (below 0), weighted; 0 below a tenth."""
        mine = self.balance[other]
        whole = sum(abs(b) for b in self.balance.values() if b * mine > 0)
        part = suspicion * mine / whole if whole else 0.0
        return part if abs(part) >= 0.1 else 0.0

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

    def take(self, row) -> list[tuple[int, float, float, int]]:
        """(counterpart, share of the suspicion, share of the money, flags) of everybody to be told."""
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
        of_flow = 1 - (1 - suspicion) * (1 - account.flow_suspicion_now())
        of_flow = max([of_flow, *map(fade, account.flow_suspicions)])
        account.flow_suspicions.append((account.clock, of_flow))
        share, new = 1 / max(payments, 1.0), account.payments[-1]["new"]
        weight = suspicion * share if suspicion >= 0.25 else 0.0
        part = account.part(int(row["card"]), of_flow) if of_flow >= 0.25 else 0.0
        found = [(int(row["card"]), weight, part, 8 * new)] if weight or part or new else []
        grown = suspicion - fade(account.told)
        if suspicion < 0.25 or grown < 0.25:
            grown = 0.0
        else:
            account.told = (account.clock, suspicion)
        flow_grown = of_flow >= 0.25 and of_flow - fade(account.flow_told) >= 0.25
        if flow_grown:
            account.flow_told = (account.clock, of_flow)
        for other in account.counterparts[1:] if grown or flow_grown else ():
            if (part := account.part(other, of_flow)) or grown:
                found.append((other, grown * share, part, 16 * (part != 0)))
        return found
