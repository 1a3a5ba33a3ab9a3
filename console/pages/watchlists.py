"""Shared lists: how long they are, who is on one, whether one card is; supervisors put cards on and take them off."""

import logging
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from casework.clocks import CHINA
from casework.officers import Role, acting
from casework.refusal import CaseRefused
from connectors.errors import TopicError
from connectors.queries.case_facts import area_of
from connectors.queries.watchlist_entries import newest_entries, watchlist_entries, watchlist_sizes
from console.accounts.duties import Page
from console.accounts.sessions import state_purpose, stated_purpose
from console.act_id import act_of, new_act_id
from console.context import Context
from console.guard import LONGEST_BODY
from console.render import page
from console.territory import Territory
from console.typed_card import typed_card
from console.visitor import NotAllowed, SignedForm, Visitor, allowed, context_of, field, texts_of
from jobs.casework.desk import Desk
from jobs.casework.listing import LISTED_KINDS, Entry, change_card, import_sheet, read_sheet

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.WATCHLISTS))]
#: Entries shown of a list; how long sizes are kept, ms; bad lines that are told (ours).
ROWS, KEEP_MS, TOLD = 50, 10_000, 20
#: What a purpose is stated for, once a session; and the name under which a look is noted, as ``duanka`` has it.
_SUBJECT, _COMMAND = "watchlists", "watchlist list"
DONE = {"add": "lists.added", "remove": "lists.removed", "import": "lists.imported"}
_SIGNED = re.compile(r"(.*) \[([^\[\]]+)\]", re.DOTALL)
_CODE = re.compile(r"(2001|3001|3002|3003)(?!\d)")
_log = logging.getLogger("duanka.console")


@router.get("/watchlists")
def watchlists(request: Request, visitor: Allowed):
    given = request.query_params
    name = next((DONE[each] for each in DONE if given.get("done") == each), "")
    number = given.get("n", "")
    n = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    done = texts_of(request)(name, list=given.get("list", "")[:64], n=n) if name else ""
    return _page(request, visitor, given.get("list", "")[:64], done=done, is_unsent=given.get("unsent") == "1")


# Posted, since a number in an address would stay in histories and logs.
@router.post("/watchlists/card")
def look_up(request: Request, visitor: Allowed, form: SignedForm):
    context, purpose = context_of(request), field(form, "purpose", 200)
    typed, name = field(form, "card", 60), field(form, "list", 64)
    card = context.references.card(field(form, "reference", 300)) or typed_card(typed)
    if purpose and purpose.isprintable():
        state_purpose(context.users, visitor.session, _SUBJECT, purpose)
    stated = stated_purpose(context.users, visitor.session, _SUBJECT)
    if not stated or not card:
        wanted = "lists.no_card" if stated else "purpose.needed"
        return _page(request, visitor, name, status=422, refusal=texts_of(request)(wanted), typed=typed)
    try:
        with context.desk() as desk:
            acting(desk.officer(visitor.user.officer), visitor.user.officer, area_of(desk.store, card))
            desk.look_up(visitor.user.officer, stated, _COMMAND, card)
            found = watchlist_entries(desk.store, context.now_ms(), "", card, ROWS)
    except CaseRefused as refusal:
        return _refused(request, visitor, name, refusal, typed=typed)
    return _page(request, visitor, name, looked=card, found=[_told(row) for row in found])


@router.post("/watchlists/{name}")
def change(request: Request, name: str, visitor: Allowed, form: SignedForm):
    context, on = context_of(request), field(form, "list", 64)
    if name not in DONE:
        raise NotAllowed("refused.missing", 404)
    act = act_of(form, visitor.user.officer, context.now_ms())
    kept = {each: field(form, each, LONGEST_BODY) for each in ("card", "kind", "reason", "expires", "cards")}
    try:
        with context.desk() as desk:
            ends = _end_of(kept["expires"])
            if name == "import":
                entry = Entry(on, "", kept["kind"], ends)
                sheet = read_sheet(desk, context.settings, act, entry, kept["cards"])
                if not sheet.words or sheet.bad and field(form, "leave_out", 3) != "yes":
                    return _page(request, visitor, on, status=422, sheet=kept, bad=sheet.bad[:TOLD],
                                 bad_n=len(sheet.bad), good_n=len(sheet.words))
                query = {"n": str(len(sheet.words))} | _told_bus(
                    lambda: import_sheet(desk, context.settings, act, on, sheet.words), is_kept=False)
            else:
                card = context.references.card(field(form, "reference", 300)) or typed_card(kept["card"])
                if not card:
                    raise CaseRefused("no_card", texts_of(request)("lists.no_card"), texts_of(request)("lists.no_card"))
                entry = Entry(on, card, kept["kind"] if name == "add" else "", ends if name == "add" else 0)
                query = _told_bus(lambda: change_card(desk, context.settings, act, entry, name == "add"), is_kept=True)
    except CaseRefused as refusal:
        return _refused(request, visitor, on, refusal, **{"sheet" if name == "import" else "entry": kept}
                        if name != "remove" else {})
    context.kept.drop("list sizes")
    return RedirectResponse(f"/watchlists?{urlencode({'list': on, 'done': name} | query)}", 303)


