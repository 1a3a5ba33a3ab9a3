"""What stands between every request and the pages: its size, its origin, and the headers of the answer."""

import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

#: Forms are small; anything larger is refused unread (ours).
LONGEST_BODY = 64 * 1024
_POLICY = ("default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
           "img-src 'self'")
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_NO_STORE = {"cache-control": "no-store"}
_STATIC = {"cache-control": "public, max-age=300"}
_TLS = {"strict-transport-security": "max-age=31536000; includeSubDomains"}

_FAULT = "出现故障，已记入日志；请稍后重试 / something is wrong and was noted in the log; try again later\n"
_FOR_PROGRAMS = "/api/"
_log = logging.getLogger("duanka.console")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Guard:
    """Wraps the application.

    Parameters
    ----------
    secure : bool
        Whether it is served by TLS.
    """

    def __init__(self, app: App, secure: bool):
        self._app, self._secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        fixed = _HEADERS | (_STATIC if scope["path"].startswith("/static/") else _NO_STORE)
        fixed |= _TLS if self._secure else {}

        has_begun = False

        async def guarded(message: MutableMapping[str, Any]) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start":
                kept = [(n, v) for n, v in message["headers"] if n.decode("latin-1").lower() not in fixed]
                message["headers"] = kept + [(n.encode(), v.encode()) for n, v in fixed.items()]
            await send(message)

        if scope["method"] not in ("GET", "HEAD"):
            if not is_own(headers, self._secure):
                await _refuse(guarded, scope, 403, "origin", "this request came from another site\n")
                return
            body = await _body(headers, receive)
            if body is None:
                await _refuse(guarded, scope, 413, "too_large", "more than 64 KiB\n")
                return
            receive = _again(body, receive)
        try:
            await self._app(scope, receive, guarded)
        except Exception:
            if has_begun:
                raise
            _log.exception("500 %s", scope["path"])
            await _refuse(guarded, scope, 500, "fault", _FAULT)


def is_own(headers: dict[str, str], secure: bool) -> bool:
    """Whether a request that changes something comes from a page of ours, by what the browser says of it.

    Our pages send no referrer, and a browser then calls their origin ``null``: where it says where a
    request comes from in the newer way, that alone decides. The token in each form is asked for as well.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is None or origin == f"{'https' if secure else 'http'}://{headers.get('host', '')}"


async def _body(headers: dict[str, str], receive: Receive) -> bytes | None:
    if headers.get("content-length", "0").isdigit() and int(headers.get("content-length", "0")) > LONGEST_BODY:
        return None
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LONGEST_BODY:
            return None
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _refuse(send: Send, scope: Scope, status: int, code: str, text: str) -> None:
    """Answer in plain text, or to programs as the REST interface says problems."""
    kind, body = b"text/plain; charset=utf-8", text.encode()
    if scope["path"].startswith(_FOR_PROGRAMS):
        kind = b"application/problem+json"
        body = json.dumps({"type": f"urn:duanka:problem:{code}", "title": text.strip(), "status": status, "detail": "",
                           "code": code}, ensure_ascii=False).encode()
    await send({"type": "http.response.start", "status": status,
                "headers": [(b"content-type", kind), (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})
