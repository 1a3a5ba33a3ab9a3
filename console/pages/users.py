"""The administrator's page: who may sign in, and letting people in, shutting them out, giving new passwords."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from casework.console_users import PREFIX, UserAct
from console.accounts.duties import BOUND, Duty, Page
from console.accounts.lock_out import locked_ms
from console.accounts.user_file import User
from console.context import Context
from console.errors import AccountError
from console.render import page
from console.user_log import add_user, note_user
from console.visitor import NotAllowed, SignedForm, Visitor, allowed, context_of, field
from jobs.casework.desk import Desk

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.USERS))]


@router.get("/users")
def users(request: Request, visitor: Allowed):
    return _page(request, visitor)


@router.post("/users/add")
def add(request: Request, visitor: Allowed, form: SignedForm):
    context = context_of(request)
    name, duty, officer = field(form, "name", 64), field(form, "duty", 20), field(form, "officer", 64)
    if duty not in list(Duty):
        return _page(request, visitor, 422, error="users.bad_duty")
    chosen = Duty(duty)
    if context.users.user(name) is not None:
        return _page(request, visitor, 422, error="users.known")
    with context.desk() as desk:
        if chosen in BOUND and not _is_active(desk, officer):
            return _page(request, visitor, 422, error="users.officer_needed")
        try:
            password = add_user(desk, context.users, _by(visitor), name, chosen, officer if chosen in BOUND else "")
        except AccountError:
            return _page(request, visitor, 422, error="users.bad_name")
    return _page(request, visitor, given=(name, password))


@router.post("/users/{name}/disable")
def disable(request: Request, visitor: Allowed, name: str, form: SignedForm):
    context, user = context_of(request), _user(request, name)
    with context.desk() as desk:
        note_user(desk, UserAct.DISABLED, _by(visitor), user)
        context.users.disable(name)
    return _page(request, visitor, done="users.disabled_now", about=name)


@router.post("/users/{name}/reset")
def reset(request: Request, visitor: Allowed, name: str, form: SignedForm):
    context, user = context_of(request), _user(request, name)
    with context.desk() as desk:
        note_user(desk, UserAct.RESET, _by(visitor), user)
        password = context.users.reset(name)
    return _page(request, visitor, given=(name, password))


def _user(request: Request, name: str) -> User:
    user = context_of(request).users.user(name)
    if user is None:
        raise NotAllowed("refused.missing", 404)
    return user


def _by(visitor: Visitor) -> str:
    return f"{PREFIX}{visitor.user.name}"


def _is_active(desk: Desk, officer: str) -> bool:
    known = desk.officer(officer) if officer else None
    return known is not None and known.active


def _page(request: Request, visitor: Visitor, status: int = 200, error: str = "", done: str = "", about: str = "",
          given: tuple[str, str] | None = None):
    """The list; a one-time password stands on the answer to the act alone, and is stored nowhere."""
    context = context_of(request)
    with context.desk() as desk:
        officers = sorted(officer.name for officer in desk.officers() if officer.active)
    return page(request, "users.html", status, error=error, done=done, about=about, given=given, officers=officers,
                duties=list(Duty), bound=BOUND, listed=[_row(context, user) for user in context.users.users()])


def _row(context: Context, user: User) -> dict:
    return {"user": user, "locked_s": -(-locked_ms(context.users, user.name) // 1000),
            "sessions": context.users.sessions_of(user.name), "created_ms": context.users.created_ms(user.name)}
