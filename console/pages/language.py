"""Language and theme: choices of a browser, kept in cookies."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from console.texts import LANGUAGES
from console.visitor import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, context_of

router = APIRouter()
_YEAR_S = 365 * 24 * 3600


@router.get("/choose/{name}/{value}")
def choose(request: Request, name: str, value: str, back: Annotated[str, Query(max_length=500)] = "/"):
    cookie, values = {"language": (LANGUAGE_COOKIE, LANGUAGES), "theme": (THEME_COOKIE, THEMES)}.get(name, ("", ()))
    answer = RedirectResponse(own_path(back), 303)
    if value in values:
        answer.set_cookie(cookie, value, max_age=_YEAR_S, httponly=True, samesite="strict",
                          secure=context_of(request).secure)
    return answer


def own_path(path: str) -> str:
    """A path on this console, the first page where it is none: nobody is sent elsewhere.

    >>> own_path("/audit?by=x"), own_path("//evil.example"), own_path("https://evil.example")
    ('/audit?by=x', '/', '/')
    """
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if safe else "/"
