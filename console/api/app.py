"""The interface as an application of its own, mounted in the console's."""

import logging
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

from casework.refusal import CaseRefused
from connectors.errors import StoreError
from console.api import card_acts, cards, lead_acts, lists
from console.api.caller import RATE, WRONG_RATE
from console.api.cursor import Cursors
from console.api.faults import Faults
from console.api.problems import MEDIA_TYPE, ApiProblem, Problem, answer_problem
from console.api.rate import Rate
from console.context import Context

#: Where it is mounted; the number rises when an answer changes in a way that programs notice.
PATH = "/api/v1"
_SAID = {400: "the cursor is not good", 401: "no good token", 403: "the token or the rules forbid it",
         404: "there is no such thing", 409: "not as things stand, or somebody else acted at the same moment",
         422: "not well formed, incomplete, or the key was used for another request", 429: "too many requests",
         500: "a fault of ours", 503: "the store is away"}


def create_api(context: Context) -> FastAPI:
    """Return the interface over the console's context."""
    api = FastAPI(title="Duanka", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json",
                  redirect_slashes=False)
    api.state.context, api.state.log = context, logging.getLogger("duanka.console")
    api.state.rate, api.state.wrong = Rate(RATE, context.now_ms), Rate(WRONG_RATE, context.now_ms)
    api.state.cursors = Cursors(context.users)
    for part in (lists, cards, card_acts, lead_acts):
        api.include_router(part.router)
    for error in (ApiProblem, CaseRefused, StoreError, RequestValidationError, HTTPException):
        api.add_exception_handler(error, answer_problem)
    api.add_middleware(Faults)
    api.openapi = lambda: _described(api)
    return api


def _described(api: FastAPI) -> dict[str, Any]:
    """The description, with our own form of errors; FastAPI would describe its own."""
    if api.openapi_schema is None:
        made = get_openapi(title=api.title, version=api.version, routes=api.routes, servers=[{"url": PATH}],
                           summary="Cards at risk, leads and cases, for programs of the police")
        made["components"]["schemas"] = {name: schema for name, schema in made["components"]["schemas"].items()
                                         if name not in ("HTTPValidationError", "ValidationError")}
        made["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        form = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in made["paths"].values():
            for operation in operations.values():
                for status, said in _SAID.items():
                    operation["responses"][str(status)] = {"description": said, "content": form}
        api.openapi_schema = made
    return api.openapi_schema
