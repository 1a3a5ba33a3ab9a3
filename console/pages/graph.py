"""Pictures of a card's money and calls: who paid or called whom around it, hop by hop."""

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from casework.officers import Officer
from connectors.queries.case_facts import areas_of
from connectors.queries.entity_view import entity_view
from connectors.queries.flow_edges import Span, newest_of
from console.accounts.duties import Page
from console.card_access import ask_purpose, card_of, opened_card
from console.context import Context
from console.graphs.asked import ARRANGED, DAYS, HOPS, LEAST, MOST, WAYS, Asked
from console.graphs.flow_picture import flow_picture
from console.graphs.graph import Graph
from console.graphs.holder import cards_of_holder
from console.graphs.neighbourhood import neighbourhood
from console.graphs.phrases import Phrases
from console.graphs.ring_picture import is_ring, ring_picture
from console.graphs.table import SORTS, accounts_of, rows_of
from console.render import page
from console.visitor import Visitor, allowed, context_of, texts_of
from jobs.casework.desk import Desk

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.CARD))]
DAY_MS = 86_400_000
#: Whose events each picture is drawn from.
_KINDS = {"flow": ("txn", "account"), "calls": ("cdr", "phone")}


@router.get("/card/{reference}/flow")
def flow(request: Request, reference: str, visitor: Allowed):
    return _page(request, reference, visitor, "flow")


@router.get("/card/{reference}/calls")
def calls(request: Request, reference: str, visitor: Allowed):
    return _page(request, reference, visitor, "calls")


def _page(request: Request, reference: str, visitor: Visitor, part: str):
    context, card = context_of(request), card_of(request, reference)
    asked, sort = Asked.of(request.query_params), request.query_params.get("sort", "")
    topic, kind = _KINDS[part]
    with context.desk() as desk:
        found = opened_card(request, desk, visitor, card, part)
        if found is None:
            return ask_purpose(request, reference, card, part)
        named = [name for name in map(context.references.card, asked.opened) if name]
        away = _elsewhere(desk, found.officer, named)
        opened = [name for name in named if name not in away]
        _note(desk, visitor, found.purpose, part, [name for name in opened if name != card])
        graph = _graph(context, desk, card, kind, topic, opened, asked)
        away = _elsewhere(desk, found.officer, graph.nodes)
    for name in away:
        graph.nodes[name].is_elsewhere = True
    phrases = Phrases(texts_of(request), topic, away)
    arranged = asked.arranged or ("ring" if is_ring(graph) else "flow")
    picture = (ring_picture if arranged == "ring" else flow_picture)(graph, phrases)
    template = "graph_part.html" if request.headers.get("x-part") == "graph" else "graph.html"
    return page(
        request, template, reference=reference, card=card, part=part, purpose=found.purpose, asked=asked, graph=graph,
        picture=picture, phrases=phrases, arranged=arranged, choices=_CHOICES, sort=sort if sort in SORTS else "weight",
        rows=rows_of(graph, sort), accounts=accounts_of(graph), references=context.references,
        base=f"/card/{reference}/{part}")


_CHOICES = {"way": WAYS, "hops": HOPS, "days": DAYS, "least": LEAST, "most": MOST, "arranged": ARRANGED}


def _note(desk: Desk, visitor: Visitor, purpose: str, command: str, cards: list[str]) -> None:
    """A card that somebody opens by hand is looked at by itself."""
    for card in dict.fromkeys(cards):
        desk.look_up(visitor.user.officer, purpose, command, card)


def _elsewhere(desk: Desk, officer: Officer, cards: Collection[str]) -> frozenset[str]:
    """Cards outside the officer's territory: nobody opens them by hand, and their numbers stay masked.

    Money is followed through them all the same: where a card's own money went is what the picture is for.
    """
    areas = areas_of(desk.store, cards)
    return frozenset(card for card in cards if not officer.covers(areas.get(card, "")))


def _graph(context: Context, desk: Desk, card: str, kind: str, topic: str, opened: list[str], asked: Asked) -> Graph:
    centres = [card] if card.startswith(f"{kind}:") else cards_of_holder(entity_view(desk.store, card), card, kind)
    newest = newest_of(desk.store, topic, centres) if centres else 0
    span = Span(topic, newest + 1 - asked.days * DAY_MS if asked.days else 0, newest + 1)
    return neighbourhood(desk.store, span, centres, opened, asked)
