"""The operator's page: lag, throughput, whether every record is accounted for, dead letters, sizes, checks."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from casework.console_users import PREFIX
from connectors.case_log import note_lookup
from connectors.errors import StoreDeniedError
from connectors.queries.dead_letter_list import (
    dead_letter,
    dead_letter_raw,
    latest_dead_letters,
)
from console.accounts.duties import Page
from console.raw_record import MOST, shown
from console.render import page
from console.texts import Texts
from console.visitor import NotAllowed, Visitor, allowed, context_of, texts_of
from jobs.doctor.finding import State

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.SYSTEM))]
#: Rows of the list of a reason; how long the first visitor waits for the first answer, s (ours).
ROWS, _FIRST_S = 50, 8.0
_GRAVEST = (State.BAD, State.WARN, State.OK)
#: Why a refused record is looked at, and as what; kept like every other look.
PURPOSE, COMMAND = "operation", "dead letter"


@router.get("/system")
def system(request: Request, visitor: Allowed):
    context = context_of(request)
    part = "system_part.html" if request.headers.get("x-part") == "system" else "system.html"
    answer = context.beside.system.latest(first_wait_s=_FIRST_S)
    checks = context.beside.checks.latest(wait_s=0.0)
    return page(request, part, state=answer.value, answer=answer, checks=checks,
                plots=_plots(answer.value, texts_of(request)) if answer.value else {},
                is_checking=context.beside.checks.is_running,
                in_order=sorted(checks.value or (), key=lambda found: _GRAVEST.index(found.state)),
                now_ms=context.now_ms())


@router.get("/system/dead")
def dead(request: Request, visitor: Allowed, topic: Annotated[str, Query(max_length=64)] = "",
         reason: Annotated[str, Query(max_length=64)] = ""):
    with context_of(request).stores.one() as store:
        rows = latest_dead_letters(store, topic, reason, ROWS)
    return page(request, "dead_letters.html", rows=rows, topic=topic, reason=reason, most=ROWS)


@router.get("/system/dead/{dead_id}")
def raw(request: Request, visitor: Allowed, dead_id: str):
    """One record as it came; the look is noted before it is shown."""
    context = context_of(request)
    with context.stores.one() as store:
        letter = dead_letter(store, dead_id)
        if letter is None:
            raise NotAllowed("refused.missing", 404)
        note_lookup(store, context.now_ms(), f"{PREFIX}{visitor.user.name}", PURPOSE, COMMAND, f"dead:{dead_id}")
        try:
            record = shown(*dead_letter_raw(store, dead_id, MOST))
        except StoreDeniedError:
            record = None
    return page(request, "dead_letter.html", letter=letter, record=record)


def _plots(state: dict[str, Any], t: Texts) -> dict[str, Any]:
    """What static/plots.js draws."""
    return {"rates": {"x": {"time": "minute"}, "y": {"name": t("system.per_second"), "min": 0},
                      "series": [{"name": t("system.per_second"), "type": "bar", "colour": "accent",
                                  "data": state["rates"]}]}}
