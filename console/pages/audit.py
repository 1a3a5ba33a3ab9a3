"""The auditor's page: who did what, who looked at what, whether the record is whole, what stands out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse

from casework.clocks import CHINA
from connectors.masking import mask_numbers
from connectors.queries.audit_log import LATEST_MS, LogFilter, LogPage, act_page, look_page
from console.accounts.duties import Page
from console.accounts.sessions import state_purpose, stated_purpose
from console.audit_subject import subject_of
from console.context import Context
from console.look_review import DAYS
from console.masked_card import masked
from console.render import page
from console.texts import all_texts
from console.visitor import SignedForm, Visitor, allowed, context_of, field
from jobs.casework.desk import Desk

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.AUDIT))]
DAY_MS = 86_400_000
#: Rows of a table; findings shown (ours).
ROWS, FINDINGS = 50, 100
#: How long the first visitor waits for look-ups that stand out, s (ours).
_FIRST_S = 2.0
#: Why the auditor reads the log as a whole: it is their duty. For one card they say why.
PURPOSE, _SUBJECT = "audit", "audit"
COMMAND = "audit show"


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for; what makes no sense there is left out.

    Attributes
    ----------
    subject : str
        A reference, see `console.references`.
    what : str
        ``act:NAME`` or ``look:NAME``.
    begin, end : str
        Days of China, both included.
    looks, acts : int
        Where the table before this page ended, UTC ms; 0 for its beginning.
    """

    subject: str = ""
    by: str = ""
    what: str = ""
    begin: str = ""
    end: str = ""
    looks: int = 0
    acts: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        what = given.get("what", "")
        return cls(given.get("subject", "")[:600], given.get("by", "").strip()[:64],
                   what if what in acts_by_value() else "", _day(given.get("begin", "")), _day(given.get("end", "")),
                   _ms(given.get("looks", "")), _ms(given.get("acts", "")))

    def address(self, **changed: Any) -> str:
        values = vars(replace(self, **changed))
        query = urlencode({name: value for name, value in values.items() if value != getattr(Asked, name)})
        return f"/audit?{query}" if query else "/audit"

    def filter(self, kind: str, subjects: tuple[str, ...]) -> LogFilter:
        begin_ms = _midnight_ms(self.begin) if self.begin else 0
        end_ms = _midnight_ms(self.end) + DAY_MS if self.end else LATEST_MS
        act = self.what.removeprefix(f"{kind}:") if self.what.startswith(f"{kind}:") else ""
        return LogFilter(begin_ms, end_ms, self.by, act, subjects)

    def shows(self, kind: str) -> bool:
        return not self.what or self.what.startswith(f"{kind}:")


def acts_by_value() -> dict[str, str]:
    """Names of the texts of all acts and kinds of look-up, by the value that stands for them in an address."""
    groups = {"look": "command", "act": "act"}
    return {f"{kind}:{name.partition('.')[2]}": name for kind, group in groups.items() for name in all_texts()
            if name.startswith(f"{group}.")}


@router.get("/audit")
def audit(request: Request, visitor: Allowed):
    context, asked = context_of(request), Asked.of(request.query_params)
    subject = context.references.card(asked.subject) if asked.subject else ""
    if subject is None:
        asked, subject = replace(asked, subject=""), ""
    purpose = stated_purpose(context.users, visitor.session, _SUBJECT)
    if subject and not purpose:
        return _page(request, visitor, asked, subject, "", 200)
    return _page(request, visitor, asked, subject, purpose)


# Posted, since a number in an address would stay in histories and logs; answered with an address that holds a
# reference, so that the page can be opened again and turned.
@router.post("/audit")
def find(request: Request, visitor: Allowed, form: SignedForm):
    context = context_of(request)
    given = {name: field(form, name, 200) for name in ("by", "what", "begin", "end")}
    subject, purpose = field(form, "subject", 200), field(form, "purpose", 200)
    asked = replace(Asked.of(given), subject=context.references.of(subject) if subject else "")
    if purpose and purpose.isprintable():
        state_purpose(context.users, visitor.session, _SUBJECT, purpose)
    if subject and not stated_purpose(context.users, visitor.session, _SUBJECT):
        return _page(request, visitor, asked, subject, "", 422)
    return RedirectResponse(asked.address(), 303)


def _page(request: Request, visitor: Visitor, asked: Asked, subject: str, purpose: str, status: int = 200):
    """The page; about a subject, only once it was said what for."""
    context = context_of(request)
    is_open = bool(purpose) or not subject
    with context.desk() as desk:
        desk.look_up(visitor.user.officer, purpose if subject and purpose else PURPOSE, COMMAND,
                     subject if subject and is_open else "*")
        given = _content(context, desk, asked, subject if is_open else "")
    checked = context.beside.trail.latest()
    return page(request, "audit.html", status, asked=asked, subject=subject, about=_about(subject), purpose=purpose,
                is_open=is_open, checked=checked, progress=context.beside.trail_check.progress, choices=acts_by_value(),
                findings_shown=FINDINGS, reviewed_days=DAYS, **given)


def _content(context: Context, desk: Desk, asked: Asked, subject: str) -> dict[str, Any]:
    names = subject_of(subject) if subject else None
    nothing = LogPage([], 0, 0)
    looks = look_page(desk.store, asked.filter("look", names.looks if names else ()), asked.looks or LATEST_MS,
                      ROWS) if asked.shows("look") else nothing
    acts = act_page(desk.store, asked.filter("act", names.acts if names else ()), asked.acts or LATEST_MS,
                    ROWS) if asked.shows("act") else nothing
    stood_out = context.beside.unusual.latest(first_wait_s=_FIRST_S).value or []
    cards = {name.removeprefix("card:") for name in [row["subject"] for row in (*looks.rows, *acts.rows)]
             + [row["about"] for row in stood_out]}
    return {"looks": looks, "acts": acts, "unusual": stood_out,
            "references": {card: context.references.of(card) for card in cards
                           if card.startswith(("phone:", "account:"))}}


def _about(subject: str) -> str:
    names = subject_of(subject).acts if subject else ()
    return masked(names[0].removeprefix("card:")) if names and names[0].startswith("card:") else mask_numbers(subject)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _midnight_ms(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=CHINA).timestamp() * 1000)


def _ms(text: str) -> int:
    return min(int(text), LATEST_MS) if text.isascii() and text.isdigit() and len(text) < 17 else 0

