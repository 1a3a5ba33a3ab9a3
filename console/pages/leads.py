"""The board of open leads, and what is done on it: taken, receipted, given to a handler, closed."""

import logging
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from casework.event import Act, Event
from casework.lead_case import Lead, Outcome, assign_lead, close_lead, receipt_lead, take_lead
from casework.officers import Officer, Role, acting
from casework.refusal import CaseRefused
from casework.report import conversion_by, lead_figures
from connectors.errors import TopicError
from connectors.queries.case_facts import areas_of
from connectors.queries.lead_board import cards_of_leads
from console.accounts.duties import Page
from console.act_id import act_of, new_act_id
from console.asked_period import AskedPeriod, asked_period, last_days, today_of, usual_periods
from console.context import Context
from console.lead_board import (
    NAME,
    STATES,
    AskedLeads,
    all_open,
    candidates,
    handler_counts,
    is_in,
    state_counts,
    with_clocks,
)
from console.pages.language import own_path
from console.render import month, page
from console.visitor import NotAllowed, SignedForm, Visitor, allowed, context_of, field, texts_of
from jobs.casework.bulletin import append_to, publish
from jobs.casework.desk import Desk
from jobs.casework.report import leads_of

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.LEADS))]
#: Leads on a page; days of the rate where none are asked for; how long rates are kept, ms; groups shown (ours).
ROWS, DAYS, KEEP_MS, GROUPS = 40, 90, 60_000, 12
#: What a form asks for, with the text that says that it was done.
DONE = {"take": "leads.taken", "receipt": "leads.receipted", "assign": "leads.assigned", "close": "leads.closed"}
_log = logging.getLogger("duanka.console")


@router.get("/leads")
def leads(request: Request, visitor: Allowed):
    given = request.query_params
    name = next((DONE[act] for act in DONE if given.get("done") == act), "")
    done = texts_of(request)(name, lead=given.get("lead", "")[:64]) if name else ""
    return _page(request, visitor, AskedLeads.of(given), done=done, is_unsent=given.get("unsent") == "1")


@router.post("/leads/{name}")
def act_on(request: Request, name: str, visitor: Allowed, form: SignedForm):
    context, officer, lead_id = context_of(request), visitor.user.officer, field(form, "lead", 200)
    back = own_path(field(form, "back", 1000))
    if name not in DONE:
        raise NotAllowed("refused.missing", 404)
    act = act_of(form, officer, context.now_ms())
    try:
        with context.desk() as desk:
            unsent = _carry_out(desk, context, name, desk.lead(lead_id), act, form)
    except CaseRefused as refusal:
        context.kept.drop(NAME[0], "rates")  # the board under the refusal shows why
        asked = AskedLeads.of(_asked_in(back))
        return _page(request, visitor, asked, refusal=_sentence(request, refusal), refused=lead_id, form=form,
                     status=_status(refusal))
    finally:
        context.kept.drop(NAME[0], "rates")
    asked = AskedLeads.of(_asked_in(back))
    address = asked.address(page=asked.page)
    joint = "&" if "?" in address else "?"
    return RedirectResponse(f"{address}{joint}{_query(done=name, lead=lead_id, unsent='1' if unsent else '')}", 303)


def _carry_out(desk: Desk, context: Context, name: str, lead: Lead, act: Act, form: Mapping[str, Any]) -> bool:
    """Carry out one act; True if the sender of the lead could not be told yet."""
    by = desk.officer(act.officer)
    match name:
        case "take":
            made = desk.on_lead(lead, act, lambda case, a: take_lead(case, lead, by, a))
        case "receipt":
            made = desk.on_lead(lead, act, lambda case, a: receipt_lead(case, lead, by, a))
        case "assign":
            to = field(form, "to", 64)
            handler = desk.officer(to)
            made = desk.on_lead(lead, act, lambda case, a: assign_lead(case, lead, by, handler, to, a))
            _require_same(made, handler=to)
        case _:
            outcome = field(form, "outcome", 20)
            if outcome not in list(Outcome):
                raise NotAllowed("refused.request", 422)
            verdict = desk.case(lead.card).verdict
            made = desk.on_lead(lead, act, lambda case, a: close_lead(case, lead, by, Outcome(outcome), verdict, a))
            _require_same(made, outcome=outcome)
    if name not in ("receipt", "close"):
        return False
    try:
        publish(desk, append_to(context.settings), f"lead:{lead.lead_id}")
    except TopicError as error:
        _log.warning("a receipt waits in the log for duanka audit publish: %s", error)
        return True
    return False


