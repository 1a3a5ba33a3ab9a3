"""Signing in: password, a new password if it was a one-time one, the second factor, and out again."""

import secrets
from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from console.accounts import second_factor, sessions
from console.accounts.lock_out import forget_failures, locked_ms, note_failure
from console.accounts.passwords import SHORTEST, fits, is_good
from console.accounts.sessions import Stage
from console.accounts.user_file import User
from console.context import Context
from console.pages.language import own_path
from console.render import page
from console.visitor import (
    FORM_COOKIE,
    SESSION_COOKIE,
    NotSignedIn,
    SignedForm,
    context_of,
    field,
    session_at,
)

router = APIRouter()


@router.get("/sign-in")
def ask(request: Request, next: str = ""):
    return _form(request, after=next)


@router.post("/sign-in")
def check(request: Request, form: SignedForm):
    context, name, after = context_of(request), field(form, "user", 64), field(form, "next", 500)
    password = form.get("password", "")
    wait_ms = locked_ms(context.users, name)
    if wait_ms:
        return _form(request, 429, "sign_in.locked", name, after, wait_ms)
    if not isinstance(password, str) or not fits(password[:1024], context.users.password_hash(name)):
        note_failure(context.users, name)
        return _form(request, 401, "sign_in.wrong", name, after)
    user = context.users.user(name)
    former = sessions.session_of(context.users, request.cookies.get(SESSION_COOKIE))
    if former:
        sessions.end(context.users, former)
    return _go_on(request, user, _next_stage(user), after)


@router.get("/sign-in/change")
def ask_new_password(request: Request):
    session_at(request, Stage.CHANGE)
    return _step(request, "change.html", shortest=SHORTEST, error="")


@router.post("/sign-in/change")
def take_new_password(request: Request, form: SignedForm):
    context = context_of(request)
    user, session = session_at(request, Stage.CHANGE)
    given, again = form.get("password", ""), form.get("again", "")
    error = ""
    if given != again or not isinstance(given, str):
        error = "change.differ"
    elif not is_good(given, user.name) or fits(given, context.users.password_hash(user.name)):
        error = "change.weak"
    if error:
        return _step(request, "change.html", 422, shortest=SHORTEST, error=error)
    context.users.set_password(user.name, given)
    sessions.end(context.users, session)
    user = context.users.user(user.name)
    return _go_on(request, user, _next_stage(user), field(form, "next", 500))


@router.get("/sign-in/enrol")
def ask_to_enrol(request: Request):
    return _enrolment(request, "")


@router.post("/sign-in/enrol")
def enrol(request: Request, form: SignedForm):
    context = context_of(request)
    user, session = session_at(request, Stage.ENROL)
    step = second_factor.accepted_step(session.pending, field(form, "code", 20), context.now_ms() / 1000, 0)
    if step is None:
        return _enrolment(request, "code.wrong", 401)
    context.users.set_secret(user.name, session.pending, step)
    return _finish(request, user, session, field(form, "next", 500))


@router.get("/sign-in/code")
def ask_code(request: Request):
    return _code(request)


@router.post("/sign-in/code")
def check_code(request: Request, form: SignedForm):
    context = context_of(request)
    user, session = session_at(request, Stage.CODE)
    wait_ms = locked_ms(context.users, user.name)
    if wait_ms:
        return _code(request, "sign_in.locked", 429, wait_ms)
    users = context.users
    step = second_factor.accepted_step(user.secret, field(form, "code", 20), context.now_ms() / 1000,
                                       users.last_step(user.name))
    if step is None or not users.spend_step(user.name, step):
        note_failure(users, user.name)
        return _code(request, "code.wrong", 401)
    return _finish(request, user, session, field(form, "next", 500))


@router.post("/sign-out")
def leave(request: Request, form: SignedForm):
    context = context_of(request)
    session = sessions.session_of(context.users, request.cookies.get(SESSION_COOKIE))
    if session:
        sessions.end(context.users, session)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION_COOKIE)
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def _next_stage(user: User) -> Stage:
    if user.must_change:
        return Stage.CHANGE
    return Stage.CODE if user.secret else Stage.ENROL


def _go_on(request: Request, user: User, stage: Stage, after: str) -> Response:
    """Begin a session under a new id, and lead to its next step."""
    where, give_cookie = begin_stage(context_of(request), user, stage, after)
    answer = RedirectResponse(where, 303)
    give_cookie(answer)
    return answer


def begin_stage(context: Context, user: User, stage: Stage, after: str) -> tuple[str, Callable[[Response], None]]:
    """Begin a session at a stage, and return where it goes on and what gives an answer its cookie."""
    pending = second_factor.new_secret() if stage is Stage.ENROL else ""
    after = own_path(after or "/")
    where = after if stage is Stage.FULL else f"/sign-in/{stage}" + (f"?next={quote(after)}" if after != "/" else "")
    given = sessions.begin(context.users, user.name, stage, pending)
    return where, lambda answer: set_session_cookie(context, answer, given)


def _finish(request: Request, user: User, session: sessions.Session, after: str) -> Response:
    context = context_of(request)
    forget_failures(context.users, user.name)
    sessions.end(context.users, session)
    return _go_on(request, user, Stage.FULL, after)


def set_session_cookie(context: Context, answer: Response, given: str) -> None:
    """The cookie ends with the browser; the server ends the session before."""
    answer.set_cookie(SESSION_COOKIE, given, httponly=True, samesite="strict", secure=context.secure, path="/")


def _form(request: Request, status: int = 200, error: str = "", name: str = "", after: str = "",
          wait_ms: int = 0) -> Response:
    """The form for name and password; a cookie of its own guards it, since there is no session yet."""
    context = context_of(request)
    session = sessions.session_of(context.users, request.cookies.get(SESSION_COOKIE))
    token = session.form_token if session else request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    request.state.form_token = token
    answer = page(request, "sign_in.html", status, error=error, name=name, after=own_path(after) if after else "",
                  wait_s=-(-wait_ms // 1000), openid=context.openid is not None)
    if not session:
        answer.set_cookie(FORM_COOKIE, token, httponly=True, samesite="strict", secure=context.secure)
    return answer


def _step(request: Request, template: str, status: int = 200, **given) -> Response:
    context = context_of(request)
    session = sessions.session_of(context.users, request.cookies.get(SESSION_COOKIE))
    if session is None:
        raise NotSignedIn("/sign-in")
    request.state.form_token = session.form_token
    after = own_path(request.query_params.get("next", ""))
    return page(request, template, status, after=after, **given)


def _enrolment(request: Request, error: str, status: int = 200) -> Response:
    context = context_of(request)
    user, session = session_at(request, Stage.ENROL)
    shown = second_factor.current_code(session.pending, context.now_ms() / 1000) if context.demo else ""
    return _step(request, "enrol.html", status, error=error, secret=session.pending, shown=shown,
                 picture=second_factor.picture(session.pending, user.name))


def _code(request: Request, error: str = "", status: int = 200, wait_ms: int = 0) -> Response:
    context = context_of(request)
    user, _ = session_at(request, Stage.CODE)
    shown = second_factor.current_code(user.secret, context.now_ms() / 1000) if context.demo else ""
    return _step(request, "code.html", status, error=error, wait_s=-(-wait_ms // 1000), shown=shown)
