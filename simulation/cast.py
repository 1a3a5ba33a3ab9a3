"""Who plays which part: lines, accounts and people, each given away once."""

import numpy as np


class Cast:
    """Draws free cards at random, by kind.

    Line kinds: ``own`` (a resident's first line), ``second`` (a second line in use), ``idle`` (a
    second line that lies silent). Account kinds: ``first``, ``second``, ``idle`` likewise. A kind
    that has run out is replaced by the next in :data:`FALLBACK`.
    """

    FALLBACK = {"idle": "second", "second": "own", "own": None, "first": None}

    def __init__(self, rng: np.random.Generator, people, phones, accounts):
        seconds = np.arange(len(people), len(phones))
        spare = np.asarray(accounts.groups["second"])
        own = np.arange(people.residents)
        fresh = phones.rate[seconds] > 0
        used = accounts.active[spare] > 0
        quiet = phones.rate[own] > 0
        self._lines = {"own": rng.permutation(own[quiet]), "second": rng.permutation(seconds[fresh]),
                       "idle": rng.permutation(seconds[~fresh])}
        self._accounts = {"own": rng.permutation(own), "second": rng.permutation(spare[used]),
                          "idle": rng.permutation(spare[~used])}
        self._people = rng.permutation(own[quiet])
        self._at = {}
        self._line_taken = np.zeros(len(phones), bool)
        self._account_taken = np.zeros(len(accounts), bool)

    def line(self, kind: str) -> int:
        """A free line."""
        return self._draw("line", self._lines, kind, self._line_taken)

    def account(self, kind: str) -> int:
        """A free account; ``first`` means a person's first one."""
        return self._draw("account", self._accounts, "own" if kind == "first" else kind, self._account_taken)

    def person(self) -> int:
        """A resident whose first line and first account are both free; both are taken."""
        while True:
            at = self._at.get("person", 0)
            if at >= len(self._people):
                raise ValueError("too few people for the rings asked for: lower fraud_phones_per_1000 "
                                 "and mules_per_1000, or choose a larger city")
            self._at["person"] = at + 1
            person = int(self._people[at])
            if not (self._line_taken[person] or self._account_taken[person]):
                self._line_taken[person] = self._account_taken[person] = True
                return person

    def reserve_account(self, account: int) -> bool:
        """Take a certain account; False where it is taken already."""
        free = not self._account_taken[account]
        self._account_taken[account] = True
        return free

    def _draw(self, what, pools, kind, taken):
        while kind is not None:
            pool, at = pools[kind], self._at.get((what, kind), 0)
            while at < len(pool) and taken[pool[at]]:
                at += 1
            self._at[what, kind] = at + 1
            if at < len(pool):
                taken[pool[at]] = True
                return int(pool[at])
            kind = self.FALLBACK[kind]
        raise ValueError(f"too few {what}s for the rings asked for: lower fraud_phones_per_1000 and mules_per_1000, "
                         "or choose a larger city")
