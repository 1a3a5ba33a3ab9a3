"""How many identities stand behind one address, agent or contact phone within a time.

Each value keeps who used it and when last; who did so longer ago than the window is forgotten, and so is a value
that nobody used within it. Memory follows the openings of a window, and is bounded besides.
"""

from collections import OrderedDict
from typing import NamedTuple

import numpy as np

#: What is shared, in the order of the windows.
SHARED = ("address", "agent", "linked_phone")
#: Identities remembered of a value, the latest (ours); limits must lie below.
MAX_IDENTITIES = 256


class Sharing(NamedTuple):
    """Identities behind a value after one more opening; `grew`: that one was new there."""

    identities: int
    grew: bool


class SharedValues:
    """The identities behind the values of one kind; keys are hashes.

    Parameters
    ----------
    window_ms : int
        How long ago an identity may have used the value to count.
    max_values : int
        Values remembered; the one used longest ago goes first.
    """

    def __init__(self, window_ms: int, max_values: int):
        self._window_ms = window_ms
        self._max_values = max_values
        # The value used last stands last. Not a plain dict: what was taken from its front it passes over at every look.
        self._users: OrderedDict[int, dict[int, int]] = OrderedDict()
        self._newest_ms = 0

    def __len__(self) -> int:
        return len(self._users)

    def add(self, value: int, holder: int, time_ms: int) -> Sharing:
        """Note that a holder gave this value at an opening."""
        self._newest_ms = max(self._newest_ms, time_ms)
        since_ms = self._newest_ms - self._window_ms
        users = {h: t for h, t in self._users.pop(value, {}).items() if t > since_ms}
        grew = holder not in users
        users[holder] = max(users.pop(holder, time_ms), time_ms)
        if len(users) > MAX_IDENTITIES:
            del users[next(iter(users))]
        self._users[value] = users
        self._forget(since_ms)
        return Sharing(len(users), grew)

    def _forget(self, since_ms: int) -> None:
        while self._users:
            first = next(iter(self._users))
            if len(self._users) <= self._max_values and max(self._users[first].values()) > since_ms:
                return
            del self._users[first]

    def snapshot(self) -> dict[str, np.ndarray]:
        pairs = [pair for users in self._users.values() for pair in users.items()]
        return {
            "values": np.array(list(self._users), np.uint64),
            "counts": np.array([len(users) for users in self._users.values()], np.int64),
            "holders": np.array([holder for holder, _ in pairs], np.uint64),
            "times": np.array([time for _, time in pairs], np.int64),
            "newest": np.array([self._newest_ms], np.int64),
        }

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        pairs = iter(zip(arrays["holders"].tolist(), arrays["times"].tolist()))
        self._users = OrderedDict(
            (value, dict(next(pairs) for _ in range(count)))
            for value, count in zip(arrays["values"].tolist(), arrays["counts"].tolist()))
        self._newest_ms = int(arrays["newest"][0])
