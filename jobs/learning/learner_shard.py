"""The learner of one kind of card as a shard: rows in, reports out, in event-time order."""

from dataclasses import dataclass

import numpy as np

from features.snapshot import pack, unpack
from jobs.learning.report_rows import report_row
from jobs.learning.rows import Columns, decode_rows, encode_rows
from models.learned.online_learner import OnlineLearner
from models.learned.online_rows import Sample, Verdict
from models.learned.online_settings import LearnerSettings
from models.scorer import FEATURE_NAMES

STATE_VERSION = 1
_KIND = "learner-shard"
_END_OF_TIME_MS = 2**63 - 1
_SAMPLE, _VERDICT = 0, 1  # in the order in which rows of the same millisecond are taken


@dataclass(frozen=True, order=True, slots=True)
class _Place:
    """Where a row stands in the learner's order, whatever the payloads were."""

    time_ms: int
    what: int
    uid: int
    entity: int
    role: int


class LearnerShard:
    """Holds rows until the watermark passes them, then gives them to the learner in order.

    Order is event time, samples before verdicts, then identity. What the learner learns does not
    depend on how rows were cut into payloads, as long as none arrives behind the watermark; one
    that does is taken on arrival, and a row that came twice is the store's to drop.
    """

    def __init__(self, kind: int, settings: LearnerSettings = LearnerSettings()):  # noqa: B008
        self.kind = kind
        self.learner = OnlineLearner(FEATURE_NAMES[kind], settings)
        self._held: list[tuple[_Place, Sample | Verdict]] = []
        self._last_ms = 0

    @property
    def held_from_ms(self) -> int:
        """Event time of the first row held; the largest int64 when none is."""
        return min((place.time_ms for place, _ in self._held), default=_END_OF_TIME_MS)

    def push(self, payload: bytes) -> None:
        """Take a payload of :func:`jobs.learning.rows.encode_rows` in."""
        if payload:
            self.push_columns(*decode_rows(payload))

    def push_columns(self, samples: Columns, verdicts: Columns) -> None:
        names = ("time_ms", "uid", "entity", "role", "risk", "strength", "drawn")
        columns = (samples[name].tolist() for name in names)
        values = np.array(samples["values"], np.float32)
        for (time_ms, uid, entity, role, risk, strength, drawn), row in zip(zip(*columns), values):
            place = _Place(time_ms, _SAMPLE, uid, entity, role)
            self._held.append((place, Sample(time_ms, uid, entity, risk, strength, drawn, row)))
        columns = (verdicts[name].tolist() for name in ("time_ms", "uid", "entity", "confirmed", "officer"))
        for time_ms, uid, entity, confirmed, officer in zip(*columns):
            place = _Place(time_ms, _VERDICT, uid, entity, 0)
            self._held.append((place, Verdict(time_ms, uid, entity, confirmed, officer)))

    def step(self, watermark_ms: int) -> list[dict]:
        """Learn what the watermark lets out; reports as rows, see :mod:`jobs.learning.report_rows`."""
        due = sorted((held for held in self._held if held[0].time_ms <= watermark_ms), key=lambda held: held[0])
        if due:
            self._held = [held for held in self._held if held[0].time_ms > watermark_ms]
        reports = []
        for place, item in due:
            self._last_ms = max(self._last_ms, place.time_ms)
            take = self.learner.take_sample if place.what == _SAMPLE else self.learner.take_verdict
            reports += take(item)
        if watermark_ms == _END_OF_TIME_MS:
            reports += self.learner.finish(self._last_ms)
        return [report_row(self.kind, report) for report in reports]

    def snapshot(self) -> bytes:
        """All state as plain data."""
        arrays, meta = self.learner.snapshot()
        arrays = {f"learner.{name}": array for name, array in arrays.items()}
        arrays["held"] = np.frombuffer(self._held_rows(), np.uint8)
        return pack(_KIND, STATE_VERSION, arrays, {"learner": meta, "last_ms": self._last_ms})

    def restore(self, blob: bytes) -> None:
        """Become what :meth:`snapshot` saw.

        Raises
        ------
        features.snapshot.BadSnapshot, models.learned.bad_model.BadModel
        """
        arrays, meta = unpack(blob, _KIND, STATE_VERSION)
        learner = {n.removeprefix("learner."): a for n, a in arrays.items() if n.startswith("learner.")}
        self.learner.restore(learner, meta["learner"])
        self._last_ms = meta["last_ms"]
        self.push_columns(*decode_rows(arrays["held"].tobytes()))

    def _held_rows(self) -> bytes:
        samples = [(place, item) for place, item in self._held if place.what == _SAMPLE]
        verdicts = [item for place, item in self._held if place.what == _VERDICT]
        numbers = (("time_ms", np.int64), ("uid", np.uint64), ("entity", np.uint64), ("risk", np.float64),
                   ("strength", np.float64), ("drawn", np.bool_))  # fmt: skip
        columns = {name: np.array([getattr(s, name) for _, s in samples], dtype) for name, dtype in numbers}
        columns["role"] = np.array([place.role for place, _ in samples], np.uint8)
        values = [s.values for _, s in samples]
        columns["values"] = np.array(values, np.float32).reshape(len(samples), len(self.learner.features))
        named = (("time_ms", np.int64), ("uid", np.uint64), ("entity", np.uint64), ("confirmed", np.bool_),
                 ("officer", np.uint64))  # fmt: skip
        return encode_rows(columns, {n: np.array([getattr(v, n) for v in verdicts], d) for n, d in named})
