"""What the Flink job asks of the rest of Duanka: chunks, a planner, shards, a sink.

Nothing here imports Flink. A pipeline is built by a picklable factory, once per operator and
worker, so no two threads ever share one; a factory should be cheap and open connections lazily.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import NamedTuple, Protocol

#: A device shard's payload comes here first.
TO_DEVICES = 0
#: Straight to the card shards.
TO_CARDS = 1
#: To a shard that holds the whole stream.
TO_GLOBALS = 2

#: The watermark that says: nothing more will come.
END_OF_TIME_MS = 2**63 - 1


@dataclass(frozen=True)
class Chunk:
    """A byte range of one file of one topic; when empty a heartbeat of event time, or a control.

    What comes with `more` is one step of the job: small files and short reads of several topics would
    cost as much each as a large one.

    Attributes
    ----------
    topic, path : str
        Where the bytes are; both empty in a heartbeat.
    start, end : int
        Byte range ``[start, end)``, cut at line ends. ``start == end``: nothing to decode.
    low_ms : int
        Promise: neither the last of `parts` nor any later chunk holds an event earlier than ``low_ms``
        minus the allowed lateness. Event time advances by it, so a heartbeat lets the held tail out.
    latest_ms : int
        Latest event time that decoding accepts. Part of the plan, so that a chunk taken again
        after a failure is judged by the same clock; 0 leaves it to the pipeline.
    control : str
        Not empty: a word of the planner to the shards, in place of bytes. `decode` turns it into
        payloads, usually one for every shard. It travels like a chunk, hence each shard takes it
        before the watermark passes any ``low_ms`` that was planned after it.
    body : bytes
        What a `Feed` read; travels with the chunk and is no part of the plan.
    more : tuple of Chunk
        Further byte ranges that are taken in together with this one, before event time moves; they
        have none themselves.
    """

    topic: str
    path: str
    start: int
    end: int
    low_ms: int
    latest_ms: int = 0
    control: str = ""
    body: bytes = field(default=b"", compare=False, repr=False)
    more: tuple["Chunk", ...] = ()

    @property
    def parts(self) -> tuple["Chunk", ...]:
        """This byte range and those that come with it, each by itself."""
        return (replace(self, more=()), *self.more) if self.more else (self,)

    @property
    def is_heartbeat(self) -> bool:
        return self.start >= self.end and not self.control

    def to_json(self) -> str:
        """The chunk without its bodies, on one line."""
        return json.dumps(self._said(), ensure_ascii=False, separators=(",", ":"))

    def _said(self) -> dict:
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("body", "more")}
        if not self.control:
            del said["control"]
        if self.more:
            said["more"] = [part._said() for part in self.more]
        return said

    @classmethod
    def from_json(cls, text: str | bytes) -> "Chunk":
        return cls.from_said(json.loads(text))

    @classmethod
    def from_said(cls, said: dict) -> "Chunk":
        """The chunk that `to_json` wrote, already read."""
        return cls(**said | {"more": tuple(cls.from_said(part) for part in said.get("more", ()))})

    def to_wire(self, least_bytes: int) -> bytes:
        """The chunk and its bodies, padded to `least_bytes` with spaces, which JSON ignores."""
        bodies = [part.body for part in self.parts]
        sizes = json.dumps([len(body) for body in bodies]).encode()
        rest = b"\n" + sizes + b"\n" + b"".join(bodies)
        return self.to_json().encode().ljust(least_bytes - len(rest)) + rest

    @classmethod
    def from_wire(cls, wire: bytes) -> "Chunk":
        """The chunk that `to_wire` wrote."""
        text, sizes, bodies = wire.split(b"\n", 2)
        chunk, at, parts = cls.from_json(text), 0, []
        for part, size in zip(chunk.parts, json.loads(sizes)):
            parts.append(replace(part, body=bodies[at : at + size]))
            at += size
        return replace(parts[0], more=tuple(parts[1:]))


#: Gives the next chunk, or None when there is nothing new now. On a bounded run None is the end.
Planner = Callable[[], Chunk | None]

#: (destination, shard, payload); destination is TO_DEVICES, TO_CARDS or TO_GLOBALS.
Routed = tuple[int, int, bytes]

#: (destination shard, payload); outputs of all shards but those of devices go to the sink and name shard 0.
Output = tuple[int, bytes]


class Aside(NamedTuple):
    """What a card shard sends to a shard of persons, or one of persons to one of payees, beside its outputs."""

    shard: int
    payload: bytes


class Shard(Protocol):
    """One shard of entities; plain Python, owned by one thread, never copied while it lives.

    Flink's state holds a snapshot of it plus a log of (watermark, payload) since that snapshot.
    The log is re-applied to rebuild it, so a shard must be deterministic: the same calls in the
    same order give the same outputs and the same memory, without a look at a clock.
    """

    def push(self, payload: bytes) -> None:
        """Take a payload in; `advance` follows, unless nothing is due and event time stands still."""

    def advance(self, watermark_ms: int) -> list[Output | Aside]:
        """Process every held event with time <= `watermark_ms`, in (time, id) order.

        The watermark may stand still or, after a restore, fall behind the highest one seen: then
        only events that are late anyway are processed. `END_OF_TIME_MS` drains the shard, and
        may come more than once.
        """

    @property
    def held_from_ms(self) -> int:
        """Time of the earliest event still held, `END_OF_TIME_MS` when none is.

        The operator is woken when the watermark reaches it, *before* that watermark goes on to
        the next operator. Were a shard woken later, its outputs would be late further down.
        """

    def snapshot(self) -> bytes:
        """Everything needed to go on, held events included; opaque and versioned by its owner."""

    def restore(self, blob: bytes) -> None:
        """Take over a snapshot, of this release or the one before; called before any `push`."""

    @property
    def snapshot_bytes(self) -> int:
        """Rough size of what `snapshot` would return; cheap."""


class Feed(Protocol):
    """Reads, where chunks are planned, what cannot be read again at will where they are decoded."""

    def rewind(self, chunks: Iterable[Chunk]) -> None:
        """Chunks planned before are about to be asked for: these, which are all from there on."""

    def body(self, chunk: Chunk) -> bytes:
        """What belongs into the chunk's body, the very same bytes as at the first time."""


