"""Trace-back: branches, clerks and agents by what became of the cards they opened, and the cards behind one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from casework.officers import Officer, acting
from connectors.queries.opener_cards import opener_cards
from connectors.queries.opener_counts import OPENERS
from console.accounts.duties import Page, opens
from console.asked_period import AskedPeriod, asked_period, last_days, today_of, usual_periods
from console.context import Context
from console.render import page
from console.territory import Territory
from console.visitor import NotAllowed, Visitor, allowed, context_of
from jobs.casework.desk import Desk
from jobs.casework.openers import traced

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.OPENERS))]
#: Openers shown; cards of one; days where none are asked for; how long counts are kept, ms: they change slowly (ours).
ROWS, CARDS, DAYS, KEEP_MS = 40, 200, 365, 300_000
#: Fewest cards opened that one can choose.
LEASTS = (1, 10, 50, 200)
#: Ends of the plots' scale.
_TOPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
#: Before a name in a reference, so that none is taken for a card's.
_MARK = "opener"


@router.get("/openers")
def openers(request: Request, visitor: Allowed):
    context, given = context_of(request), request.query_params
    by = given["by"] if given.get("by") in OPENERS else OPENERS[0]
    least = next((n for n in LEASTS if given.get("least") == str(n)), LEASTS[0])
    today = today_of(context)
    period = asked_period(given, last_days(DAYS, today))
    answer = context.kept.get(("openers", by, least, period), KEEP_MS, lambda: _traced(context, by, least, period))
    found = answer.value
    return page(request, "openers.html", by=by, kinds=OPENERS, least=least, leasts=LEASTS, period=period,
                usual=usual_periods(today), counted_ms=answer.at_ms, top=_top(found["records"]),
                references={record.opener: context.references.of(f"{_MARK}:{by}:{record.opener}")
                            for record in found["records"]}, **found)


@router.get("/openers/{reference}")
def cards(request: Request, reference: str, visitor: Allowed):
    context, given = context_of(request), request.query_params
    mark, _, rest = (context.references.card(reference) or "").partition(":")
    by, _, name = rest.partition(":")
    if mark != _MARK or by not in OPENERS:
        raise NotAllowed("refused.missing", 404)
    period = asked_period(given, last_days(DAYS, today_of(context)))
    with context.desk() as desk:
        officer = _officer(desk, visitor)
        rows = opener_cards(desk.store, by, name, period.period.from_ms, period.period.to_ms, CARDS)
        mine = Territory(desk.store, officer).of_rows(rows, "card")
    for row in mine:
        row["reference"] = context.references.of(row["card"])
    return page(request, "opener.html", by=by, name=name, period=period, rows=mine, hidden_n=len(rows) - len(mine),
                is_cut=len(rows) == CARDS, can_open=opens(visitor.user.duty, Page.CARD))


def _traced(context: Context, by: str, least: int, period: AskedPeriod) -> dict[str, Any]:
    with context.desk() as desk:
        found = traced(desk.store, by, period.period.from_ms, period.period.to_ms)
    fitting = [record for record in found.records if record.opened >= least]
    return {"records": fitting[:ROWS], "all_n": len(fitting), "opened_n": sum(r.opened for r in fitting),
            "confirmed_n": sum(r.confirmed for r in fitting), "usual_confirmed": found.confirmed_prior.mean,
            "usual_flagged": found.flagged_prior.mean}


def _top(records: list) -> dict[str, float]:
    """Ends of both scales: the first of ours that holds all intervals shown."""
    ends = {name: max((getattr(record, f"{name}_rate").high for record in records), default=0)
            for name in ("confirmed", "flagged")}
    return {name: next((top for top in _TOPS if high <= top), 1.0) for name, high in ends.items()}


def _officer(desk: Desk, visitor: Visitor) -> Officer | None:
    """Whose territory bounds the cards; an analyst has none, and sees masked numbers alone."""
    name = visitor.user.officer
    return acting(desk.officer(name), name) if name else None
