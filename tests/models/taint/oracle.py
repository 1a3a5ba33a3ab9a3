"""Money followed the slow way: every fen an object in a queue, or exact fractions; plain Python, no columns.

A fen is None when clean, otherwise (hops, arrived, origin).
"""

from collections import defaultdict
from fractions import Fraction
from math import floor


class Purse:
    """What is known of one account."""

    def __init__(self):
        self.fen = []  # first in first; for "proportional": order plays no part
        self.balance_known = False
        self.source = None  # [left or None, until or None]
        self.sums = defaultdict(int)

    @property
    def tainted(self):
        return [fen for fen in self.fen if fen is not None]


def shares(rule, fen, amount):
    """Cut a queue of fen into what goes and what stays; more than there is goes as clean fen, ahead."""
    if rule == "fifo":
        excess = max(amount - len(fen), 0)
        return [None] * excess + fen[: amount - excess], fen[amount - excess :]
    total = max(len(fen), amount)
    marked = sorted((f for f in fen if f is not None), key=lambda f: f[0])
    clean = [f for f in fen if f is None]
    tainted = floor(Fraction(amount * len(marked), total))
    goes, stays, seen = [], [], 0
    for hops in sorted({f[0] for f in marked}):
        mine = [f for f in marked if f[0] == hops]
        before, seen = seen, seen + len(mine)
        part = floor(Fraction(tainted * seen, len(marked))) - floor(Fraction(tainted * before, len(marked)))
        goes += mine[:part]
        stays += mine[part:]
    kept = max(len(clean) - (amount - tainted), 0)
    return goes + [None] * (amount - tainted), stays + [None] * kept


class Oracle:
    """Takes ("source", time, account, left, until), ("clear", time, account) and
    ("pay", time, payer, payee, amount, balance or None, is_cash, is_reported), in order."""

    def __init__(self, rule, max_hops=10, least_fen=0, least_share=0, max_age_ms=10**15):
        self.rule, self.max_hops, self.max_age_ms = rule, max_hops, max_age_ms
        self.least_fen, self.least_share = least_fen, least_share
        self.purses = {}
        self.places = defaultdict(int)

    def take(self, event):
        {"source": self.source, "clear": self.clear, "pay": self.pay}[event[0]](*event[1:])

    def purse(self, account):
        return self.purses.setdefault(account, Purse())

    def source(self, _, account, left, until):
        purse = self.purse(account)
        if purse.source is None or purse.source[0] is not None:
            purse.source = [left, until]

    def clear(self, _, account):
        if account not in self.purses:
            return
        purse = self.purses[account]
        purse.source = None
        own = sum(1 for fen in purse.tainted if fen[0] == 0)
        purse.fen = [None if fen is not None and fen[0] == 0 else fen for fen in purse.fen]
        purse.sums["cleared"] += own
        self.places["cleared"] += own
        self.settle(purse, 0)

    def active(self, purse, now):
        return bool(purse and purse.source and purse.source[0] != 0 and (
            purse.source[1] is None or now <= purse.source[1]))

    def everything(self, purse, now):
        return self.active(purse, now) and purse.source[0] is None

    def settle(self, purse, now):
        if not purse.tainted and not self.active(purse, now):
            purse.fen, purse.balance_known = [], False

    def inject(self, purse, fen, now):
        tainted = fen if purse.source[0] is None else min(fen, purse.source[0])
        if purse.source[0] is not None:
            purse.source[0] -= tainted
        self.places["injected"] += tainted
        purse.sums["injected"] += tainted
        return [(0, now, now)] * tainted + [None] * (fen - tainted)

    def pay(self, now, payer, payee, amount, balance, cash, reported):
        if payer == payee:
            return
        x, y = self.purses.get(payer), self.purses.get(payee)
        going = [None] * amount
        if x and (x.tainted or self.active(x, now)):
            self.reconcile(x, now, amount, balance)
            going, x.fen = shares(self.rule, x.fen, amount)
        if reported:
            self.places["injected"] += going.count(None)
        arriving = self.judge(going, now, amount, x, y, cash, reported)
        if any(fen is not None for fen in arriving) and y is None:
            y = self.purse(payee)
        if y and (any(fen is not None for fen in arriving) or y.tainted or self.active(y, now)):
            if not y.tainted and not self.active(y, now):
                y.fen, y.balance_known = [], False
            for fen in arriving:
                y.sums["in"] += fen is not None
                y.fen += self.inject(y, 1, now) if fen is None and self.active(y, now) else [fen]
        if x:
            self.settle(x, now)

    def reconcile(self, x, now, amount, balance):
        if balance is None:
            if self.everything(x, now):
                x.fen = self.inject(x, max(amount - len(x.fen), 0), now) + x.fen
            return
        had = max(balance + amount, 0)
        surplus = max(had - len(x.fen), 0)
        new = self.inject(x, surplus, now) if self.everything(x, now) else [None] * surplus
        x.fen = x.fen + new if x.balance_known else new + x.fen
        x.balance_known = True
        if had < len(x.fen):
            gone, x.fen = shares(self.rule, x.fen, len(x.fen) - had)
            unseen = sum(fen is not None for fen in gone)
            x.sums["unseen"] += unseen
            self.places["unseen"] += unseen
        if self.everything(x, now):
            x.fen = self.inject(x, max(amount - had, 0), now) + x.fen

    def judge(self, going, now, amount, x, y, cash, reported):
        """What arrives, fen by fen; the ends of the rest are booked."""
        ends = []
        for fen in going:
            if fen is None:
                ends.append("passed" if reported else None)
            elif cash and y is None and not reported:
                ends.append("withdrawn")
            elif not reported and now - fen[1] > self.max_age_ms:
                ends.append("age")
            elif not reported and fen[0] + 1 > self.max_hops:
                ends.append("hops")
            else:
                ends.append("passed")
        passed = ends.count("passed")
        if passed and not reported:
            end = "amount" if passed < self.least_fen else "share" if passed < self.least_share * amount else "passed"
            ends = [end if e == "passed" else e for e in ends]
        arriving = []
        for fen, end in zip(going, ends):
            if end == "passed":
                arriving.append((fen[0] + 1, now, fen[2]) if fen and not reported else (1, now, now))
                if x and fen:
                    x.sums["out"] += 1
                continue
            arriving.append(None)
            if end:
                self.places[end] += 1
                if x:
                    x.sums["withdrawn" if end == "withdrawn" else "stopped"] += 1
        return arriving

    def here(self, account):
        """Tainted fen that lie with an account, by hops."""
        by_hops = defaultdict(int)
        for fen in self.purses[account].tainted:
            by_hops[fen[0]] += 1
        return dict(by_hops)