def _told_bus(do, is_kept: bool) -> dict[str, str]:
    """Do it; where the bus does not take it, say so: what the log keeps goes out later, a sheet is sent again."""
    try:
        do()
    except TopicError as error:
        _log.warning("a change of a list was not told to the bus: %s", error)
        if not is_kept:
            raise CaseRefused("bus_away", "消息总线没有应答，可能只送达了一部分；请稍后再次提交，重复的条目只算一次",
                              "the bus does not answer, some of it may have been listed; send this form again later: "
                              "what was listed twice counts once") from error
        return {"unsent": "1"}
    return {}


def _page(request: Request, visitor: Visitor, name: str, status: int = 200, **said: Any) -> Response:
    context = context_of(request)
    with context.desk() as desk:
        officer = acting(desk.officer(visitor.user.officer), visitor.user.officer)
        sizes = _sizes(context, desk)
        shown = name or next((row["list"] for row in sorted(sizes, key=lambda row: -row["said_ms"])), "")
        entries = newest_entries(desk.store, context.now_ms(), shown, ROWS) if shown else []
        entries = Territory(desk.store, officer).of_rows([_told(row) for row in entries], "card")
    for row in entries:
        row["reference"], row["act_id"] = context.references.of(row["card"]), new_act_id()
    given = {"refusal": "", "done": "", "is_unsent": False, "typed": "", "looked": "", "found": [], "bad": [],
             "bad_n": 0, "good_n": 0, "sheet": {}, "entry": {}} | said
    looked = context.references.of(given["looked"]) if given["looked"] else ""
    return page(request, "watchlists.html", status, sizes=sizes, shown=shown, entries=entries, kinds=LISTED_KINDS,
                is_boss=officer.role is Role.SUPERVISOR, act_id=new_act_id(), looked_reference=looked,
                purpose=stated_purpose(context.users, visitor.session, _SUBJECT), codes={row["list"]: _code(row["list"])
                                                                                       for row in sizes}, **given)


def _sizes(context: Context, desk: Desk) -> list[dict[str, Any]]:
    return context.kept.get(("list sizes",), KEEP_MS, lambda: watchlist_sizes(desk.store, context.now_ms())).value


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with its reason and who gave it, which stand in one text on the bus."""
    signed = _SIGNED.fullmatch(row["reason"])
    return dict(row) | {"why": signed[1] if signed else row["reason"], "by": signed[2] if signed else "", "act_id":
                        new_act_id()}


def _code(name: str) -> str:
    """What a list stands for: the code that its name begins with, otherwise 2001."""
    found = _CODE.match(name)
    return found[1] if found else "2001"


def _end_of(text: str) -> int:
    """The end of a day in China, UTC ms; 0 where none is named.

    Raises
    ------
    CaseRefused
        It is no day.
    """
    if not text:
        return 0
    try:
        after = date.fromisoformat(text) + timedelta(days=1)
        return round(datetime(after.year, after.month, after.day, tzinfo=CHINA).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise CaseRefused("bad_end", f"到期日不是日期：{text}", f"the last day is no date: {text}") from None


def _refused(request: Request, visitor: Visitor, name: str, refusal: CaseRefused, **said: Any) -> Response:
    status = {"no_reason": 422, "bad_word": 422, "no_card": 422, "bad_end": 422, "bus_away": 503, "conflict": 409,
              "sent_already": 409}.get(refusal.code, 403)
    return _page(request, visitor, name, status, refusal=texts_of(request).pick(refusal.zh, refusal.en), **said)
