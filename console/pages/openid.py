"""Signing in by the provider: there, back, and on with our own code where the provider asked for none."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from casework.console_users import PREFIX, UserAct, act_on_user
from casework.event import Act
from console.accounts import sessions
from console.accounts.duties import Duty
from console.accounts.sessions import Stage
from console.accounts.user_file import User
from console.context import Context
from console.errors import AccountError, OpenIdRefused
from console.openid.flow import begin_flow, take_flow
from console.openid.provider import Provider
from console.openid.settings import CALLBACK
from console.pages.language import own_path
from console.pages.sign_in import begin_stage
from console.render import page
from console.visitor import SESSION_COOKIE, NotAllowed, context_of

router = APIRouter()
#: Comes back with the browser from the provider, which a strict cookie would not.
BROWSER_COOKIE = "duanka_openid"
_TEN_MINUTES_S = 600
#: Who stands in the log as having made a user whom the provider vouches for.
_BY = f"{PREFIX}openid"


@router.get("/sign-in/openid")
def go(request: Request, next: Annotated[str, Query(max_length=500)] = ""):
    context, provider = context_of(request), _provider(request)
    try:
        flow = begin_flow(context.users, own_path(next or "/"))
        answer = RedirectResponse(provider.address(flow), 303)
    except OpenIdRefused as refused:
        return _refused(request, refused, 503, "openid.away")
    answer.set_cookie(BROWSER_COOKIE, flow.browser, max_age=_TEN_MINUTES_S, httponly=True, samesite="lax",
                      secure=context.secure, path=CALLBACK)
    return answer


@router.get(CALLBACK)
def come_back(request: Request, state: Annotated[str, Query(max_length=500)] = "",
              code: Annotated[str, Query(max_length=4000)] = "", error: Annotated[str, Query(max_length=200)] = "",
              iss: Annotated[str | None, Query(max_length=500)] = None):
    context, provider = context_of(request), _provider(request)
    try:
        flow = take_flow(context.users, state, request.cookies.get(BROWSER_COOKIE, ""))
        if iss not in (None, provider.settings.issuer):
            raise OpenIdRefused(f"the answer is of another issuer, {iss!r}")
        if error or not code:
            raise OpenIdRefused(f"the provider says {error!r}")
        claims = provider.claims(flow, code)
        user = _user_of(context, claims.get(provider.settings.claim), provider.settings.create_duty)
    except OpenIdRefused as refused:
        return _refused(request, refused, 403, "openid.refused")
    former = sessions.session_of(context.users, request.cookies.get(SESSION_COOKIE))
    if former:
        sessions.end(context.users, former)
    own = Stage.CODE if user.secret else Stage.ENROL
    stage = Stage.FULL if provider.has_second_factor(claims) else own
    # A redirect would still count as coming from the provider, and a strict cookie would not go with it.
    where, given = begin_stage(context, user, stage, flow.after)
    answer = page(request, "openid_done.html", where=where)
    given(answer)
    answer.delete_cookie(BROWSER_COOKIE, path=CALLBACK)
    return answer


def _provider(request: Request) -> Provider:
    provider = getattr(request.app.state, "provider", None)
    if provider is None:
        raise NotAllowed("refused.missing", 404)
    return provider


def _user_of(context: Context, name: object, create_duty: Duty | None) -> User:
    """The active user of this name; a new one only where the settings say so, and then it is in the log.

    Raises
    ------
    OpenIdRefused
    StoreError
    """
    users = context.users
    if not isinstance(name, str) or not name:
        raise OpenIdRefused("the token does not hold the claim that names the user")
    user = users.user(name)
    if user is None and create_duty is not None:
        try:
            users.add(name, create_duty)
        except AccountError as error:
            raise OpenIdRefused(str(error)) from error
        user = users.user(name)
        try:
            with context.desk() as desk:
                desk.carry_out(f"user:{name}", Act("", _BY, 0), lambda before, act: act_on_user(
                    UserAct.ADDED, act, name, str(create_duty), ""))
        except Exception:
            users.remove(name)  # what is in no trail must not be
            raise
    if user is None or not user.active:
        raise OpenIdRefused("no active user has the name in the token")
    return user


def _refused(request: Request, refused: OpenIdRefused, status: int, text: str) -> Response:
    request.app.state.log.warning("openid: %s", refused)
    return page(request, "openid_refused.html", status, text=text)
