"""The stream that tells an open queue that something is new."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from console.accounts import sessions
from console.accounts.duties import Page
from console.visitor import SESSION_COOKIE, NotAllowed, Visitor, allowed, context_of

router = APIRouter()
Allowed = Annotated[Visitor, Depends(allowed(Page.QUEUE))]


@router.get("/live")
async def live(request: Request, visitor: Allowed):
    context = context_of(request)
    if context.feed.is_full:
        raise NotAllowed("refused.busy", 503)

    async def told() -> AsyncIterator[str]:
        async for message in context.feed.messages():
            given = request.cookies.get(SESSION_COOKIE)
            here = await run_in_threadpool(sessions.session_of, context.users, given, False)
            if here is None:
                yield "event: ended\ndata: 1\n\n"
                return
            yield message

    return StreamingResponse(told(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})
