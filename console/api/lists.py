"""Lists: the queue, warnings, leads, tainted accounts, what openings gave away. Numbers are masked in all of them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from casework.clocks import state_of
from connectors.masking import mask_numbers
from connectors.queries.card_custody import put_off
from connectors.queries.lead_page import lead_page
from connectors.queries.opening_list import opening_findings
from connectors.queries.queue_page import Place, QueueFilter, queue_page
from connectors.queries.tainted_accounts import tainted_accounts
from connectors.queries.warning_list import warnings
from console.accounts.scopes import Scope
from console.api.answers import (
    LeadRow,
    Level,
    Listing,
    OpeningFinding,
    QueueHit,
    TaintedAccount,
    Warning,
)
from console.api.caller import Caller, needs
from console.api.names import (
    USUAL,
    Cursor,
    Limit,
    Since,
    card_name,
    cursors_of,
    name_of_number,
    next_of,
    reasons_of,
)
from console.territory import Territory
from console.visitor import context_of
from jobs.casework.lead_clock import due_of

router = APIRouter()
_MINUTE_MS = 60_000
Area = Annotated[str, Query(pattern=r"^\d{0,6}$", description="beginning of a six-digit code")]
Code = Annotated[str, Query(max_length=16)]
Name = Annotated[str, Query(max_length=64)]


@router.get("/hits", summary="The queue: cards with hits, the worst first")
def hits(request: Request, caller: Annotated[Caller, Depends(needs(Scope.READ_HITS))], level: Level = "blue",
         since_ms: Since = 0, typology: Code = "", area: Area = "", handler: Name = "", limit: Limit = USUAL,
         cursor: Cursor = "") -> Listing[QueueHit]:
    context = context_of(request)
    question = f"hits {level} {since_ms} {typology!r} {area!r} {handler!r}"
    after = cursors_of(request).place(question, cursor)
    with context.desk() as desk:
        territory = Territory(desk.store, caller.officer(desk))
        wanted = QueueFilter(level, since_ms, typology, area, handler, territory.beginnings,
                             put_off=put_off(desk.store, context.now_ms()))
        rows = queue_page(desk.store, wanted, Place(*after) if after else None, limit + 1)
        mine = territory.of_rows(rows[:limit], "card")
    items = [QueueHit(card=card_name(context.references, row["card"]), reasons=reasons_of(row["hit"]), **(
        {name: row["hit"][name] for name in ("hit_id", "risk", "alerts", "typologies", "model_version",
                                             "typology_version")}
        | {name: row[name] for name in ("level", "latest_ms", "hits", "area", "verdict", "lead_id")}
        | {"handler": row["holder"] or row["handler"]})) for row in mine]
    return Listing(items=items, next=next_of(request, question, rows, limit, ("grade", "latest_ms", "card")))


@router.get("/warnings", summary="Warnings of victims, the newest first")
def warned(request: Request, caller: Annotated[Caller, Depends(needs(Scope.READ_HITS))],
           level: Literal["yellow", "orange", "red"] = "yellow", since_ms: Since = 0, limit: Limit = USUAL,
           cursor: Cursor = "") -> Listing[Warning]:
    context, question = context_of(request), f"warnings {level} {since_ms}"
    after = cursors_of(request).place(question, cursor)
    with context.desk() as desk:
        territory = Territory(desk.store, caller.officer(desk))
        rows = warnings(desk.store, level, since_ms, limit=limit + 1, after=tuple(after) if after else None)
        for row in rows:
            row["phone"] = row["person"] if ":" in row["person"] else f"phone:{row['person']}"
        mine = territory.of_rows(rows[:limit], "phone")
    names = ("warning_id", "level", "risk", "typologies", "event_ms", "amount_fen", "balance_after_fen", "talk_s",
             "area")
    items = [Warning(person=card_name(context.references, row["phone"]), reasons=reasons_of(row),
                     payee=name_of_number(context.references, row["payee"], "account"),
                     caller=name_of_number(context.references, row["caller"], "phone"),
                     deadline_ms=row["event_ms"] + context.policy.stop_minutes * _MINUTE_MS,
                     **{name: row[name] for name in names}) for row in mine]
    return Listing(items=items, next=next_of(request, question, rows, limit, ("event_ms", "level", "warning_id")))


@router.get("/leads", summary="Leads, the latest pushed first")
def leads(request: Request, caller: Annotated[Caller, Depends(needs(Scope.READ_LEADS))], open_only: bool = True,
          handler: Name = "", limit: Limit = USUAL, cursor: Cursor = "") -> Listing[LeadRow]:
    context, question = context_of(request), f"leads {open_only} {handler!r}"
    after = cursors_of(request).place(question, cursor)
    with context.desk() as desk:
        rows = lead_page(desk.store, open_only, handler, limit + 1, tuple(after) if after else None)
        mine = Territory(desk.store, caller.officer(desk)).of_rows(rows[:limit], "card")
        now = desk.now_ms()
    items = []
    for row in mine:
        due_ms = due_of(row, context.policy)
        clock = "closed" if row["outcome"] else str(state_of(due_ms, now, context.policy))
        items.append(LeadRow(card=card_name(context.references, row["card"]), due_ms=due_ms, clock=clock, **{
            name: row[name] for name in ("lead_id", "pushed_ms", "received_ms", "handler", "receipted", "outcome",
                                         "area")}
            | {name: mask_numbers(row[name]) for name in ("source", "kind", "note")}))
    return Listing(items=items, next=next_of(request, question, rows, limit, ("pushed_ms", "lead_id")))


@router.get("/tainted", summary="Accounts in which money from confirmed cards lies now, the most first")
def tainted(request: Request, caller: Annotated[Caller, Depends(needs(Scope.READ_MONEY))],
            least_fen: Annotated[int, Query(ge=1, le=10**15)] = 10_000, limit: Limit = USUAL,
            cursor: Cursor = "") -> Listing[TaintedAccount]:
    context, question = context_of(request), f"tainted {least_fen}"
    after = cursors_of(request).place(question, cursor)
    with context.desk() as desk:
        rows = tainted_accounts(desk.store, least_fen, limit + 1, tuple(after) if after else None)
        mine = Territory(desk.store, caller.officer(desk)).of_rows(rows[:limit], "card")
    own = set(TaintedAccount.model_fields) - {"card", "parent"}
    items = [TaintedAccount(card=card_name(context.references, row["card"]),
                            parent=name_of_number(context.references, row["parent"], "account"),
                            **{name: row[name] for name in own} | {
                                f"reasons_{language}": [mask_numbers(text) for text in row[f"reasons_{language}"]]
                                for language in ("zh", "en")}) for row in mine]
    return Listing(items=items, next=next_of(request, question, rows, limit, ("here_fen", "card")))


@router.get("/openings", summary="What openings of cards gave away, the newest first")
def openings(request: Request, caller: Annotated[Caller, Depends(needs(Scope.READ_OPENINGS))], since_ms: Since = 0,
             code: Code = "", branch: Name = "", limit: Limit = USUAL, cursor: Cursor = "") -> Listing[OpeningFinding]:
    context, question = context_of(request), f"openings {since_ms} {code!r} {branch!r}"
    after = cursors_of(request).place(question, cursor)
    with context.desk() as desk:
        rows = opening_findings(desk.store, since_ms, code, branch, limit + 1, tuple(after) if after else None)
        mine = Territory(desk.store, caller.officer(desk)).of_rows(rows[:limit], "card")
    own = set(OpeningFinding.model_fields) - {"card", "reason_zh", "reason_en"}
    items = [OpeningFinding(card=card_name(context.references, row["card"]) if row["card"] else None,
                            reason_zh=mask_numbers(row["reason_zh"]), reason_en=mask_numbers(row["reason_en"]),
                            **{name: row[name] for name in own}) for row in mine]
    return Listing(items=items, next=next_of(request, question, rows, limit, ("event_ms", "code", "finding_id")))
