"""Numbers in the head of every page: what waits behind an entry."""

from casework.clocks import Clock, state_of
from casework.officers import Officer
from connectors.errors import StoreError
from console.accounts.duties import Page, opens
from console.context import Context
from console.lead_board import all_open
from console.visitor import Visitor

#: How long an officer's territory is kept for this count alone, ms.
_KEEP_MS = 10_000


def nav_counts(context: Context, visitor: Visitor | None) -> dict[str, int]:
    """Overdue leads in the visitor's territory, by the page's name; nothing where the store does not answer."""
    if visitor is None or not opens(visitor.user.duty, Page.LEADS):
        return {}
    try:
        officer = _officer(context, visitor.user.officer)
        late = sum(officer is not None and officer.covers(row["area"]) for row in all_open(context)
                   if state_of(row["due_ms"], context.now_ms(), context.policy) is Clock.OVERDUE)
    except StoreError:
        return {}
    return {Page.LEADS: late}


def _officer(context: Context, name: str) -> Officer | None:
    def look() -> Officer | None:
        with context.desk() as desk:
            return desk.officer(name)

    return context.kept.get(("officer", name), _KEEP_MS, look).value
