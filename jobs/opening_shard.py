"""The shard of openings at work: card events in, findings out.

One shard holds the whole stream, since openings are rare beside calls and payments: thousands a day in a city. The
seam to the job is three functions: :func:`features.openings.rows.opening_rows` makes the payload of a decoded chunk
of the topic ``card``, this shard takes it, and :func:`jobs.opening_rows.finding_columns` makes rows of the table
``opening_findings`` of what it gives.
"""

import numpy as np
import orjson

from features.openings.rows import OPENING_ROW, opening_events
from features.openings.state import MAX_HOLDERS, OpeningState
from features.ordering import EventTimeOrder
from features.snapshot import pack, unpack
from features.subbatch import SubBatch
from models.opening_findings import OpeningFinding, findings
from models.opening_rules import OpeningRules

STATE_VERSION = 1
_KIND = "opening-shard"
#: Outputs are for the sink, which has one place.
_SINK = 0


class OpeningShard:
    """A :class:`jobs.flink.protocol.Shard`; deterministic, in event-time order, bounded by `max_holders`.

    Rules may change on a restart: limits hold from then on, windows and working days as well.
    """

    def __init__(self, rules: OpeningRules, max_holders: int = MAX_HOLDERS):
        self._rules = rules
        self._state = OpeningState(rules.window_days, rules.whole("frequent_days"), rules.whole("home_digits"),
                                   max_holders)
        self._order = EventTimeOrder(OPENING_ROW)
        self._texts: dict[int, str] = {}  # of rows that wait, by uid
        self.late = 0
        self.repeated = 0

    @property
    def held_from_ms(self) -> int:
        """Event time of the first row that waits; the largest int64 when none does."""
        return self._order.held_from_ms

    @property
    def snapshot_bytes(self) -> int:
        """Rough size of a snapshot."""
        return self._state.nbytes + (OPENING_ROW.itemsize + 128) * self._order.held

    @property
    def entities(self) -> dict[str, int]:
        """How many of each kind it knows."""
        return self._state.entities

    def push(self, payload: bytes) -> None:
        """Take the bytes of a sub-batch in; see :func:`features.openings.rows.opening_rows`."""
        if payload:
            self.push_batch(SubBatch.from_bytes(payload, OPENING_ROW))

    def push_batch(self, batch: SubBatch) -> None:
        self._texts.update(batch.names or {})
        self._order.push(batch.rows)

    def step(self, watermark_ms: int) -> list[OpeningFinding]:
        """Findings of what the watermark lets out, in order of the events."""
        released = self._order.release(watermark_ms)
        self.late += released.late
        self.repeated += released.repeats.size
        found: list[OpeningFinding] = []
        for event in opening_events(released.rows):
            figures = self._state.take(event)
            if figures is not None:
                found += findings(event, self._texts[event.uid], figures, self._rules)
        for rows in (released.rows, released.repeats):
            for uid in rows["uid"].tolist():
                self._texts.pop(uid, None)
        return found

    def advance(self, watermark_ms: int) -> list[tuple[int, bytes]]:
        """The same as payloads for the sink: JSON with the list ``opening_findings``."""
        found = self.step(watermark_ms)
        return [(_SINK, orjson.dumps({"opening_findings": found}))] if found else []

    def snapshot(self) -> bytes:
        """All state as plain data."""
        held = {int(uid) for part in self._order.parts() for uid in part["uid"]}
        texts = {str(uid): self._texts[uid] for uid in sorted(held)}
        arrays = {f"order.{name}": a for name, a in self._order.snapshot().items()}
        arrays["state"] = np.frombuffer(self._state.snapshot(), np.uint8)
        return pack(_KIND, STATE_VERSION, arrays, {"texts": texts, "late": self.late, "repeated": self.repeated})

    def restore(self, blob: bytes) -> None:
        """Become what :meth:`snapshot` saw.

        Raises
        ------
        features.snapshot.BadSnapshot
        """
        arrays, meta = unpack(blob, _KIND, STATE_VERSION)
        self._state.restore(arrays["state"].tobytes())
        self._order.restore({n.removeprefix("order."): a for n, a in arrays.items() if n.startswith("order.")})
        self._texts = {int(uid): text for uid, text in meta["texts"].items()}
        self.late, self.repeated = meta["late"], meta["repeated"]
