"""Who knows whom: families, colleagues, friends, with heavy-tailed call counts.

Slot `s` of the table is, for friends, one perfect matching of all people: whoever is in my slot
`s` has me in theirs. So the network is symmetric without a list of edges.
"""

import numpy as np

from simulation.people import People

HOUSEHOLD_SLOTS = 4
COLLEAGUE_SLOTS = 6
FRIEND_SLOTS = 18
SLOTS = HOUSEHOLD_SLOTS + COLLEAGUE_SLOTS + FRIEND_SLOTS
#: Friend slots matched within the county; the rest match across the city and elsewhere (ours).
_NEAR_SLOTS = 12


def make_contacts(rng: np.random.Generator, people: People) -> np.ndarray:
    """Table [person, slot] of the people one knows, closest slots first; 112 bytes a person."""
    total = len(people)
    table = np.empty((total, SLOTS), np.int32)
    first_friend = HOUSEHOLD_SLOTS + COLLEAGUE_SLOTS
    for slot in range(FRIEND_SLOTS):
        table[:, first_friend + slot] = _matching(rng, people, near=slot < _NEAR_SLOTS)
    table[:, :first_friend] = table[:, first_friend + 2 : 2 * first_friend + 2][:, :first_friend]
    me = np.arange(total)
    place = me - people.household
    for slot in range(HOUSEHOLD_SLOTS):
        lives = people.household_size > slot + 1
        member = people.household + (place + slot + 1) % people.household_size
        table[lives, slot] = member[lives]
    staff = np.flatnonzero(people.employer >= 0)
    staff = staff[np.lexsort((rng.random(len(staff)), people.employer[staff]))]
    for slot in range(COLLEAGUE_SLOTS):
        step = (slot // 2 + 1) * (1 if slot % 2 else -1)
        table[staff, HOUSEHOLD_SLOTS + slot] = np.roll(staff, step)
    return table


def _matching(rng, people, near):
    key = rng.random(len(people))
    order = np.lexsort((key, people.area)) if near else np.argsort(key)
    if len(order) % 2:
        order = np.append(order, order[0])
    partner = np.empty(len(people), np.int32)
    partner[order] = order.reshape(-1, 2)[:, ::-1].ravel()
    return partner


def choose_slot(rng: np.random.Generator, reach: np.ndarray, bend: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Slot called: ``reach * u**bend``, turned by `turn` for those whose closest are friends."""
    rank = (reach * rng.random(len(reach)) ** bend).astype(np.int64)
    return (rank + turn) % SLOTS