def _require_same(made: list[Event], **asked: str) -> None:
    """Refuse a form that was sent before and then changed: what was done first stands."""
    if made and any(made[0].act.payload.get(name) != value for name, value in asked.items()):
        raise CaseRefused("sent_already", "这张表单已提交过；请核对现状后重新办理",
                          "this form was sent already; see how the lead stands and begin anew")


def _page(request: Request, visitor: Visitor, asked: AskedLeads, status: int = 200, **said: Any) -> Response:
    context = context_of(request)
    with context.desk() as desk:
        officer = acting(desk.officer(visitor.user.officer), visitor.user.officer)
        officers = [each for each in desk.officers() if each.active]
        period = asked_period(vars(asked), last_days(DAYS, today_of(context)))
        rates = _rates(context, desk, officer, period, asked.area)
    mine = [row for row in all_open(context) if officer.covers(row["area"])]
    rows = with_clocks([row for row in mine if asked.takes(row)], context.now_ms(), context.policy)
    shown = [row for row in rows if is_in(row, asked.state)]
    pages = max(1, -(-len(shown) // ROWS))
    number = min(asked.page, pages)
    part = shown[(number - 1) * ROWS:number * ROWS]
    with context.desk() as desk:
        known = cards_of_leads(desk.store, [row["card"] for row in part])
    load = {name: n for name, n, _ in handler_counts(with_clocks(all_open(context), 0, context.policy))}
    is_boss = officer.role is Role.SUPERVISOR
    for row in part:
        row |= known[row["card"]] | {"reference": context.references.of(row["card"]), "act_id": new_act_id(),
                                     "is_mine": row["handler"] == officer.name}
        row["candidates"] = candidates(row["area"], officers, load) if is_boss else []
    everybody = with_clocks(mine, context.now_ms(), context.policy)
    given = {"refusal": "", "refused": "", "form": {}, "done": "", "is_unsent": False} | said
    return page(request, "leads.html", status, asked=asked, rows=part, counts=state_counts(rows), states=STATES,
                handlers=handler_counts(everybody), sources=sorted({row["source"] for row in mine}),
                number=number, pages_n=pages, shown_n=len(shown), officer=officer, is_boss=is_boss,
                period=period, usual=usual_periods(today_of(context)), rates=rates, groups=GROUPS,
                back=asked.address(page=asked.page), now_ms=context.now_ms(), **given)


def _rates(context: Context, desk: Desk, officer: Officer, period: AskedPeriod, area: str) -> dict[str, Any]:
    """Conversion in the officer's territory by source, prefecture and month."""
    def look() -> dict[str, Any]:
        span, now_ms = period.period, context.now_ms()
        rows = leads_of(desk, span.from_ms, span.to_ms)
        areas = areas_of(desk.store, [row["card"] for row in rows if not row["area"]])
        rows = [row | {"area": row["area"] or areas.get(row["card"], "")} for row in rows]
        rows = [row for row in rows if officer.covers(row["area"]) and row["area"].startswith(area)]
        by_month = conversion_by(rows, now_ms, lambda row: month(row["pushed_ms"]))
        return lead_figures(rows, now_ms) | {"by_month": sorted(by_month, key=lambda row: row["name"])}

    return context.kept.get(("rates", officer.territories, period, area), KEEP_MS, look).value


def _asked_in(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def _query(**given: str) -> str:
    return urlencode({name: value for name, value in given.items() if value})


def _sentence(request: Request, refusal: CaseRefused) -> str:
    """Its sentence; where that tells options of the command line, one for pages."""
    t = texts_of(request)
    said = t.of("lead_because", refusal.code)
    return t.pick(refusal.zh, refusal.en) if said == refusal.code else said


def _status(refusal: CaseRefused) -> int:
    """403 for who may not, 404 for what is not there, 422 for what was left out, 409 for how the lead stands."""
    if refusal.code in ("taken", "receipted", "closed_lead", "no_verdict", "conflict", "sent_already"):
        return 409
    return {"no_reason": 422, "unknown_lead": 404}.get(refusal.code, 403)
