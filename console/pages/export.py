"""Taking lists and cards out as files, for a purpose, noted before the first byte goes out."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.datastructures import FormData
from fastapi.responses import StreamingResponse

from casework.clocks import CHINA
from casework.officers import Officer, acting
from connectors.queries.hit_list import LEVELS
from console.accounts.duties import Duty, Page
from console.card_record import card_record
from console.export.card_paper import card_paper
from console.export.csv_file import csv_lines
from console.export.paper import paper
from console.export.stamp import Stamp, new_stamp, note_export
from console.export.tables import COLUMNS, MOST, List, Wanted, rows_of
from console.pages.queue import HOUR_MS, SPANS, Asked
from console.render import page
from console.typology_names import typology_names
from console.visitor import NotAllowed, SignedForm, Visitor, allowed, context_of, field, texts_of
from jobs.casework.desk import Desk

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.EXPORT))]
#: Whose files may hold whole numbers, if asked for.
WHOLE = (Duty.OFFICER, Duty.SUPERVISOR)


@router.get("/export")
def ask(request: Request, visitor: Allowed):
    return _form(request, visitor)


@router.post("/export/list/{kind}")
def take_list(request: Request, kind: List, visitor: Allowed, form: SignedForm):
    context, t = context_of(request), texts_of(request)
    wanted = _wanted(form, context.now_ms())
    purpose = _purpose(form)
    if not purpose or kind is List.SEARCH and len(wanted.text) < 4:
        return _form(request, visitor, 422, "export.needed")
    stamp = _stamp(visitor, context.now_ms(), purpose, form)
    with context.desk() as desk:
        officer = _looked_up(desk, visitor, stamp, f"export {kind}", wanted.text or "*")
        rows = rows_of(desk, officer, kind, wanted, t, stamp.whole)
        note_export(desk, stamp, str(kind), len(rows))
    header = [t(f"column.{name}") for name in COLUMNS[kind]] + [t("column.stamp")]
    lines = csv_lines(header, (row + [stamp.line] for row in rows))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=_as_file(stamp, str(kind), "csv"))


@router.get("/export/card/{reference}")
def ask_card(request: Request, reference: str, visitor: Allowed):
    number = _number(request, reference)
    with context_of(request).desk() as desk:
        acting(desk.officer(visitor.user.officer), visitor.user.officer, desk.facts(number).area)
    return _card_form(request, visitor, reference, number)


@router.post("/export/card/{reference}")
def take_card(request: Request, reference: str, visitor: Allowed, form: SignedForm):
    context, t, number, purpose = context_of(request), texts_of(request), _number(request, reference), _purpose(form)
    with context.desk() as desk:
        acting(desk.officer(visitor.user.officer), visitor.user.officer, desk.facts(number).area)
        if not purpose:
            return _card_form(request, visitor, reference, number, 422, "export.needed")
        stamp = _stamp(visitor, context.now_ms(), purpose, form)
        _looked_up(desk, visitor, stamp, "export card", number)
        title, lines, parts, rows = card_paper(card_record(desk, number), t, stamp.whole)
        note_export(desk, stamp, "card", rows)
    return Response(paper(title, lines, parts, stamp), media_type="application/pdf",
                    headers=_as_file(stamp, "card", "pdf"))


def _looked_up(desk: Desk, visitor: Visitor, stamp: Stamp, command: str, subject: str) -> Officer:
    return desk.look_up(visitor.user.officer, stamp.purpose, command, subject)


def _stamp(visitor: Visitor, now_ms: int, purpose: str, form: FormData) -> Stamp:
    whole = field(form, "whole", 3) == "yes"
    if whole and visitor.user.duty not in WHOLE:
        raise NotAllowed("refused.duty")
    return new_stamp(visitor.user.officer, now_ms, purpose, whole)


def _purpose(form: FormData) -> str:
    purpose = field(form, "purpose", 200)
    return purpose if purpose.isprintable() else ""


def _wanted(form: FormData, now_ms: int) -> Wanted:
    asked = Asked.of({name: field(form, name, 64) for name in ("level", "hours", "typology", "area", "handler")})
    return Wanted(asked.level, now_ms - asked.hours * HOUR_MS if asked.hours else 0, asked.typology, asked.area,
                  asked.handler, field(form, "closed", 3) != "yes", field(form, "text", 100))


def _as_file(stamp: Stamp, what: str, ending: str) -> dict[str, str]:
    """A name of ours: nothing that anybody typed is in it."""
    at = datetime.fromtimestamp(stamp.at_ms / 1000, CHINA).strftime("%Y%m%dT%H%M%S")
    return {"content-disposition": f'attachment; filename="duanka-{what}-{at}-{stamp.export_id}.{ending}"'}


def _number(request: Request, reference: str) -> str:
    number = context_of(request).references.card(reference)
    if number is None:
        raise NotAllowed("refused.missing", 404)
    return number


def _form(request: Request, visitor: Visitor, status: int = 200, error: str = ""):
    return page(request, "export.html", status, kinds=list(List), levels=LEVELS[::-1], spans=SPANS,
                names=typology_names(), may_whole=visitor.user.duty in WHOLE, most=MOST, error=error)


def _card_form(request: Request, visitor: Visitor, reference: str, number: str, status: int = 200, error: str = ""):
    return page(request, "export_card.html", status, reference=reference, card=number,
                may_whole=visitor.user.duty in WHOLE, error=error)
