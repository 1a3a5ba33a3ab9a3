"""Acting: forms are posted here, carried out once, and answered with the card's page or with what stands in the way."""

import logging
from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from casework.event import Act, Event
from casework.ladder import STEP_NAMES, legal_basis
from casework.refusal import CaseConflict, CaseRefused
from connectors.errors import ConnectorError, StoreError
from console.accounts.duties import Page
from console.accounts.sessions import state_purpose, stated_purpose
from console.act_id import command_of
from console.card_access import ask_purpose, card_of, looking_at, opened_card
from console.pages.card import COMMAND
from console.render import page
from console.visitor import NotAllowed, SignedForm, Visitor, allowed, context_of, texts_of
from console.work.card_acts import CARD_ACTS, Acting
from console.work.proposal import proposal_of
from console.work.refusal_status import status_of
from console.work.sent_form import SentForm
from console.work.warning_acts import WARNING_ACTS
from jobs.casework.bulletin import publish
from jobs.casework.desk import Desk

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.CARD))]
#: Fields that people write; all others they choose.
WRITTEN = ("reason", "skip_reason", "until", "amount")
_log = logging.getLogger("duanka.console")


@router.post("/card/{reference}/act/{name}")
def on_card(request: Request, reference: str, name: str, visitor: Allowed, form: SignedForm):
    context, number = context_of(request), card_of(request, reference)
    kind, officer = CARD_ACTS.get(name), visitor.user.officer
    if kind is None:
        raise NotAllowed("refused.missing", 404)
    sent = SentForm.of(form, kind.fields)
    # To take a card shows nothing of it; all else is done by who has opened it.
    if name != "take" and not stated_purpose(context.users, visitor.session, number):
        return RedirectResponse(f"/card/{reference}", 303)
    act = _act(visitor, sent, context.now_ms())

    def carry_out(desk: Desk) -> list[Event]:
        who = Acting(desk, desk.officer(officer), context.office)
        made = desk.on_card(number, act, kind.decide(who, sent.values), sent.seen)
        if name == "verdict" and context.append is not None:
            _tell(desk, context.append, f"card:{number}")
        return made

    return _answer(request, sent, f"/card/{reference}", act, carry_out)


@router.post("/warning/{warning_id}/act/{name}")
def on_warning(request: Request, warning_id: str, name: str, visitor: Allowed, form: SignedForm):
    context, kind = context_of(request), WARNING_ACTS.get(name)
    if kind is None or not warning_id.isalnum():
        raise NotAllowed("refused.missing", 404)
    sent = SentForm.of(form, kind.fields)
    act, cards = _act(visitor, sent, context.now_ms()), []

    def carry_out(desk: Desk) -> list[Event]:
        warning, who = desk.warning(warning_id), Acting(desk, desk.officer(visitor.user.officer), context.office)
        cards.append(warning.card)
        return desk.on_warning(warning, act, kind.decide(who, warning, sent.values), sent.seen)

    answer = _answer(request, sent, "/", act, carry_out)
    if answer.status_code != 303:
        return answer
    # Minutes count: whoever takes a warning opens the person's card for it, and the trail says so.
    if not stated_purpose(context.users, visitor.session, cards[0]):
        state_purpose(context.users, visitor.session, cards[0], texts_of(request)("work.purpose", id=warning_id))
    asked = answer.headers["location"].partition("?")[2]
    return RedirectResponse(f"/card/{context.references.of(cards[0])}?warning={warning_id}&{asked}", 303)


