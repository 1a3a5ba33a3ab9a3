"""What people order payments from besides their usual device: a second one, a new one, a relative's."""

from dataclasses import dataclass

import numpy as np

from simulation.accounts import Accounts, devices
from simulation.clock import Window

#: People who also order from a second device, and the share of their orders given there (ours).
SECOND_SHARE, SECOND_ORDERS = 0.12, 0.15
#: People who now and then order from somebody else's device, and the share of their orders (ours).
BORROW_SHARE, BORROWED_ORDERS = 0.10, 0.03
#: People who replace their device in a week (ours: every one and a half to two years).
REPLACED_A_WEEK = 0.012
_NONE = -1


@dataclass(frozen=True)
class DeviceHabits:
    """By device owner; `owner` says whose device an account is ordered from."""

    owner: np.ndarray
    usual: np.ndarray
    second: np.ndarray
    borrowed: np.ndarray
    replaced_ms: np.ndarray
    replacement: np.ndarray

    def choose(self, rng: np.random.Generator, payer: np.ndarray, time_ms: np.ndarray) -> np.ndarray:
        """Device of each order."""
        who = self.owner[payer]
        device = np.where(time_ms >= self.replaced_ms[who], self.replacement[who], self.usual[who])
        draw = rng.random(len(who))
        for other, share in ((self.second[who], SECOND_ORDERS), (self.borrowed[who], BORROWED_ORDERS)):
            device = np.where((other != _NONE) & (draw < share), other, device)
            draw = 1 - draw
        return device


def make_habits(rng: np.random.Generator, accounts: Accounts, window: Window) -> DeviceHabits:
    """Draw everybody's habits."""
    usual, owner = np.unique(accounts.device, return_inverse=True)
    count = len(usual)
    replaces = rng.random(count) < REPLACED_A_WEEK * window.days / 7
    return DeviceHabits(
        owner,
        usual,
        np.where(rng.random(count) < SECOND_SHARE, devices(rng, count), _NONE),
        np.where(rng.random(count) < BORROW_SHARE, usual[rng.integers(0, count, count)], _NONE),
        np.where(replaces, rng.integers(window.begin, window.end, count), np.iinfo(np.int64).max),
        devices(rng, count),
    )
