"""The cards of one person: which were obtained when and where, and which they still hold.

::

    open A      open B     close A     open C      B goes to another person
    ───┬──────────┬───────────┬──────────┬──────────────┬─────────────►
    held:  A         A B          B          B C            C
    ever:  A         A B         A B        A B C          A B C

A card is *obtained* by opening it or by taking it over. Closing it, or handing it on, ends that it is held; that
it was obtained stays, since frequent and cumulative opening ask what a person opened, and not what is left of it.
Opening a card that the same person holds already is a repeated announcement and changes nothing.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from features.areas import same_prefecture, same_province
from features.events import CARD_ACTIONS
from features.working_days import working_day

OPEN, CLOSE, TRANSFER = (CARD_ACTIONS.index(action) for action in ("open", "close", "transfer"))


class Holding(NamedTuple):
    """A card in a person's hands; `card` and `institution` are names or hashes, whatever compares.

    Attributes
    ----------
    kind : int
        ``features.roles.PHONE`` or ``ACCOUNT``.
    since_ms : int
        When it was obtained, UTC ms.
    area : int
        Six-digit area where that was, 0 if unknown.
    held : bool
        Whether it still is in these hands.
    corporate : bool
        A company's card; quotas of persons leave it out.
    """

    card: Hashable
    kind: int
    institution: Hashable
    since_ms: int
    area: int = 0
    held: bool = True
    corporate: bool = False


def obtain(holdings: Sequence[Holding], new: Holding) -> list[Holding]:
    """Return the holdings with one more; the same ones where the person holds that card already."""
    if any(h.held and h.card == new.card for h in holdings):
        return list(holdings)
    return [*holdings, new]


def give_up(holdings: Sequence[Holding], card: Hashable) -> list[Holding]:
    """Return the holdings after a card was closed or handed on."""
    return [h._replace(held=False) if h.held and h.card == card else h for h in holdings]


def holdings_from(events: Iterable[tuple[int, Holding, Hashable]], holder: Hashable) -> list[Holding]:
    """Replay the events of all cards that a person ever obtained.

    Parameters
    ----------
    events : iterable of (action, Holding, holder)
        In order of time; the holding is what the event's holder would obtain by it.
    """
    mine: list[Holding] = []
    for action, holding, who in events:
        if action != CLOSE and who == holder:
            mine = obtain(mine, holding)
        else:
            mine = give_up(mine, holding.card)
    return mine


def obtained_lately(holdings: Iterable[Holding], kind: int, at_ms: int, working_days: int = 5) -> int:
    """How many personal cards of a kind were obtained within the last working days, the present one among them.

    Examples
    --------
    >>> friday, monday = 1767338100000, 1767597300000  # 2026-01-02 and 2026-01-05, 15:15 in Beijing
    >>> cards = [Holding("a", 1, "ICBC", friday), Holding("b", 1, "ICBC", monday)]
    >>> obtained_lately(cards, 1, monday), obtained_lately(cards, 1, monday, working_days=1)
    (2, 1)
    """
    today = working_day(at_ms)
    return sum(1 for h in holdings
               if h.kind == kind and not h.corporate and h.since_ms <= at_ms
               and today - working_day(h.since_ms) < working_days)


def held_at(holdings: Iterable[Holding], kind: int, institution: Hashable) -> int:
    """How many personal cards of a kind the person holds at one bank or operator."""
    return sum(1 for h in holdings if h.held and h.kind == kind and h.institution == institution and not h.corporate)


def ever_at(holdings: Iterable[Holding], kind: int, institution: Hashable) -> int:
    """How many personal cards of a kind the person ever obtained there, closed ones among them."""
    return sum(1 for h in holdings if h.kind == kind and h.institution == institution and not h.corporate)


def is_far_from_home(holdings: Iterable[Holding], area: int, digits: int) -> bool | None:
    """Whether none of the cards a person holds was obtained near an area; None when that cannot be told.

    Parameters
    ----------
    area : int
        Six-digit area of the new card.
    digits : {2, 4}
        2: near is the same province, 4: the same prefecture.
    """
    near = same_province if digits == 2 else same_prefecture
    homes = [h.area for h in holdings if h.held and h.area]
    if not area or not homes:
        return None
    return not any(near(home, area) for home in homes)
