"""How money moves through mule accounts: in, on after a while, out."""

import numpy as np

from simulation.clock import MINUTE_MS
from simulation.frames import ATM, PERSONAL_MEMOS, POS, RING_PART, SHARE, THIRD_PARTY, UNSET, UP_TO, pays
from simulation.ordinary.spending import shop_near
from simulation.ordinary.transfers import channel_of
from simulation.roles import VICTIM

#: How a chain ends: cash, goods, a platform, a collector elsewhere (shares ours).
EXITS, EXIT_SHARE = ("cash", "goods", "platform", "collector"), (0.34, 0.12, 0.18, 0.36)
#: Share of a ring's orders given from its own devices and address instead of the holder's (ours).
OWN_DEVICE = 0.55
#: Most that a cash machine gives at once, fen (ours; the daily limit is 20,000 yuan).
CASH_FEN = 2_000_000


def order(plot, time, payer, payee, amount, mode=UP_TO, step=100, channel=None):
    """Payment orders from a mule account."""
    rng, count = plot.rng, len(time)
    ours = rng.random(count) < OWN_DEVICE * (1.2 - 0.8 * plot.hardness)
    return pays(time, payer, payee, amount, mode=mode, step=step,
                channel=channel_of(rng, count) if channel is None else channel,
                memo=rng.choice(PERSONAL_MEMOS, count), act=RING_PART,
                device=np.where(ours, rng.choice(plot.devices, count), UNSET),
                ip=np.where(ours & (rng.random(count) < 0.7), plot.address, UNSET))


def payers_elsewhere(plot, count: int, local: float = 0.12) -> np.ndarray:
    """Accounts of people cheated elsewhere; a few live here and get the role of a victim."""
    world, rng = plot.world, plot.rng
    who = rng.integers(world.people.residents, len(world.people), count)
    for at in np.flatnonzero(rng.random(count) < local).tolist():
        person = int(rng.integers(0, world.people.residents))
        if world.cast.reserve_account(person):
            world.truth.enroll_account(person, VICTIM, plot.scenario)
            who[at] = person
    return who


def deposits(plot, time, payers, mule, amount, step=100) -> np.ndarray:
    """Payments of cheated people into a mule account, as far as they have the money."""
    rng = plot.rng
    return pays(time, payers, mule, amount, mode=UP_TO, step=step, channel=channel_of(rng, len(time)),
                memo=rng.choice(PERSONAL_MEMOS, len(time)), act=RING_PART)


class Chain:
    """Layers of accounts through which each deposit passes.

    Parameters
    ----------
    layers : list of list of int
        Accounts; the first layer takes deposits.
    dwell_min : float
        Median minutes money stays in an account.
    legs : float
        Mean number of payments a deposit is split into, per layer.
    keep : float
        Share of the balance left behind.
    """

    def __init__(self, plot, layers, dwell_min, legs=1.5, keep=0.02):
        self.plot, self.layers, self.dwell_min, self.legs, self.keep = plot, layers, dwell_min, legs, keep
        self._exit = str(plot.rng.choice(EXITS, p=EXIT_SHARE))
        self._collector = plot.collector() if self._exit == "collector" else -1
        self._orders = []

    def run(self, time: int, mule: int, depth: int = 0) -> None:
        """Plan what happens to money that reached `mule` at `time`."""
        rng = self.plot.rng
        legs = 1 + min(int(rng.poisson(max(self.legs - 1, 0))), 6)
        when = time + int(self.dwell_min * rng.lognormal(0, 0.6) * MINUTE_MS) + int(rng.integers(5_000, 40_000))
        for left in range(legs, 0, -1):
            share = 1000 / left * (rng.uniform(0.8, 1.2) if left > 1 else 1) * (1 - self.keep * rng.uniform(0, 2))
            if depth + 1 < len(self.layers):
                payee = int(rng.choice(self.layers[depth + 1]))
                self._orders.append((when, mule, payee, int(min(share, 1000)), SHARE, -1))
                self.run(when, payee, depth + 1)
            else:
                self._leave(when, mule, int(min(share, 1000)))
            when += int(rng.exponential(1.5) * MINUTE_MS) + int(rng.integers(8_000, 60_000))

    def _leave(self, when, mule, share):
        world, rng = self.plot.world, self.plot.rng
        if self._exit == "cash":
            desk = world.accounts.groups["cash"].start + int(rng.integers(0, len(world.accounts.groups["cash"])))
            self._orders.append((when, mule, desk, CASH_FEN, UP_TO, ATM))
        elif self._exit == "goods":
            shop = int(shop_near(world, rng, np.array([rng.integers(0, world.people.residents)]))[0])
            self._orders.append((when, mule, shop, share, SHARE, POS))
        elif self._exit == "platform":
            site = int(rng.choice(np.asarray(world.accounts.groups["platform"])))
            self._orders.append((when, mule, site, share, SHARE, THIRD_PARTY))
        else:
            self._orders.append((when, mule, self._collector, share, SHARE, -1))

    def orders(self) -> np.ndarray:
        """Everything planned, as payment orders."""
        rng = self.plot.rng
        if not self._orders:
            return pays(np.empty(0, np.int64), 0, 0, 0)
        time, payer, payee, amount, mode, channel = (np.array(c) for c in zip(*self._orders, strict=True))
        step = np.where(channel == ATM, 10_000, rng.choice((1, 100, 100, 10_000), len(time)))
        own = channel_of(rng, len(time))
        return order(self.plot, time, payer, payee, amount, mode, step, np.where(channel < 0, own, channel))


