"""Bank accounts of persons, employers, shops, billers, platforms and cash desks."""

from dataclasses import dataclass, field

import numpy as np

from simulation.areas import CODES
from simulation.clock import DAY_MS
from simulation.numbering import BANKS, account_numbers
from simulation.people import People
from simulation.phones import Phones

#: Residents with a second account, share of those lying idle, residents per shop (all ours).
SECOND_SHARE, IDLE_SHARE = 0.62, 0.35
PEOPLE_PER_SHOP = 45
BILLERS, PLATFORMS = 12, 9
#: Market share of the banks (ours).
_BANK_SHARE = np.array((18, 15, 15, 11, 7, 12, 8, 3, 3, 3, 3, 2), float) / 100
#: Opening balance of those who never run dry, fen (ours).
_DEEP_FEN = 5 * 10**11


@dataclass
class Accounts:
    """Accounts: first account of each person (same index), seconds, employers, shops and so on.

    `groups` names index ranges. `phone` is the bound line or -1, `active` the share of the owner's
    business done here, `device` and `ip` what the owner usually orders from.
    """

    number: np.ndarray
    holder: np.ndarray  # person, or len(people) + firm
    bank: np.ndarray
    phone: np.ndarray
    opened: np.ndarray
    balance: np.ndarray
    area: np.ndarray
    corporate: np.ndarray
    active: np.ndarray
    device: np.ndarray
    ip: np.ndarray
    second: np.ndarray  # by person: index of the second account, -1
    groups: dict[str, range] = field(default_factory=dict)
    shop_owner: np.ndarray = None
    shop_order: np.ndarray = None  # shops sorted by area
    shop_first: np.ndarray = None  # by area, into shop_order

    def __len__(self) -> int:
        return len(self.number)


#: First octets of consumer addresses in China (selection ours).
OCTETS = np.array((36, 39, 42, 58, 59, 60, 61, 101, 106, 110, 111, 112, 113, 114, 117, 118, 119, 120, 121, 122, 123,
                   124, 125, 171, 175, 180, 182, 183, 218, 219, 220, 221, 222, 223))


def addresses(rng: np.random.Generator, count: int) -> np.ndarray:
    """IPv4 addresses as numbers."""
    return OCTETS[rng.integers(0, len(OCTETS), count)] * 2**24 + rng.integers(1, 2**24 - 1, count)


def devices(rng: np.random.Generator, count: int) -> np.ndarray:
    """Twelve-digit device fingerprints."""
    return rng.integers(10**11, 10**12, count)


def make_accounts(rng: np.random.Generator, people: People, phones: Phones, begin: int) -> Accounts:
    """Open everybody's accounts; openings lie 1 day to 20 years back."""
    persons, residents = len(people), people.residents
    doubles = np.flatnonzero(rng.random(residents) < SECOND_SHARE)
    shops = max(24, residents // PEOPLE_PER_SHOP)
    sizes = {"first": persons, "second": len(doubles), "employer": people.employers, "shop": shops,
             "biller": BILLERS, "platform": PLATFORMS, "cash": len(BANKS)}
    ends = np.cumsum(list(sizes.values()))
    groups = {n: range(int(e - s), int(e)) for (n, s), e in zip(sizes.items(), ends, strict=True)}
    total, people_end = int(ends[-1]), groups["employer"].start
    owner = rng.choice(residents, shops, replace=shops > residents)
    bosses = rng.integers(0, residents, total - people_end)
    bosses[groups["shop"].start - people_end : groups["shop"].stop - people_end] = owner
    person = np.concatenate([np.arange(persons), doubles, bosses])
    bank = rng.choice(len(BANKS), total, p=_BANK_SHARE)
    bank[groups["cash"].start :] = np.arange(len(BANKS))
    corporate = np.arange(total) >= people_end
    stall = groups["shop"].start + np.flatnonzero(rng.random(shops) < 0.6)  # shops on the owner's own name
    corporate[stall] = False
    holder = np.where(corporate, persons + np.arange(total) - people_end, person)
    phone = person.astype(np.int32)
    away_line = (phones.second[person] >= 0) & (rng.random(total) < 0.2)
    phone[away_line] = phones.second[person[away_line]]
    phone[groups["biller"].start :] = -1
    income = people.income_fen[person]
    balance = (income * rng.lognormal(0.3, 1.1, total)).astype(np.int64)
    balance[groups["second"].start : people_end] //= 3
    balance[groups["employer"].start : groups["shop"].start] = _DEEP_FEN // 100
    balance[groups["biller"].start :] = _DEEP_FEN
    active = np.where(np.arange(total) < persons, 0.85, 0.15).astype(np.float32)
    idle = groups["second"].start + np.flatnonzero(rng.random(len(doubles)) < IDLE_SHARE)
    active[idle] = 0
    balance[idle] //= 50
    second = np.full(persons, -1, np.int32)
    second[doubles] = np.arange(groups["second"].start, people_end)
    age_ms = (rng.exponential(1_600, total) * DAY_MS).astype(np.int64) % (7_200 * DAY_MS) + DAY_MS
    area = people.area[person]
    device = devices(rng, persons)[person]
    made = Accounts(account_numbers(rng, bank), holder.astype(np.int32), bank.astype(np.int64), phone, begin - age_ms,
                    balance, area, corporate, active, device, addresses(rng, persons)[person], second, groups, owner)
    shop_area = area[groups["shop"].start : groups["shop"].stop]
    made.shop_order = np.argsort(shop_area, kind="stable") + groups["shop"].start
    made.shop_first = np.searchsorted(np.sort(shop_area), np.arange(len(CODES) + 1))
    return made
