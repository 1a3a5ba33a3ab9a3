"""How every page about a card is opened: within the territory, for a stated purpose, noted before it is shown."""

import re
from dataclasses import dataclass

from fastapi import Request

from casework.officers import Officer, acting
from connectors.case_log import lookups
from connectors.queries.case_facts import area_of
from console.accounts.sessions import stated_purpose
from console.render import page
from console.visitor import NotAllowed, Visitor, context_of
from jobs.casework.desk import Desk

#: How long a page may take to fetch its parts, and looks at the card that are searched for the page's (ours).
PART_OF_LOOK_MS, LATEST_LOOKS = 60_000, 50
#: Pages about a card besides its own, to which a stated purpose may lead on.
_PARTS = re.compile(r"(?P<below>flow|calls)|hit/(?P<hit>[\w-]{1,80})")


@dataclass(frozen=True)
class OpenedCard:
    """A card that may be shown, with its area (or nothing), the purpose that was stated, and who looks."""

    card: str
    area: str
    purpose: str
    officer: Officer


def card_of(request: Request, reference: str) -> str:
    """The card of a reference in an address.

    Raises
    ------
    NotAllowed
        We never made it.
    """
    number = context_of(request).references.card(reference)
    if number is None:
        raise NotAllowed("refused.missing", 404)
    return number


def looking_at(desk: Desk, visitor: Visitor, card: str) -> tuple[Officer, str]:
    """Whoever looks, and the area of the card.

    Raises
    ------
    CaseRefused
        The visitor is no active officer, or it lies outside their territory.
    """
    area = area_of(desk.store, card)
    return acting(desk.officer(visitor.user.officer), visitor.user.officer, area), area


def may_open(request: Request, desk: Desk, visitor: Visitor, card: str) -> OpenedCard | None:
    """A card that may be shown once the look is noted. None while no purpose is stated; answer with `ask_purpose`.

    Raises
    ------
    CaseRefused
    """
    officer, area = looking_at(desk, visitor, card)
    purpose = stated_purpose(context_of(request).users, visitor.session, card)
    return OpenedCard(card, area, purpose, officer) if purpose else None


def note_look(desk: Desk, opened: OpenedCard, command: str) -> None:
    """Note a look at a card; before anything of it is shown.

    Raises
    ------
    CaseRefused
    """
    desk.note_look(opened.officer, opened.purpose, command, opened.card)


def note_look_of_part(desk: Desk, opened: OpenedCard, command: str) -> None:
    """Note a look at a part that a page fetches, unless the look at that page was noted just before.

    Raises
    ------
    CaseRefused
    """
    since_ms = desk.now_ms() - PART_OF_LOOK_MS
    if not any(look["officer"] == opened.officer.name and look["purpose"] == opened.purpose
               and look["command"] == command and look["at_ms"] >= since_ms
               for look in lookups(desk.store, opened.card, LATEST_LOOKS)):
        note_look(desk, opened, command)


def opened_card(request: Request, desk: Desk, visitor: Visitor, card: str, command: str) -> OpenedCard | None:
    """Open a card: as `may_open`, and the look is noted.

    Parameters
    ----------
    command : str
        As the look is noted.

    Raises
    ------
    CaseRefused
    """
    opened = may_open(request, desk, visitor, card)
    if opened is not None:
        note_look(desk, opened, command)
    return opened


def ask_purpose(request: Request, reference: str, card: str, part: str = "", status: int = 200, error: str = ""):
    """The page that asks what for; `part` is where it leads on."""
    return page(request, "purpose.html", status, reference=reference, card=card, part=part, error=error)


def onward(reference: str, part: str) -> str:
    """Where a stated purpose leads: the card, or the page about it that asked.

    >>> onward("xyz", "flow"), onward("xyz", "hit/h1"), onward("xyz", "//evil.example")
    ('/card/xyz/flow', '/hit/xyz/h1/explain', '/card/xyz')
    """
    found = _PARTS.fullmatch(part)
    if found and found["hit"]:
        return f"/hit/{reference}/{found['hit']}/explain"
    return f"/card/{reference}/{part}" if found else f"/card/{reference}"
