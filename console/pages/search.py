"""Search: for a purpose stated once a session; what was searched is noted, what is found is masked."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from casework.officers import acting
from connectors.queries.card_search import SEARCHED, card_search
from console.accounts.duties import Page
from console.accounts.sessions import state_purpose, stated_purpose
from console.render import page
from console.territory import Territory
from console.visitor import SignedForm, Visitor, allowed, context_of, field

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.SEARCH))]
_SUBJECT = "search"
#: Cards that are shown at most (ours).
FOUND = 50


@router.get("/search")
def search(request: Request, visitor: Allowed):
    return _page(request, visitor, "", None)


# Posted, since what is searched for would otherwise stand in histories and logs.
@router.post("/search")
def find(request: Request, visitor: Allowed, form: SignedForm):
    context, text, purpose = context_of(request), field(form, "text", 100), field(form, "purpose", 200)
    if purpose and purpose.isprintable():
        state_purpose(context.users, visitor.session, _SUBJECT, purpose)
    stated = stated_purpose(context.users, visitor.session, _SUBJECT)
    if not text or not stated:
        return _page(request, visitor, text, None, "" if stated else "purpose.needed")
    with context.desk() as desk:
        desk.look_up(visitor.user.officer, stated, "search", text)
        officer = acting(desk.officer(visitor.user.officer), visitor.user.officer)
        rows = Territory(desk.store, officer).of_rows(card_search(desk.store, text, SEARCHED), "card")[:FOUND]
    for row in rows:
        row["reference"] = context.references.of(row["card"])
    return _page(request, visitor, text, rows)


def _page(request: Request, visitor: Visitor, text: str, rows: list[dict[str, Any]] | None, error: str = ""):
    stated = stated_purpose(context_of(request).users, visitor.session, _SUBJECT)
    part = "search_part.html" if request.headers.get("x-part") == "search" else "search.html"
    return page(request, part, 422 if error else 200, text=text, rows=rows, purpose=stated, error=error)
