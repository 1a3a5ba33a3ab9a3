"""Puts the registry's changes into the plan of a job, each at its place among the chunks."""

import logging
from collections.abc import Iterable, Iterator

from connectors.model_registry import NO_MODEL, ModelEvent, ModelRegistry
from features.errors import DuankaError
from jobs.flink.protocol import Chunk, Planner
from jobs.model_life.load import load_number, starting_models
from jobs.model_life.takeover import CHAMPION, SHADOW, Takeover

_log = logging.getLogger("duanka.models")


class ModelPlanner:
    """Callable that gives the next chunk or the next takeover; wraps the planner of chunks.

    ::

        chunks     c1(low 10)  c2(low 30)            c3(low 50)
        registry               publish 7
        plan       c1          c2          model 7   c3
                                           from 30 - lateness

    All that was planned before says that event time has come to ``low_ms - lateness`` at most, so
    every row from there on still waits in its shard; and the takeover reaches each shard ahead of
    the watermark that would let such a row out, because both travel the same edges in this order.
    So the event time of a row alone decides which model scores it.

    The plan log keeps the takeover with the model's bytes in it; the registry's log is told after.

    Parameters
    ----------
    chunks : callable
        Planner of chunks; asked for one chunk more than was given.
    registry : ModelRegistry
    run_id : str
    lateness_ms : int
    follow : bool
        Look for changes all along; otherwise only at the beginning.
    """

    def __init__(self, chunks: Planner, registry: ModelRegistry, run_id: str, lateness_ms: int, follow: bool):
        self._chunks = chunks
        self._registry = registry
        self._run_id = run_id
        self._lateness_ms = lateness_ms
        self._follow = follow
        self._next: Chunk | None = None
        self._low_ms = 0
        self._begun = False
        self._stamp: tuple[int, int] | None = None
        self._in_force = {CHAMPION: NO_MODEL, SHADOW: NO_MODEL}
        self._followed = {CHAMPION: 0, SHADOW: 0}  # seq of the last deed seen, by role
        self._coming: dict[str, tuple[int, ModelEvent]] = {}
        self._starting: list[Takeover] = []
        self._unnoted: list[Takeover] = []
        self.lag = getattr(chunks, "lag", None)
        self.lag_unit = getattr(chunks, "lag_unit", "")

    def skip(self, planned: Iterable[Chunk]) -> Iterator[Chunk]:
        """Take in what an earlier attempt planned; gives on the chunks, without the takeovers."""
        for chunk in planned:
            self._begun = True
            self._low_ms = max(self._low_ms, chunk.low_ms)
            if chunk.control:
                self._given(Takeover.from_text(chunk.control))
            else:
                yield chunk

    def __call__(self) -> Chunk | None:
        # The answer before this one is in the plan log by now.
        self._note_taken()
        if not self._begun:
            self._begun = True
            self._starting = starting_models(self._registry)
        if self._starting:
            return self._as_chunk(self._starting.pop(0))
        if self._follow:
            self._look()
        if self._next is None:
            self._next = self._chunks()
        takeover = self._due()
        if takeover is not None:
            return self._as_chunk(takeover)
        chunk, self._next = self._next, None
        if chunk is not None:
            self._low_ms = max(self._low_ms, chunk.low_ms)
        return chunk

    def _as_chunk(self, takeover: Takeover) -> Chunk:
        self._given(takeover)
        return Chunk("", "", 0, 0, self._low_ms, control=takeover.to_text())

    def _given(self, takeover: Takeover) -> None:
        self._in_force[takeover.role] = takeover.number
        self._followed[takeover.role] = takeover.of
        self._unnoted.append(takeover)

    def _note_taken(self) -> None:
        while self._unnoted:
            t = self._unnoted[0]
            self._registry.note_taken(t.of, t.role, t.number, t.version, t.effective_ms, self._run_id)
            self._unnoted.pop(0)

    def _look(self) -> None:
        """See what people did since the last look; of several deeds the last one counts."""
        stamp = self._registry.stamp()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            roles = self._registry.roles()
        except DuankaError as error:
            _log.warning("models stay as they are: %s", error)
            return
        for role, number, deed in (
            (CHAMPION, roles.champion, roles.champion_by),
            (SHADOW, roles.shadow, roles.shadow_by),
        ):
            if deed is None or deed.seq <= self._followed[role]:
                continue
            self._followed[role] = deed.seq
            self._coming.pop(role, None)
            if number != self._in_force[role]:
                self._coming[role] = (number, deed)

    def _due(self) -> Takeover | None:
        """The next change whose time has come; it must be planned ahead of the chunk that follows."""
        floor_ms = self._low_ms - self._lateness_ms
        next_ms = max(self._next.low_ms, self._low_ms) if self._next else self._low_ms
        for role, (number, deed) in list(self._coming.items()):
            wanted_ms = floor_ms if deed.from_ms is None else max(deed.from_ms, floor_ms)
            if wanted_ms > next_ms - self._lateness_ms:
                continue
            del self._coming[role]
            try:
                blob = load_number(self._registry, number, deed.version if deed.number == number else "")
            except DuankaError as error:
                _log.warning("the %s stays as it is: %s", role, error)
                self._registry.note_refused(deed.seq, role, number, deed.version, self._run_id, str(error))
                continue
            return Takeover(role, wanted_ms, blob, number, deed.version if blob else "", deed.seq)
        return None
