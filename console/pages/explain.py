"""A decision replayed: a stored hit, computed again from its stored values, with the model and rules of its time."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from connectors.model_registry import ModelRegistry
from connectors.queries.hit_record import hit_record
from console.accounts.duties import Page
from console.card_access import ask_purpose, card_of, opened_card
from console.render import page
from console.typology_names import typology_names
from console.visitor import NotAllowed, Visitor, allowed, context_of

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.CARD))]
#: As the look is noted.
COMMAND = "explain"


@router.get("/hit/{reference}/{hit_id}/explain")
def explain(request: Request, reference: str, hit_id: str, visitor: Allowed):
    # Imported late: the other pages start without numba and scikit-learn.
    from jobs.model_life.explain_hit import CannotExplain, explain_hit

    context, card = context_of(request), card_of(request, reference)
    with context.desk() as desk:
        opened = opened_card(request, desk, visitor, card, COMMAND)
        if opened is None:
            return ask_purpose(request, reference, card, f"hit/{hit_id}")
        hit = hit_record(desk.store, hit_id, card)
        if hit is None:
            raise NotAllowed("refused.missing", 404)
        try:
            done, problem = explain_hit(desk.store, ModelRegistry(context.settings.models), hit_id, card), ""
        except CannotExplain as error:
            done, problem = None, str(error)
    return page(request, "explain.html", reference=reference, card=card, purpose=opened.purpose, hit=hit, done=done,
                problem=problem, names=typology_names())
