"""Shops: many payers into one account by day, one payment to the owner or the wholesaler by night."""

import numpy as np

from simulation.clock import HOUR_MS
from simulation.frames import HONEST_PART, M_GOODS, M_SETTLE, MOBILE, NO_CALLS, ONLINE, SHARE, pays
from simulation.roles import HONEST, SHOP

#: Share of shops that settle on a day, and of those paying a wholesaler instead of the owner (ours).
SETTLES, TO_WHOLESALER = 0.8, 0.25


def cast(world) -> None:
    for account in world.accounts.groups["shop"]:
        if world.cast.reserve_account(account):
            world.truth.enroll_account(account, SHOP, HONEST)
    rng = world.rng("shop")
    world.actors[SHOP] = rng.normal(22.0, 1.0, len(world.accounts.groups["shop"]))


def day(world, day):
    rng = world.rng("shop", day)
    shops = np.asarray(world.accounts.groups["shop"])
    hour = world.actors[SHOP]
    settles = rng.random(len(shops)) < SETTLES
    time = (world.window.day(day) + np.clip(hour + rng.normal(0, 0.2, len(shops)), 18, 23.9) * HOUR_MS).astype(np.int64)
    other = shops[rng.integers(0, len(shops), len(shops))]
    supply = rng.random(len(shops)) < TO_WHOLESALER
    rows = pays(time, shops, np.where(supply, other, world.accounts.shop_owner), rng.integers(600, 990, len(shops)),
                mode=SHARE, step=100, channel=np.where(supply, ONLINE, MOBILE),
                memo=np.where(supply, M_GOODS, M_SETTLE), act=HONEST_PART)
    return NO_CALLS, rows[settles]
