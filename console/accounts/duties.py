"""The duties of the console's users, and which pages each opens."""

from enum import StrEnum


class Duty(StrEnum):
    """What a user is there for. Rules about cases ask the officer, never the duty."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Page(StrEnum):
    """A part of the console that a duty opens or does not."""

    QUEUE = "queue"
    LEADS = "leads"
    CARD = "card"
    SEARCH = "search"
    WATCHLISTS = "watchlists"
    OPENERS = "openers"
    REPORT = "report"
    MODELS = "models"
    SYSTEM = "system"
    USERS = "users"
    AUDIT = "audit"
    EXPORT = "export"
    ACCOUNT = "account"


#: An analyst sees hits, their numbers masked; opening a card is an officer's work.
_OPENS = {
    Duty.OFFICER: (Page.QUEUE, Page.LEADS, Page.CARD, Page.SEARCH, Page.WATCHLISTS, Page.EXPORT),
    Duty.SUPERVISOR: (Page.QUEUE, Page.LEADS, Page.CARD, Page.SEARCH, Page.WATCHLISTS, Page.OPENERS, Page.REPORT,
                      Page.MODELS, Page.EXPORT),
    Duty.ANALYST: (Page.QUEUE, Page.MODELS, Page.OPENERS, Page.REPORT),
    Duty.OPERATOR: (Page.SYSTEM,),
    Duty.AUDITOR: (Page.AUDIT, Page.OPENERS, Page.REPORT, Page.EXPORT),
    Duty.ADMINISTRATOR: (Page.USERS, Page.SYSTEM),
}
#: Duties that look things up in somebody's name; their users are bound to a registered officer.
BOUND = (Duty.OFFICER, Duty.SUPERVISOR, Duty.AUDITOR)


def opens(duty: Duty, page: Page) -> bool:
    """Whether a duty opens a page; everybody has the page of their own account."""
    return page is Page.ACCOUNT or page in _OPENS[duty]


def pages_of(duty: Duty) -> tuple[Page, ...]:
    """The pages that a user finds in the head of every page."""
    return tuple(page for page in _OPENS[duty] if page is not Page.CARD)
