"""A program with a token, as it asks the REST interface."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient

from console.accounts.scopes import scopes_of
from console.accounts.tokens import make_token
from console.api.rate import Rate

PATH = "/api/v1"
_keys = itertools.count()


@dataclass
class Program:
    """It asks with its token alone, and in English."""

    client: TestClient
    secret: str
    token_id: str = ""

    def get(self, path: str, **query: Any):
        return self.client.get(PATH + path, params=query, headers=self.headers())

    def post(self, path: str, body: dict[str, Any], key: str = "", **headers: str):
        given = {"idempotency-key": key or f"key-{next(_keys)}"} | headers
        return self.client.post(PATH + path, json=body, headers=self.headers() | given)

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret}", "accept-language": "en"}


def program_of(app, context, user: str, *scopes: str, days: int = 30) -> Program:
    """A program of a user, with all scopes that the duty opens if none is named."""
    known = context.users.user(user)
    token, secret = make_token(context.users, known, "a program", scopes or scopes_of(known.duty), days)
    return Program(TestClient(app), secret, token.token_id)


def mounted(app):
    """The interface that is mounted in the console."""
    return next(route.app for route in app.routes if getattr(route, "path", "") == PATH)


@contextmanager
def paced(app, name: str, rate: Rate) -> Iterator[None]:
    """Another pace for a while: ``rate`` of tokens, ``wrong`` of what is none."""
    state = mounted(app).state
    kept = getattr(state, name)
    setattr(state, name, rate)
    try:
        yield
    finally:
        setattr(state, name, kept)
