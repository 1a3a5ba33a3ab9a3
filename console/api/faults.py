"""A fault of ours becomes an answer that gives nothing away."""

from starlette.requests import Request

from console.api.problems import answer_problem
from console.guard import App, Receive, Scope, Send


class Faults:
    """Wraps the interface."""

    def __init__(self, app: App):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watched(message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if has_begun or scope["type"] != "http":
                raise
            request = Request(scope)
            request.app.state.log.exception("500 %s", scope["path"])
            await answer_problem(request, error)(scope, receive, send)
