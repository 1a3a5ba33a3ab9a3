"""One ring being planned: its time, its hardness, the cards it got hold of."""

from dataclasses import dataclass, field

import numpy as np

from simulation.accounts import addresses, devices
from simulation.areas import N_LOCAL
from simulation.clock import CHINA_OFFSET_MS, DAY_MS, HOUR_MS, MINUTE_MS, spread
from simulation.numbering import imeis
from simulation.openings import AGENTS, CLERKS, OFFICES
from simulation.rhythm import AWAKE
from simulation.roles import FRAUD_PHONE, MULE, VICTIM

#: Where rings get their lines and accounts (shares ours): bought from people who use them, bought
#: idle, newly opened for the purpose, or the seller's own main card.
LINE_KINDS, LINE_SHARE = ("second", "idle", "new", "own"), (0.40, 0.22, 0.25, 0.13)
ACCOUNT_KINDS, ACCOUNT_SHARE = ("second", "idle", "new", "first"), (0.36, 0.22, 0.22, 0.20)
#: New cards opened through an office that works with criminals (ours).
CROOKED_SHARE = 0.5
#: Rings begin in this first part of the window, so that something of them is seen (ours).
BEGIN_WITHIN = 0.62


@dataclass
class Plot:
    """A ring's plan. `hardness` runs from 0 (loud) to 1 (hard to tell from honest life).

    The ring lives from `begin` to `end`; `devices` and `address` are what it orders payments from.
    """

    world: object
    rng: np.random.Generator
    scenario: str
    hardness: float
    begin: int
    end: int
    area: int
    address: int
    devices: np.ndarray
    crooked: dict = field(default_factory=dict)

    def between(self, easy: float, hard: float, jitter: float = 0.25) -> float:
        """A positive quantity on the way from its easy to its hard value, with lognormal jitter."""
        at = np.log(easy) + (np.log(hard) - np.log(easy)) * self.hardness
        return float(np.exp(at) * self.rng.lognormal(0, jitter))

    def cell(self) -> int:
        """A cell of the ring's area."""
        return int(self.world.cells.within(np.array([self.area]), self.rng.random(1))[0])

    def handsets(self, count: int) -> np.ndarray:
        """Handsets of the ring."""
        return imeis(self.rng, count)

    def line(self, kind: str | None = None, imei: int | None = None, cell: int | None = None) -> int:
        """Get hold of a line; from `begin` on it sits in `imei` and stays at `cell`, if given.

        Its holder's ordinary calls fade but do not stop.
        """
        rng, world = self.rng, self.world
        phones, changes = world.phones, world.changes
        kind = kind or str(rng.choice(LINE_KINDS, p=LINE_SHARE))
        line = world.cast.line("idle" if kind == "new" else kind)
        world.truth.enroll_line(line, FRAUD_PHONE, self.scenario)
        fade = rng.uniform(0.05, 0.25) + 0.4 * self.hardness
        rest, start = max(float(phones.rate[line]), 0.6) * fade, self.begin
        if kind == "new":
            start = self._open("line", line, phones, days=12)
            phones.listen[line] = phones.rate[line] = 0
        changes.add(start, phones, "rate", line, rest)
        changes.add(start, phones, "listen", line, min(1.0, 0.15 + fade))
        for column, value in (("imei", imei), ("home_cell", cell), ("work_cell", cell)):
            if value is not None:
                changes.add(start, phones, column, line, value)
        if cell is not None:
            changes.add(start, phones, "place", line, 1)
        return line

    def mule(self, kind: str | None = None) -> int:
        """Get hold of an account; its holder's ordinary payments go on, fewer."""
        rng, world = self.rng, self.world
        accounts = world.accounts
        kind = kind or str(rng.choice(ACCOUNT_KINDS, p=ACCOUNT_SHARE))
        account = world.cast.account("idle" if kind == "new" else kind)
        world.truth.enroll_account(account, MULE, self.scenario)
        if kind == "new":
            start = self._open("account", account, accounts, days=20)
            accounts.balance[account] = int(rng.integers(0, 30_000)) if start < world.window.begin else 0
            world.changes.add(start, accounts, "active", account, 0.10)
        elif kind == "second":
            accounts.balance[account] //= 20  # emptied before it was sold
        elif kind == "idle":
            world.changes.add(self.begin, accounts, "active", account, 0.08)
        return account

    def collector(self) -> int:
        """An account elsewhere that takes what the mules pass on; a mule as well."""
        world = self.world
        while True:
            account = int(self.rng.integers(world.people.residents, len(world.people)))
            if world.cast.reserve_account(account):
                world.truth.enroll_account(account, MULE, self.scenario)
                return account

    def victim(self) -> int:
        """A resident to be cheated: phone and account get the role of a victim."""
        person = self.world.cast.person()
        self.world.truth.enroll_line(person, VICTIM, self.scenario)
        self.world.truth.enroll_account(person, VICTIM, self.scenario)
        return person

    def _open(self, what, card, table, days):
        """Open a card up to `days` before the ring needs it; half of them through a crooked office."""
        rng = self.rng
        lead = int(rng.exponential(days / 4) * DAY_MS) % (days * DAY_MS) + 20 * MINUTE_MS
        wanted = max(self.begin - lead, self.world.window.begin - days * DAY_MS)
        midnight = (wanted + CHINA_OFFSET_MS) // DAY_MS * DAY_MS - CHINA_OFFSET_MS
        opened = midnight + int(rng.integers(9 * HOUR_MS, 17 * HOUR_MS))  # offices are open by day, as for anybody
        table.opened[card] = opened if opened < self.begin - 20 * MINUTE_MS else opened - DAY_MS
        if rng.random() < CROOKED_SHARE:
            area = min(self.area, N_LOCAL - 1)
            office = int(table.bank[card]) if what == "account" else 12 + int(table.operator[card]) * 3
            agent = area * 10 + int(self.address) % AGENTS if rng.random() < 0.6 else -1
            self.crooked[what, card] = (area * OFFICES + office, int(self.address) % CLERKS, agent)
        return int(table.opened[card])


def make_plot(world, scenario: str, number: int, days: tuple[float, float], crooked: dict) -> Plot:
    """Give a ring its time (`days` is the range of its length), place and hardness."""
    rng = world.rng(scenario, number)
    window = world.window
    latest = window.begin + int((window.end - window.begin) * BEGIN_WITHIN)
    begin = window.begin + 9 * HOUR_MS + int(rng.integers(0, 4 * HOUR_MS))
    drawn = rng.permutation(spread(rng, window.begin, latest, 8, AWAKE))
    begin = int(drawn[0]) if len(drawn) else begin
    end = min(window.end, begin + int(rng.uniform(*days) * DAY_MS))
    return Plot(world, rng, scenario, float(rng.random()), begin, end, int(rng.integers(0, N_LOCAL)),
                int(addresses(rng, 1)[0]), devices(rng, int(rng.integers(1, 4))), crooked)
