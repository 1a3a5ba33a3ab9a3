"""Which program asks, in whose name, and whether it may."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from casework.officers import Officer, acting
from console.accounts.scopes import Scope
from console.accounts.tokens import Token, token_of
from console.accounts.user_file import User
from console.api.problems import ApiProblem
from console.visitor import context_of
from jobs.casework.desk import Desk

#: Requests a minute of one token, and of one address with tokens that are none (ours).
RATE, WRONG_RATE = 300, 20
_bearer = HTTPBearer(auto_error=False, description="a token from the page of one's own account")
_CHALLENGE = {"www-authenticate": 'Bearer realm="duanka"'}


@dataclass(frozen=True)
class Caller:
    """A program with its token, and the user in whose name it asks."""

    token: Token
    user: User

    def officer(self, desk: Desk) -> Officer | None:
        """The officer in whose name it acts, None for users who act on no case.

        Raises
        ------
        CaseRefused
            They are retired.
        """
        return acting(desk.officer(self.user.officer), self.user.officer) if self.user.officer else None


def caller(request: Request,
           given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None) -> Caller:
    """Whoever the token stands for. A session's cookie counts for nothing here.

    Raises
    ------
    ApiProblem
    """
    if given is None:
        raise ApiProblem("no_token", 401, _CHALLENGE)
    found = token_of(context_of(request).users, given.credentials[:200])
    if found is None:
        # Wrong tokens are counted by address, good ones never wait for those.
        _count(request.app.state.wrong, request.client.host if request.client else "")
        raise ApiProblem("bad_token", 401, {"www-authenticate": 'Bearer realm="duanka", error="invalid_token"'})
    token, user = found
    _count(request.app.state.rate, token.token_id)
    return Caller(token, user)


def needs(scope: Scope):
    """Make the dependency of an operation that needs a scope."""
    def check(known: Annotated[Caller, Depends(caller)]) -> Caller:
        if scope not in known.token.scopes:
            raise ApiProblem("scope", 403, scope=scope, headers={
                "www-authenticate": f'Bearer realm="duanka", error="insufficient_scope", scope="{scope}"'})
        return known

    return check


def _count(rate, name: str) -> None:
    wait = rate.wait_ms(name)
    if wait:
        raise ApiProblem("rate", 429, {"retry-after": str(-(-wait // 1000))})
