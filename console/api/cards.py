"""One card, and the search for cards: for a purpose, noted before anything goes out, as on the pages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from casework.officers import acting
from connectors.queries.card_search import SEARCHED, card_search
from console.accounts.scopes import Scope
from console.api.answers import (
    AppealOfCard,
    Card,
    Counterparty,
    EventOfCard,
    Found,
    FoundCard,
    Happened,
    HitOfCard,
    LinkOfCard,
    MeasureOfCard,
)
from console.api.bodies import LookUp, Search
from console.api.caller import Caller, needs
from console.api.names import USUAL, card_name, reasons_of
from console.api.once import Key, same_question
from console.api.problems import ApiProblem
from console.card_record import CardRecord, card_record
from console.context import Context
from console.territory import Territory
from console.visitor import context_of

router = APIRouter()
Reference = Annotated[str, Path(min_length=1, max_length=300)]
Reader = Annotated[Caller, Depends(needs(Scope.READ_CARDS))]
#: As the look-ups are noted.
_CARD, _SEARCH = "api card", "api search"


@router.get("/cards/{reference}", summary="A card by its reference")
def card(request: Request, caller: Reader, reference: Reference,
         purpose: Annotated[str, Query(min_length=1, max_length=200, description="noted")]) -> Card:
    number = number_of(request, reference)
    if not purpose.strip() or not purpose.isprintable():
        raise ApiProblem("bad_request", 422, detail="purpose: one line of printable text")
    return _look_up(context_of(request), caller, number, purpose)


@router.post("/cards/look-up", summary="A card by its number; nothing of the answer is kept, each look is noted")
def look_up(request: Request, caller: Reader, body: LookUp, key: Key) -> Card:
    same_question(request, caller, key, body)
    return _look_up(context_of(request), caller, body.card, body.purpose)


@router.post("/search", summary="Cards by number, its end, a holder, a handset, a branch, a lead; masked")
def search(request: Request, caller: Reader, body: Search, key: Key) -> Found:
    same_question(request, caller, key, body)
    context = context_of(request)
    with context.desk() as desk:
        desk.look_up(caller.user.officer, body.purpose, _SEARCH, body.text)
        found = card_search(desk.store, body.text, SEARCHED)
        rows = Territory(desk.store, caller.officer(desk)).of_rows(found, "card")[:USUAL]
    return Found(items=[FoundCard(card=card_name(context.references, row["card"]), by=row["by"], risk=row["risk"],
                                  level=row["level"], area=row["area"]) for row in rows])


def number_of(request: Request, reference: str) -> str:
    """The card of a reference.

    Raises
    ------
    ApiProblem
    """
    number = context_of(request).references.card(reference)
    if number is None:
        raise ApiProblem("missing", 404)
    return number


def _look_up(context: Context, caller: Caller, number: str, purpose: str) -> Card:
    with context.desk() as desk:
        acting(desk.officer(caller.user.officer), caller.user.officer, desk.facts(number).area)
        desk.look_up(caller.user.officer, purpose, _CARD, number)
        record = card_record(desk, number)
    return _answer(context, record)


def _answer(context: Context, record: CardRecord) -> Card:
    view, case = record.view, record.case
    return Card(
        card=record.card, reference=context.references.of(record.card), area=record.facts.area, level=view.level,
        risk=view.risk, verdict=record.verdict, warnings=list(record.facts.warnings), next_step=record.next_step,
        hits=[HitOfCard(reasons=reasons_of(hit, whole=True), **{name: hit[name] for name in HitOfCard.model_fields
                                                    if name != "reasons"}) for hit in view.hits],
        events=[EventOfCard(**{name: event[name] for name in EventOfCard.model_fields}) for event in view.events],
        counterparties=[Counterparty(reference=context.references.of(peer["counterparty"]), **{
            name: peer[name] for name in Counterparty.model_fields if name != "reference"})
            for peer in view.counterparties],
        links=[LinkOfCard(**{name: getattr(link, name) for name in LinkOfCard.model_fields})
               for link in record.entity.links if link.card == record.card],
        measures=[MeasureOfCard(**{name: getattr(measure, name) for name in MeasureOfCard.model_fields})
                  for measure in case.measures.values()],
        appeals=[AppealOfCard(**{name: getattr(appeal, name) for name in AppealOfCard.model_fields})
                 for appeal in case.appeals.values()],
        history=[Happened(at_ms=event.act.at_ms, action=event.act.action, officer=event.act.officer,
                          reason=event.act.reason) for event in record.history])
