"""What went wrong, as ``application/problem+json`` (RFC 9457), Chinese or English."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from casework.refusal import CaseConflict, CaseRefused
from connectors.errors import StoreError
from connectors.masking import mask_numbers
from console.errors import ConsoleError
from console.texts import LANGUAGES, Texts

MEDIA_TYPE = "application/problem+json"
#: Begins the type of every problem; its code comes behind.
TYPE = "urn:duanka:problem:"
#: Seconds after which a program tries again when the store is away.
_AGAIN_S = 5
#: Refusals of the rules of case work by the status that fits; all others are about how things stand, 409.
_FORBIDDEN = ("unknown_officer", "inactive_officer", "outside_territory", "not_supervisor", "own_measure",
              "not_handler")
_INCOMPLETE = ("no_reason", "no_purpose", "bad_note", "ladder")


class Problem(BaseModel):
    """A problem (RFC 9457)."""

    type: str = Field(examples=[f"{TYPE}own_measure"])
    title: str
    status: int
    detail: str = ""
    code: str = Field(description="the end of the type; stable, for programs")


class ApiProblem(ConsoleError):
    """Answered with a problem; `code` names its text."""

    def __init__(self, code: str, status: int, headers: Mapping[str, str] | None = None, detail: str = "", **given):
        super().__init__(code)
        self.code, self.status, self.headers, self.detail, self.given = code, status, headers or {}, detail, given


def language_of(request: Request) -> str:
    """The language that ``Accept-Language`` prefers of ours, Chinese otherwise."""
    best, weight = LANGUAGES[0], 0.0
    for part in request.headers.get("accept-language", "")[:500].split(","):
        name, _, quality = part.strip().partition(";q=")
        language = name.strip().lower().partition("-")[0]
        try:
            given = float(quality or 1)
        except ValueError:
            continue
        if language in LANGUAGES and given > weight:
            best, weight = language, given
    return best


def answer_problem(request: Request, error: Exception) -> JSONResponse:
    """The answer to any error that the interface raises on purpose."""
    texts = Texts(language_of(request))
    headers: dict[str, str] = {}
    match error:
        case ApiProblem():
            code, status, headers = error.code, error.status, dict(error.headers)
            title, detail = texts(f"problem.{code}", **error.given), error.detail
        case CaseRefused():
            code, status, detail = error.code, status_of(error), texts.pick(error.zh, error.en)
            title = texts("problem.refused")
        case StoreError():
            request.app.state.log.warning("503 %s: %s", request.url.path, error)
            code, status, title, detail = "store_away", 503, texts("problem.store_away"), ""
            headers["retry-after"] = str(_AGAIN_S)
        case RequestValidationError():
            code, status, title = "bad_request", 422, texts("problem.bad_request")
            detail = "; ".join(_said(each) for each in error.errors()[:5])
        case HTTPException():
            code = {404: "missing", 405: "method"}.get(error.status_code, "bad_request")
            status, title, detail = error.status_code, texts(f"problem.{code}"), ""
            headers = dict(error.headers or {})
        case _:
            code, status, title, detail = "fault", 500, texts("problem.fault"), ""
    return problem_answer(texts.language, Problem(type=TYPE + code, title=title, status=status, detail=detail,
                                                  code=code), headers)


def problem_answer(language: str, problem: Problem, headers: Mapping[str, str]) -> JSONResponse:
    return JSONResponse(problem.model_dump(), problem.status, {**headers, "content-language": language},
                        media_type=MEDIA_TYPE)


def status_of(error: CaseRefused) -> int:
    if isinstance(error, CaseConflict):
        return 409
    if error.code in _FORBIDDEN:
        return 403
    if error.code in _INCOMPLETE:
        return 422
    return 404 if error.code.startswith("unknown_") else 409


def _said(error: Mapping[str, Any]) -> str:
    """Where and what; never what was given, which may be a number."""
    return mask_numbers(f"{'.'.join(str(part) for part in error['loc'])[:100]}: {error['msg']}")
