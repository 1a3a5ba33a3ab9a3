"""The operator's page: lag, throughput, whether every record is accounted for, dead letters, sizes, checks."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from casework.console_users import PREFIX
from connectors.case_log import note_lookup
from connectors.clickhouse import Store
from connectors.errors import StoreDeniedError, StoreError
from connectors.model_registry.roles import roles_after
from connectors.queries.dead_letter_list import (
    dead_letter,
    dead_letter_raw,
    dead_letter_reasons,
    latest_dead_letters,
)
from connectors.queries.hit_list import LEVELS
from connectors.queries.model_versions import model_events, rules_versions
from connectors.queries.store_stats import table_sizes
from connectors.queries.stream_clock import newest_event_ms
from connectors.queries.stream_state import (
    hits_by_level,
    newest_scored_ms,
    read_by_minute,
    run_balances,
    topic_state,
)
from console.accounts.duties import Page
from console.raw_record import MOST, shown
from console.render import page
from console.texts import Texts
from console.visitor import NotAllowed, Visitor, allowed, context_of, texts_of
from jobs.doctor.finding import State

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.SYSTEM))]
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
#: Rows of the list of a reason; runs (ours).
ROWS, RUNS = 50, 5
#: A topic read within this time is live, and its lag says something (ours).
LIVE_MS = 5 * MINUTE_MS
_GRAVEST = (State.BAD, State.WARN, State.OK)
#: Why a refused record is looked at, and as what; kept like every other look.
PURPOSE, COMMAND = "operation", "dead letter"


@router.get("/system")
def system(request: Request, visitor: Allowed):
    context = context_of(request)
    part = "system_part.html" if request.headers.get("x-part") == "system" else "system.html"
    try:
        with context.stores.one() as store:
            state = _state(store, context.now_ms(), texts_of(request))
    except StoreError as error:
        # The page is there for just this: what needs no store is shown all the same.
        request.app.state.log.warning("/system without the store: %s", error)
        state = None
    checks = context.checks.latest(wait_s=0.0)
    return page(request, part, state=state, checks=checks, is_checking=context.checks.is_running,
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


def _state(store: Store, now_ms: int, t: Texts) -> dict[str, Any]:
    topics = topic_state(store)
    last_read_ms = max((row["read_ms"] for row in topics), default=0)
    is_live = last_read_ms > now_ms - LIVE_MS
    # Without a running job the last hour in which one ran is shown, and the page says so.
    until_ms = now_ms if last_read_ms > now_ms - HOUR_MS or not last_read_ms else last_read_ms + MINUTE_MS
    end_ms = until_ms // MINUTE_MS * MINUTE_MS + MINUTE_MS
    minutes = {row["minute_ms"]: row for row in read_by_minute(store, end_ms - HOUR_MS, end_ms)}
    rates = [[ms, round(minutes[ms]["records"] / 60, 1) if ms in minutes else 0.0]
             for ms in range(end_ms - HOUR_MS, end_ms, MINUTE_MS)]
    newest_ms = newest_event_ms(store)
    levels = hits_by_level(store, newest_ms - DAY_MS)
    events = model_events(store)
    roles = roles_after(events)
    by_number = {event.number: event.version for event in events}
    return {
        "topics": topics, "scored_ms": newest_scored_ms(store), "is_live": is_live, "last_read_ms": last_read_ms,
        "until_ms": until_ms, "rates": rates, "records": sum(row["records"] for row in minutes.values()),
        "dead_share": _share(minutes), "runs": run_balances(store, RUNS), "reasons": dead_letter_reasons(store),
        "newest_ms": newest_ms, "levels": [(name, levels.get(rank, 0)) for rank, name in enumerate(LEVELS, 1)][::-1],
        "models": [(name, number, by_number.get(number, "")) for name, number in
                   (("champion", roles.champion), ("shadow", roles.shadow))],
        "rules": rules_versions(store), "tables": sorted(table_sizes(store), key=lambda row: -row["bytes"]),
        "plots": {"rates": {"x": {"time": "minute"}, "y": {"name": t("system.per_second"), "min": 0},
                            "series": [{"name": t("system.per_second"), "type": "bar", "colour": "accent",
                                        "data": rates}]}},
    }


def _share(minutes: dict[int, dict[str, int]]) -> float:
    records = sum(row["records"] for row in minutes.values())
    return sum(row["dead"] for row in minutes.values()) / records if records else 0.0
