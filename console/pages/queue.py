"""The queue: warned victims first, each with the time that is left, then cards with hits, the worst first."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from casework.officers import Officer, acting
from connectors.queries.card_custody import put_off
from connectors.queries.hit_list import LEVELS
from connectors.queries.queue_page import Place, QueueFilter, queue_cards, reads_of, told
from connectors.queries.stream_clock import newest_event_ms
from connectors.queries.warning_list import warnings, with_states
from console.accounts.duties import Page, opens, pages_of
from console.act_id import new_act_id
from console.context import Context
from console.render import page
from console.territory import Territory, beginnings_of
from console.typology_names import typology_names
from console.visitor import SignedIn, Visitor, context_of
from jobs.casework.desk import Desk

router = APIRouter()
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
#: Spans that one can choose, hours; 0 is all.
SPANS = (1, 24, 72, 24 * 7, 24 * 30, 0)
#: Cards on a page; warnings shown unless all are asked for, and then; how far back they reach (ours).
ROWS, FEW_WARNINGS, MOST_WARNINGS, WARNINGS_H = 40, 6, 200, 24
#: Data older than this come from the past: time is then counted from their newest event, as duanka hits does.
STALE_MS = HOUR_MS
#: Whose cards and warnings: everybody's, one's own, those that nobody has, cards that were put off.
WHOSE = ("", "mine", "nobodys", "snoozed")


@dataclass(frozen=True)
class Asked:
    """What the address of the queue asks for; what makes no sense there is left out."""

    level: str = "blue"
    hours: int = 72
    typology: str = ""
    area: str = ""
    handler: str = ""
    whose: str = ""
    warnings: str = ""
    after: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        hours = given.get("hours", "")
        area = given.get("area", "")
        return cls(
            level=given["level"] if given.get("level") in LEVELS else cls.level,
            hours=int(hours) if hours.isascii() and hours.isdigit() and int(hours) in SPANS else cls.hours,
            typology=given["typology"] if given.get("typology") in typology_names() else "",
            area=area if area.isascii() and area.isdigit() and len(area) <= 6 else "",
            handler=given.get("handler", "")[:64],
            whose=given["whose"] if given.get("whose") in WHOSE else cls.whose,
            warnings="all" if given.get("warnings") == "all" else "",
            after=given.get("after", "")[:300])

    def address(self, **changed: Any) -> str:
        """The address of the queue with something changed."""
        values = vars(replace(self, **changed))
        return "/?" + urlencode({name: value for name, value in values.items() if value != getattr(Asked, name)})


@router.get("/")
def queue(request: Request, visitor: SignedIn):
    if not opens(visitor.user.duty, Page.QUEUE):
        mine = pages_of(visitor.user.duty)
        return RedirectResponse(f"/{mine[0]}" if mine else "/account", 303)
    context, asked = context_of(request), Asked.of(request.query_params)
    part = "queue_part.html" if request.headers.get("x-part") == "queue" else "queue.html"
    given = _content(context, visitor, asked)
    return page(request, part, asked=asked, spans=SPANS, levels=LEVELS[::-1], names=typology_names(), whose=WHOSE,
                new_act_id=new_act_id, **given)


def _content(context: Context, visitor: Visitor, asked: Asked) -> dict[str, Any]:
    officer, officers, newest, away = context.together(
        lambda desk: _acting(desk, visitor.user.officer), lambda desk: desk.officers(),
        lambda desk: newest_event_ms(desk.store), lambda desk: put_off(desk.store, context.now_ms()))
    is_past = 0 < newest < context.now_ms() - STALE_MS
    now = newest if is_past else context.now_ms()
    me = officer.name if officer else ""
    wanted = QueueFilter(asked.level, now - asked.hours * HOUR_MS if asked.hours else 0, asked.typology, asked.area,
                         me if me and asked.whose == "mine" else asked.handler, beginnings_of(officer),
                         asked.whose == "nobodys", away, asked.whose == "snoozed")
    after = _place(context, asked.after)
    (found, counts), warned = context.together(
        lambda desk: queue_cards(desk.store, wanted, after, ROWS + 1),
        lambda desk: _warnings(context, desk, officer, now))
    last = found[ROWS - 1] if len(found) > ROWS else None
    *known, placed = context.stores.together(
        *reads_of(found[:ROWS], wanted), lambda store: Territory(store, officer).of_rows(found[:ROWS], "card"))
    rows = told(placed, *known)
    for row in rows:
        row["reference"] = context.references.of(row["card"])
        row["reason_zh"], row["reason_en"] = _first_reason(row["hit"])
    warned = [row for row in warned if _is_wanted(row, asked, me)]
    return {
        "rows": rows, "counts": counts, "now_ms": now, "is_past": is_past,
        "more": f"{last['grade']}-{last['latest_ms']}-{context.references.of(last['card'])}" if last else "",
        "warned": warned if asked.warnings else warned[:FEW_WARNINGS], "warned_n": len(warned),
        "handlers": sorted(o.name for o in officers if o.active), "me": me,
        "can_open": opens(visitor.user.duty, Page.CARD), "territory": _said(officer),
    }


def _acting(desk: Desk, name: str) -> Officer | None:
    return acting(desk.officer(name), name) if name else None


def _warnings(context: Context, desk: Desk, officer: Officer | None, now_ms: int) -> list[dict[str, Any]]:
    """Warnings of the last day: closed ones last, then those whose time is over; the gravest and the shortest first."""
    rows = warnings(desk.store, since_ms=now_ms - WARNINGS_H * HOUR_MS, limit=MOST_WARNINGS)
    for row in rows:
        row["phone"] = row["person"] if ":" in row["person"] else f"phone:{row['person']}"
    rows = with_states(desk.store, Territory(desk.store, officer).of_rows(rows, "phone"))
    for row in rows:
        row["reference"] = context.references.of(row["phone"])
        row["deadline_ms"] = row["event_ms"] + desk.policy.stop_minutes * MINUTE_MS
        row["left_s"] = max(0, (row["deadline_ms"] - now_ms) // 1000)
    order = {level: number for number, level in enumerate(LEVELS[::-1])}
    return sorted(rows, key=lambda row: (bool(row["outcome"]), not row["left_s"],
                                         order[row["level"]] if row["left_s"] else 0,
                                         row["left_s"] or -row["event_ms"], row["warning_id"]))


def _is_wanted(row: Mapping[str, Any], asked: Asked, me: str) -> bool:
    """Whether a warning is shown: nobody's are open ones, and none is ever put off."""
    if asked.whose == "mine" and me:
        return row["handler"] == me
    if asked.whose == "nobodys":
        return not row["handler"] and not row["outcome"]
    return True


def _first_reason(hit: Mapping[str, Any]) -> tuple[str, str]:
    """The weightiest reason that names a typology, for it says most in one line; else the weightiest of all."""
    texts = list(zip(hit["reasons_zh"], hit["reasons_en"]))
    named = [text for text, code in zip(texts, hit["reason_codes"]) if code in typology_names()]
    return (named or texts or [("", "")])[0]


def _place(context: Context, text: str) -> Place | None:
    grade, _, rest = text.partition("-")
    latest, _, reference = rest.partition("-")
    card = context.references.card(reference) if reference else None
    if card is None or not (grade.isascii() and grade.isdigit() and latest.isascii() and latest.isdigit()):
        return None
    return Place(min(int(grade), 127), min(int(latest), 2**62), card)


def _said(officer: Officer | None) -> str:
    return "、".join(officer.territories) if officer and "*" not in officer.territories else ""


