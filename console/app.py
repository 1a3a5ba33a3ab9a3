"""The application: pages, errors as pages, static files."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from casework.refusal import CaseRefused
from connectors.errors import StoreError
from console.api.app import PATH, create_api
from console.api.problems import answer_problem
from console.context import Context
from console.guard import Guard
from console.openid.provider import Provider
from console.pages import (
    account,
    api,
    audit,
    card,
    comparison,
    explain,
    export,
    graph,
    language,
    leads,
    live,
    models,
    openers,
    openid,
    queue,
    report,
    search,
    sign_in,
    system,
    users,
    watchlists,
    work,
)
from console.render import page
from console.static_files import STATIC
from console.visitor import BY_ITSELF, NotAllowed, NotSignedIn, texts_of

_PARTS = (sign_in, openid, language, account, api, queue, live, card, comparison, work, explain, graph, leads, search,
          watchlists, openers, report, models, system, users, audit, export)
#: Seconds after which a page that found no store tries again by itself.
_AGAIN_S = 5


def create_app(context: Context) -> FastAPI:
    """Return the console over its context; whoever calls closes the context's parts."""
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        yield
        await context.feed.close()

    app = FastAPI(title="Duanka", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.state.context, app.state.log = context, logging.getLogger("duanka.console")
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")
    app.mount(PATH, create_api(context), name="api")
    app.state.provider = Provider(context.openid, context.now_ms) if context.openid else None
    for part in _PARTS:
        app.include_router(part.router)
    for error, answer in ((NotSignedIn, _to_sign_in), (NotAllowed, _not_allowed), (CaseRefused, _case_refused),
                          (StoreError, _no_store), (HTTPException, _http), (RequestValidationError, _bad_request)):
        app.add_exception_handler(error, answer)
    app.add_middleware(Guard, secure=context.secure)
    return app


def _to_sign_in(request: Request, error: NotSignedIn) -> Response:
    if BY_ITSELF in request.headers:
        return PlainTextResponse("signed out\n", 401)
    return RedirectResponse(error.step, 303)


def _not_allowed(request: Request, error: NotAllowed) -> Response:
    return message(request, texts_of(request)(error.name), error.status)


def _case_refused(request: Request, error: CaseRefused) -> Response:
    return message(request, texts_of(request).pick(error.zh, error.en), 403)


def _no_store(request: Request, error: StoreError) -> Response:
    """Whatever is wrong with the store: people are told that it is not there, operators find why in the log."""
    request.app.state.log.warning("503 %s: %s", request.url.path, error)
    answer = message(request, texts_of(request)("store.away"), 503, again_s=_AGAIN_S)
    answer.headers["retry-after"] = str(_AGAIN_S)
    return answer


def _http(request: Request, error: HTTPException) -> Response:
    if request.url.path.startswith(PATH):  # with a line break in it, which no mount matches
        return answer_problem(request, error)
    name = "refused.missing" if error.status_code in (404, 405) else "refused.request"
    return message(request, texts_of(request)(name), error.status_code)


def _bad_request(request: Request, error: RequestValidationError) -> Response:
    return message(request, texts_of(request)("refused.request"), 422)


def message(request: Request, text: str, status: int, again_s: int = 0) -> Response:
    """A page with one sentence."""
    retry = again_s if request.method == "GET" else 0
    return page(request, "message.html", status, text=text, again_s=retry, is_by_itself=BY_ITSELF in request.headers)