class Pipeline(Protocol):
    """Everything a job does with an event, apart from moving it.

    It may have an attribute `feed` (:class:`Feed`), where `decode` cannot find the bytes by the chunk
    alone. It may have an attribute `tally` (:class:`jobs.flink.tally.Tally`), a shard an attribute
    `entities` (number by kind), a planner a method `lag` and an attribute `lag_unit`: what they
    count is published with the operator's own metrics.
    """

    def planner(self, planned: Iterable[Chunk]) -> Planner:
        """A planner that goes on after the chunks already in the plan log (none at first)."""

    def decode(self, chunk: Chunk) -> Iterable[Routed]:
        """Read and decode a chunk, all `parts` of it, write its events and dead letters to the store,
        route the rest; or turn a control into payloads.

        Called again for the same chunk after a failure; its writes must be idempotent. Never
        called with a heartbeat.
        """

    def device_shard(self, shard: int) -> Shard: ...

    def card_shard(self, shard: int) -> Shard: ...

    def person_shard(self, shard: int) -> Shard:
        """Asked for where the job's settings say that there are shards of persons, and of payees behind them."""

    def payee_shard(self, shard: int) -> Shard: ...

    def global_shard(self, shard: int) -> Shard:
        """Asked for where the job's settings say that there are shards that hold the whole stream."""

    def sink(self, payloads: list[bytes]) -> None:
        """Write results; returns when they are durable, blocks and retries on trouble.

        Idempotent: after a restore the same payloads come again, cut into other lists.
        """


PipelineFactory = Callable[[], Pipeline]
