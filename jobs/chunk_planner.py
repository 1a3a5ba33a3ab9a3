"""Which chunk the Flink job takes next, and when silence lets events out."""

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from jobs.flink.protocol import Chunk

#: Chunks that come together are at most so many (ours): each is a file to be opened and a write to the store.
MOST_PARTS = 64


class ChunkSource(Protocol):
    """Chunks of a bus in the order in which every engine takes them."""

    #: Latest event time that is believed, UTC ms; the planner moves it.
    latest_ms: int

    def skip(self, chunk: Chunk) -> None:
        """Go on after a chunk that was planned before; called in their order, before any `next_chunk`."""

    def next_chunk(self, at_once: bool = False) -> Chunk | None:
        """The next chunk; None when there is none now. Of a bounded bus None is the end.

        `at_once`: what is there already, however little; None when there is nothing.
        """

    def is_reachable(self) -> bool:
        """Whether that nothing is new means that nothing has happened."""

    def newest_ms(self) -> int:
        """Event time of about the newest event in the chunks given so far, UTC ms; 0 before any."""


class ChunkPlanner:
    """Callable that gives the next chunk, or None when nothing is new.

    In follow mode, after `idle_ms` without anything new it gives one heartbeat, which moves event
    time to the newest event seen: held events come out instead of waiting for the next one. What
    then still arrives from before that moment is scored at once and counted as late. A bus that
    cannot be reached is not silent.

    Small chunks that are there already come together, as one: a step of the job costs about the same for
    a hundred records as for some thousands. So a job that fell behind takes larger steps and catches up.

    Parameters
    ----------
    source : ChunkSource
    latest_ms : int
        Latest event time accepted, UTC ms.
    ahead_ms : int
        How far ahead of the clock an event may lie; following, the clock moves on.
    lateness_ms : int
    follow : bool
    idle_ms : int
    together_bytes : int
        Chunks come together up to about so many bytes.
    """

    def __init__(self, source: ChunkSource, *, latest_ms: int, ahead_ms: int, lateness_ms: int, follow: bool,
                 idle_ms: int, together_bytes: int = 0):
        self._source = source
        self._latest_ms = source.latest_ms = latest_ms
        self._ahead_ms = ahead_ms
        self._lateness_ms = lateness_ms
        self._follow = follow
        self._idle_s = idle_ms / 1000
        self._together_bytes = together_bytes
        self._newest_ms = 0
        # Since when looking for a chunk has been in vain. The time between two looks may be that of
        # a consumer which is slow, or waits for its store: it says nothing about the bus.
        self._silent_since: float | None = None
        self._said_idle = True
        #: How far the bus is ahead of the plan, and in what; None where it cannot be told.
        self.lag = getattr(source, "lag", None)
        self.lag_unit = getattr(source, "lag_unit", "")

    def skip(self, planned: Iterable[Chunk]) -> None:
        """Go on after chunks that an earlier run planned."""
        for chunk in planned:
            self._newest_ms = max(self._newest_ms, chunk.low_ms)
            if not chunk.is_heartbeat:
                for part in chunk.parts:
                    self._source.skip(part)

    def __call__(self) -> Chunk | None:
        if self._follow:
            self._latest_ms = max(self._latest_ms, int(time.time() * 1000) + self._ahead_ms)
            self._source.latest_ms = self._latest_ms
        chunk = self._source.next_chunk()
        if chunk is None:
            return self._heartbeat() if self._follow else None
        chunk = self._with_more(chunk)
        self._newest_ms = max(self._newest_ms, chunk.low_ms)
        self._silent_since, self._said_idle = None, False
        return chunk

    def _with_more(self, first: Chunk) -> Chunk:
        parts, size = [first], first.end - first.start
        while size < self._together_bytes and len(parts) < MOST_PARTS:
            chunk = self._source.next_chunk(at_once=True)
            if chunk is None:
                break
            parts.append(chunk)
            size += chunk.end - chunk.start
        # Event time moves once, after all of them, as far as the last one allows.
        return replace(first, low_ms=max(part.low_ms for part in parts), more=tuple(parts[1:]))

    def _heartbeat(self) -> Chunk | None:
        now = time.monotonic()
        if self._silent_since is None or not self._source.is_reachable():
            self._silent_since = now
        if self._said_idle or now - self._silent_since < self._idle_s:
            return None
        self._said_idle = True
        self._newest_ms = max(self._newest_ms, self._source.newest_ms())
        return Chunk("", "", 0, 0, self._newest_ms + self._lateness_ms + 1)