@router.post("/card/{reference}/preview")
def preview(request: Request, reference: str, visitor: Allowed, form: SignedForm):
    """The proposal with its notice, before anything is done."""
    context, number = context_of(request), card_of(request, reference)
    sent = SentForm.of(form, CARD_ACTS["propose"].fields)
    if not stated_purpose(context.users, visitor.session, number):
        return RedirectResponse(f"/card/{reference}", 303)
    officer = visitor.user.officer
    try:
        with context.desk() as desk:
            made = proposal_of(Acting(desk, desk.officer(officer), context.office), number, sent, officer)
    except (CaseRefused, StoreError) as error:
        return _again(request, sent, f"/card/{reference}", error)
    return page(request, "work/proposal.html", reference=reference, card=number, sent=sent, made=made,
                basis=legal_basis(number), steps=STEP_NAMES)


@router.get("/card/{reference}/preview")
@router.get("/card/{reference}/act/{name}")
def looked_at(request: Request, reference: str, visitor: Allowed):
    """The address of an answer, opened anew: it shows how things stand."""
    number = card_of(request, reference)
    with context_of(request).desk() as desk:
        looking_at(desk, visitor, number)
    return RedirectResponse(f"/card/{quote(reference)}", 303)


@router.get("/card/{reference}/notice/{measure}")
def notice(request: Request, reference: str, measure: str, visitor: Allowed):
    """The notice of a measure as it was kept, the last one."""
    context, number = context_of(request), card_of(request, reference)
    with context.desk() as desk:
        opened = opened_card(request, desk, visitor, number, COMMAND)
        if opened is None:
            return ask_purpose(request, reference, number)
        kept = [event for event in desk.events(f"card:{number}") if event.act.action == "notice_issued"
                and event.act.payload["measure"] == measure]
    if not kept:
        raise NotAllowed("refused.missing", 404)
    return page(request, "work/notice.html", reference=reference, card=number, event=kept[-1])


def _act(visitor: Visitor, sent: SentForm, now_ms: int) -> Act:
    officer = visitor.user.officer
    return Act("", officer, now_ms, sent.values.get("reason", ""), {}, command_of(officer, sent.act_id))


def _answer(request: Request, sent: SentForm, back: str, act: Act,
            carry_out: Callable[[Desk], list[Event]]) -> Response:
    """Carry out, and lead to the page that shows it; or say why not, with what was written."""
    try:
        with context_of(request).desk() as desk:
            made = carry_out(desk)
    except (CaseRefused, StoreError) as error:
        return _again(request, sent, back, error)
    repeated = any(event.act.at_ms != act.at_ms for event in made)
    return RedirectResponse(f"{back}?done={sent.act_id}{'&again=1' if repeated else ''}", 303)


def _again(request: Request, sent: SentForm, back: str, error: CaseRefused | StoreError) -> Response:
    """The form once more, with what was written and the same id, under what stands in the way."""
    t, since, seen = texts_of(request), (), sent.seen
    if isinstance(error, StoreError):
        _log.warning("503 %s: %s", request.url.path.rpartition("/")[2], error)
        text, status, kind = t("work.away"), 503, "away"
    elif isinstance(error, CaseConflict):
        since = error.since
        seen = since[-1].seq if since else sent.seen
        text, status, kind = t("work.changed"), 409, "changed"
    else:
        text, status, kind = _sentence(request, error), status_of(error), "refused"
    answer = page(request, "work/again.html", status, text=text, kind=kind, since=since, seen=seen, sent=sent,
                  back=back, action=request.url.path, written=WRITTEN, steps=STEP_NAMES)
    if status == 503:
        answer.headers["retry-after"] = "5"
    return answer


def _sentence(request: Request, refusal: CaseRefused) -> str:
    """Its sentence; where that tells options of the command line, one for pages."""
    t = texts_of(request)
    said = t.of("because", refusal.code)
    return t.pick(refusal.zh, refusal.en) if said == refusal.code else said


def _tell(desk: Desk, append: Callable, subject: str) -> None:
    """Tell the engine of a verdict; what fails waits in the log, and the card's page says so."""
    try:
        publish(desk, append, subject)
    except (ConnectorError, CaseConflict) as error:
        if isinstance(error, StoreError):
            raise
        _log.warning("a verdict was not told to the bus: %s", error)
