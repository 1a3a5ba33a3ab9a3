"""What a card's page fetches once it is there: the card beside its neighbours, and cards that are like it.

These reads go over many cards, and nobody waits for them to see the one they opened.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse

from connectors.queries.card_peers import DAYS, card_peers
from console.accounts.duties import Page
from console.card_access import card_of, may_open, note_look_of_part
from console.lookalikes import lookalikes
from console.pages.card import COMMAND
from console.render import page
from console.typology_names import typology_names
from console.visitor import Visitor, allowed, context_of

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.CARD))]
#: The last millisecond that the store's times hold.
_LATEST_MS = 9_223_372_036_854


@router.get("/card/{reference}/comparison")
def comparison(request: Request, reference: str, visitor: Allowed,
               until: Annotated[int, Query(ge=0, le=_LATEST_MS)] = 0):
    """`until` is the card's last event, UTC ms; without one it has no neighbours."""
    context, number = context_of(request), card_of(request, reference)
    with context.desk() as desk:
        opened = may_open(request, desk, visitor, number)
    if opened is None:
        return RedirectResponse(f"/card/{reference}", 303)
    (peers, peers_n), alike, _ = context.together(
        lambda desk: card_peers(desk.store, number, until) if until else ([], 0),
        lambda desk: lookalikes(context, desk, opened.officer, number),
        lambda desk: note_look_of_part(desk, opened, COMMAND))
    template = "comparison_part.html" if request.headers.get("x-part") == "comparison" else "comparison.html"
    return page(request, template, reference=reference, card=number, peers=peers, peers_n=peers_n, days=DAYS,
                alike=alike, names=typology_names())
