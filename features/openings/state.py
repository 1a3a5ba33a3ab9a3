"""Everything the stream of card events has said about who holds what, in bounded memory.

A person costs about 200 bytes and 32 for each card, in a snapshot 16 and 32. The persons who obtained or gave up a
card longest ago are forgotten first, once there are `max_holders`; the store forgets nobody, and is what a question
at the counter is answered from.
"""

from array import array
from collections import OrderedDict
from typing import NamedTuple

import numpy as np

from features.decay import DAY_MS
from features.openings.holdings import (
    CLOSE,
    Holding,
    ever_at,
    give_up,
    held_at,
    is_far_from_home,
    obtain,
    obtained_lately,
)
from features.openings.rows import OpeningEvent
from features.openings.shared_values import SHARED, SharedValues, Sharing
from features.roles import CORPORATE
from features.snapshot import pack, unpack

#: Version of the state's layout; a change of it is a change of the public interface (CHANGELOG).
STATE_VERSION = 1
_KIND = "openings"
#: Persons remembered (ours): half a year of openings in a city of 10 million, 100 MB.
MAX_HOLDERS = 500_000
#: Cards remembered of a person, the latest (ours).
MAX_HOLDINGS = 64
_WORDS = 4  # of 64 bits in a packed holding
_HELD, _CORPORATE = 1, 2


class OpeningFigures(NamedTuple):
    """What stands after somebody obtained a card; personal cards of its kind.

    Attributes
    ----------
    lately : int
        Obtained within the working days asked for.
    held_here, ever_here : int
        Held at, and ever obtained at, the card's bank or operator.
    shared : dict of str to Sharing
        By what is shared, as far as the event names it.
    far : bool or None
        Far from where the person's other cards were obtained; None: cannot be told.
    phone_of_another : bool
        Another person is known to hold the contact phone.
    is_new : bool
        False for a repeated announcement of a card that the person holds already, or a company's card:
        then the counts have not grown.
    """

    lately: int
    held_here: int
    ever_here: int
    shared: dict[str, Sharing]
    far: bool | None
    phone_of_another: bool
    is_new: bool


class OpeningState:
    """Persons, cards and what they share.

    Parameters
    ----------
    window_days : tuple of int
        For each of `SHARED`: how long ago an identity may have used it to count.
    lately_days : int
        Working days.
    home_digits : {2, 4}
        See :func:`features.openings.holdings.is_far_from_home`.
    """

    def __init__(self, window_days: tuple[int, ...] = (30, 30, 365), lately_days: int = 5, home_digits: int = 2,
                 max_holders: int = MAX_HOLDERS):
        self._lately_days = lately_days
        self._home_digits = home_digits
        self._max_holders = max_holders
        # Whoever was touched last stands last; see `SharedValues` for why no plain dict.
        self._persons: OrderedDict[int, array] = OrderedDict()
        self._owner: dict[int, int] = {}  # of each card that is held
        self._shared = tuple(SharedValues(days * DAY_MS, max_holders) for days in window_days)

    @property
    def entities(self) -> dict[str, int]:
        """How many of each kind it knows."""
        return {"holder": len(self._persons), "held_card": len(self._owner)}

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        return 48 * len(self._persons) + 48 * len(self._owner) + 40 * sum(len(values) for values in self._shared)

    def holdings(self, holder: int) -> list[Holding]:
        """The cards that a person obtained, in order of time; hashes for names."""
        return _unpacked(self._persons.get(holder, ()))

    def take(self, event: OpeningEvent) -> OpeningFigures | None:
        """Take an event; None where nobody obtained anything by it."""
        card, holder = event.card, event.entity
        before = self._owner.get(card)
        if event.role == CLOSE:
            self._give_up(card, before if before is not None else holder)
            return None
        if before is not None and before != holder:
            self._give_up(card, before)
        corporate = bool(event.flags & CORPORATE)
        kind, here, at_ms, area = event.card_kind, event.institution, event.time, event.area
        held = self.holdings(holder)
        far = is_far_from_home(held, area, self._home_digits)
        mine = obtain(held, Holding(card, kind, here, at_ms, area, True, corporate))
        self._keep(holder, mine)
        self._owner[card] = holder
        phone = event.linked_phone
        shared = {name: values.add(used, holder, at_ms)
                  for name, values in zip(SHARED, self._shared) if (used := getattr(event, name))}
        return OpeningFigures(
            obtained_lately(mine, kind, at_ms, self._lately_days), held_at(mine, kind, here), ever_at(mine, kind, here),
            shared, far, self._owner.get(phone, holder) != holder, len(mine) > len(held) and not corporate)

    def _give_up(self, card: int, holder: int) -> None:
        self._owner.pop(card, None)
        if holder in self._persons:
            self._keep(holder, give_up(self.holdings(holder), card))

    def _keep(self, holder: int, holdings: list[Holding]) -> None:
        if len(holdings) > MAX_HOLDINGS:
            gone = next((h for h in holdings if not h.held), holdings[0])
            holdings.remove(gone)
            if gone.held:
                self._owner.pop(gone.card, None)
        self._persons.pop(holder, None)
        self._persons[holder] = _packed(holdings)
        while len(self._persons) > self._max_holders:
            silent = next(iter(self._persons))
            for h in _unpacked(self._persons.pop(silent)):
                if h.held and self._owner.get(h.card) == silent:
                    del self._owner[h.card]

    def snapshot(self) -> bytes:
        """All state as one blob of plain arrays; who holds what follows from the persons' cards."""
        words = array("Q")
        for packed in self._persons.values():
            words.extend(packed)
        arrays = {
            "holders": np.array(list(self._persons), np.uint64),
            "cards": np.array([len(packed) // _WORDS for packed in self._persons.values()], np.int64),
            "words": np.frombuffer(words, np.uint64) if words else np.empty(0, np.uint64),
        }
        for name, values in zip(SHARED, self._shared):
            arrays |= {f"{name}.{part}": a for part, a in values.snapshot().items()}
        return pack(_KIND, STATE_VERSION, arrays)

    def restore(self, blob: bytes) -> None:
        """Become what :meth:`snapshot` saw.

        Raises
        ------
        features.snapshot.BadSnapshot
        """
        arrays, _ = unpack(blob, _KIND, STATE_VERSION)
        words, at = arrays["words"], 0
        self._persons, self._owner = OrderedDict(), {}
        for holder, cards in zip(arrays["holders"].tolist(), arrays["cards"].tolist()):
            self._persons[holder] = array("Q", words[at : at + cards * _WORDS].tolist())
            at += cards * _WORDS
            for h in _unpacked(self._persons[holder]):
                if h.held:
                    self._owner[h.card] = holder
        for name, values in zip(SHARED, self._shared):
            values.restore({n.removeprefix(f"{name}."): a for n, a in arrays.items() if n.startswith(f"{name}.")})


def _packed(holdings: list[Holding]) -> array:
    words = array("Q")
    for h in holdings:
        flags = h.held * _HELD | h.corporate * _CORPORATE
        words.extend((h.card, h.institution, h.since_ms, h.area << 16 | h.kind << 8 | flags))
    return words


def _unpacked(words) -> list[Holding]:
    return [
        Holding(words[k], words[k + 3] >> 8 & 0xFF, words[k + 1], words[k + 2], words[k + 3] >> 16,
                bool(words[k + 3] & _HELD), bool(words[k + 3] & _CORPORATE))
        for k in range(0, len(words), _WORDS)
    ]
