"""The page of one card: opened for a stated purpose, and every look at it is noted before it is shown."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse

from casework.card_case import CardCase, card_case
from casework.event import Event
from casework.ladder import STEP_NAMES, recommended
from connectors.case_log import lookups
from connectors.queries import card_view
from connectors.queries.entity_view import entity_view
from console.accounts.duties import Page
from console.accounts.sessions import state_purpose
from console.card_access import OpenedCard, ask_purpose, card_of, looking_at, may_open, note_look, onward
from console.context import Context
from console.figures import figures_of
from console.render import page
from console.typology_names import typology_names
from console.visitor import SignedForm, Visitor, allowed, context_of, field
from console.work.panel import done_by, panel_of
from jobs.casework.desk import Desk

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.CARD))]
#: Events behind the timelines, of which so many stand in the table; look-ups shown (ours).
EVENTS, TABLE, LOOKUPS = 400, 40, 30
#: As ``duanka card`` notes it.
COMMAND = "card"


@router.get("/card/{reference}")
def card(request: Request, reference: str, visitor: Allowed, done: Annotated[str, Query(max_length=64)] = "",
         again: bool = False, warning: Annotated[str, Query(max_length=64)] = ""):
    context, number = context_of(request), card_of(request, reference)
    with context.desk() as desk:
        opened = may_open(request, desk, visitor, number)
        if opened is None:
            return ask_purpose(request, reference, number)
    given = _content(context, opened)
    with context.desk() as desk:
        made = done_by(desk, opened.officer.name, done, given.pop("chain"), warning)
    for peer in given["view"].counterparties:
        peer["reference"] = context.references.of(peer["counterparty"])
    linked = sorted(((name, known) for name, known in given["entity"].cards.items() if name != number),
                    key=lambda each: (each[1]["verdict"] != "confirmed", -each[1]["risk"], each[0]))
    references = {name: context.references.of(name) for name, _ in linked}
    events = given["view"].events
    return page(request, "card.html", reference=reference, card=number, area=opened.area, purpose=opened.purpose,
                references=references, linked=linked, names=typology_names(), table=TABLE, done=made, again=again,
                until=events[0]["event_time_ms"] if events else 0, **given)


@router.post("/card/{reference}")
def state(request: Request, reference: str, visitor: Allowed,
          form: SignedForm):
    context, number = context_of(request), card_of(request, reference)
    with context.desk() as desk:
        looking_at(desk, visitor, number)
    purpose, part = field(form, "purpose", 200), field(form, "part", 100)
    if not purpose or not purpose.isprintable():
        return ask_purpose(request, reference, number, part, 422, "purpose.needed")
    state_purpose(context.users, visitor.session, number, purpose)
    return RedirectResponse(onward(reference, part), 303)


def _content(context: Context, opened: OpenedCard) -> dict[str, Any]:
    """What the page shows; where the look could not be noted, it raises instead."""
    number = opened.card
    view, work, entity = context.together(
        lambda desk: card_view(desk.store, number, limit=EVENTS),
        lambda desk: _work(desk, opened),
        lambda desk: entity_view(desk.store, number))
    return {
        "view": view, "figures": figures_of(view), "entity": entity,
        "next_step": _next_step(work["case"], view.level), "steps": STEP_NAMES,
    } | work


def _work(desk: Desk, opened: OpenedCard) -> dict[str, Any]:
    """Note the look, then tell what people did about the card and may do."""
    note_look(desk, opened, COMMAND)
    number = opened.card
    events = desk.events(f"card:{number}")
    case, facts = card_case(number, events), desk.facts(number, opened.area)
    return {
        "case": case, "facts": facts, "history": _history(events), "chain": events,
        "looks": lookups(desk.store, number, LOOKUPS),
    } | panel_of(desk, opened.officer, case, facts, events, desk.now_ms())


def _history(events: list[Event]) -> list[Event]:
    """What people did, the latest first; what our own programs noted is for the auditor."""
    return [event for event in reversed(events) if not event.act.officer.startswith("system:")]


def _next_step(case: CardCase, level: str | None) -> str:
    step = recommended(level, case.verdict, case.done)
    return step.value if step else ""
