"""One look at the store for all open pages, and who is told when something is new there."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

#: Seconds between two looks, and after a failed one (ours: a hit shall be seen within two seconds).
LOOK_S, RETRY_S = 0.25, 2.0
#: A line now and then shows proxies and browsers that the connection lives.
BEAT_S = 15.0
#: Pages that may listen at once (ours).
MOST = 400
_log = logging.getLogger("duanka.console")


class Feed:
    """Watches the store while somebody listens.

    ::

        looks      a   a   b   ✗   ✗   b
        listener           news  away    news

    Parameters
    ----------
    look : callable
        Returns what changes whenever there is something new; may block, and raise.
    """

    def __init__(self, look: Callable[[], str]):
        self._look = look
        self._seen = ""
        self._is_away = False
        self._listeners: set[asyncio.Event] = set()
        self._task: asyncio.Task | None = None

    @property
    def is_full(self) -> bool:
        return len(self._listeners) >= MOST

    async def messages(self) -> AsyncIterator[str]:
        """Yield server-sent events: ``news`` when something is new, ``away`` when the store is; comments in between."""
        bell = asyncio.Event()
        self._listeners.add(bell)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield "retry: 2000\n\n"
            while True:
                try:
                    await asyncio.wait_for(bell.wait(), BEAT_S)
                    bell.clear()
                    yield f"event: {'away' if self._is_away else 'news'}\ndata: 1\n\n"
                except TimeoutError:
                    yield ": here\n\n"
        finally:
            self._listeners.discard(bell)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        while self._listeners:
            try:
                now = await asyncio.to_thread(self._look)
            except Exception as error:  # whatever it is, all open pages hang on this one task
                _log.warning("the console does not see what is new: %s: %s", type(error).__name__, error)
                if not self._is_away:
                    self._ring(is_away=True)
                await asyncio.sleep(RETRY_S)
                continue
            if self._is_away or self._seen not in ("", now):
                self._ring(is_away=False)
            self._seen = now
            await asyncio.sleep(LOOK_S)
        self._seen = ""

    def _ring(self, is_away: bool) -> None:
        self._is_away = is_away
        for bell in self._listeners:
            bell.set()
