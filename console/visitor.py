"""Who is asking, and whether they may."""

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.datastructures import FormData

from console.accounts import sessions
from console.accounts.duties import Page, opens
from console.accounts.sessions import Session, Stage
from console.accounts.user_file import User
from console.context import Context
from console.errors import ConsoleError
from console.texts import LANGUAGES, Texts

SESSION_COOKIE, FORM_COOKIE = "duanka_session", "duanka_form"
LANGUAGE_COOKIE, THEME_COOKIE = "duanka_language", "duanka_theme"
THEMES = ("auto", "light", "dark")
#: Pages that call by themselves say so, and keep no session alive.
BY_ITSELF = "x-by-itself"


class NotSignedIn(ConsoleError):
    """Answered with the page to sign in; `step` is where to go on."""

    def __init__(self, step: str):
        super().__init__(step)
        self.step = step


class NotAllowed(ConsoleError):
    """Answered with a page that says so; `name` is the text that does."""

    def __init__(self, name: str, status: int = 403):
        super().__init__(name)
        self.name, self.status = name, status


@dataclass(frozen=True)
class Visitor:
    """A person whose session is complete."""

    user: User
    session: Session


def context_of(request: Request) -> Context:
    return request.app.state.context


def texts_of(request: Request) -> Texts:
    """The texts in the language that was chosen, Chinese otherwise."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return Texts(chosen if chosen in LANGUAGES else LANGUAGES[0])


def theme_of(request: Request) -> str:
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def session_at(request: Request, *stages: Stage) -> tuple[User, Session]:
    """Return user and session, which is at one of these stages.

    Raises
    ------
    NotSignedIn
    """
    context = context_of(request)
    session = sessions.session_of(context.users, request.cookies.get(SESSION_COOKIE), BY_ITSELF not in request.headers)
    user = context.users.user(session.user) if session else None
    if session is None or user is None or not user.active:
        asked = request.url.path if request.method == "GET" else ""
        raise NotSignedIn(f"/sign-in?next={quote(asked)}" if asked not in ("", "/") else "/sign-in")
    if session.stage not in stages:
        raise NotSignedIn("/" if session.stage is Stage.FULL else f"/sign-in/{session.stage}")
    return user, session


def signed_in(request: Request) -> Visitor:
    """Whoever is asking, signed in completely. A dependency of pages for everybody."""
    user, session = session_at(request, Stage.FULL)
    request.state.visitor = Visitor(user, session)
    return request.state.visitor


def allowed(page: Page):
    """Make the dependency of a page that only some duties open."""
    def check(request: Request) -> Visitor:
        visitor = signed_in(request)
        if not opens(visitor.user.duty, page):
            raise NotAllowed("refused.duty")
        return visitor

    return check


async def signed_form(request: Request) -> FormData:
    """The fields of a form of ours: it carries the token of its session, or before one, of its cookie.

    Raises
    ------
    NotAllowed
    """
    context = context_of(request)
    session = sessions.session_of(context.users, request.cookies.get(SESSION_COOKIE), BY_ITSELF not in request.headers)
    wanted = session.form_token if session else request.cookies.get(FORM_COOKIE, "")
    form = await request.form(max_files=0, max_fields=50)
    given = form.get("form_token", "")
    if not wanted or not isinstance(given, str) or not _same(given, wanted):
        raise NotAllowed("refused.form")
    return form


SignedIn = Annotated[Visitor, Depends(signed_in)]
SignedForm = Annotated[FormData, Depends(signed_form)]


def field(form: FormData, name: str, longest: int = 1000) -> str:
    """A field of a form as text without space around, cut to its longest."""
    value = form.get(name, "")
    return value.strip()[:longest] if isinstance(value, str) else ""


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
