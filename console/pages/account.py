"""The page of one's own account: who one is, what one may do, and one's tokens for programs."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from console.accounts.duties import pages_of
from console.accounts.scopes import scopes_of
from console.accounts.tokens import LONGEST_DAYS, LONGEST_NAME, make_token, revoke_token, tokens_of
from console.errors import AccountError
from console.render import page
from console.token_log import MADE, REVOKED, name_of, note_token
from console.visitor import SignedForm, SignedIn, Visitor, context_of, field

router = APIRouter()
#: Life that the form begins with, days (ours).
_USUAL_DAYS = 30


@router.get("/account")
def account(request: Request, visitor: SignedIn):
    return _page(request, visitor)


@router.post("/account/tokens")
def add_token(request: Request, visitor: SignedIn, form: SignedForm):
    context = context_of(request)
    days, scopes = field(form, "days", 4), [str(scope) for scope in form.getlist("scope")]
    with context.desk() as desk:
        try:
            token, secret = make_token(context.users, visitor.user, field(form, "name", LONGEST_NAME + 1), scopes,
                                       int(days) if days.isascii() and days.isdigit() else 0)
        except AccountError:
            return _page(request, visitor, 422, error="account.token_wrong")
        try:
            note_token(desk, MADE, name_of(visitor.user), token)
        except Exception:
            revoke_token(context.users, token.token_id, visitor.user.name)  # what is in no log must open nothing
            raise
    return _page(request, visitor, secret=secret)


@router.post("/account/tokens/revoke")
def end_token(request: Request, visitor: SignedIn, form: SignedForm):
    context = context_of(request)
    # Ended first: it must end even where the store is away and nothing can be noted.
    token = revoke_token(context.users, field(form, "token_id", 64), visitor.user.name)
    if token is not None:
        with context.desk() as desk:
            note_token(desk, REVOKED, name_of(visitor.user), token)
    return RedirectResponse("/account", 303)


def _page(request: Request, visitor: Visitor, status: int = 200, secret: str = "", error: str = ""):
    context, user = context_of(request), visitor.user
    given: dict[str, Any] = {"secret": secret, "error": error, "longest_days": LONGEST_DAYS, "days": _USUAL_DAYS,
                             "longest_name": LONGEST_NAME}
    return page(request, "account.html", status, mine=pages_of(user.duty), scopes=scopes_of(user.duty),
                tokens=tokens_of(context.users, user.name), now_ms=context.now_ms(), **given)
