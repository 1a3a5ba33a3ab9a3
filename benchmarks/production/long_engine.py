"""One engine that lives through a whole fuzzing run: warmed up, with all that was thrown at it."""

from benchmarks.production.chunk_check import Checked, Disagreement
from benchmarks.production.engine_check import check_outcome
from jobs.card_shard import CardShard
from jobs.engine import END_OF_TIME_MS, Engine, EngineSettings

#: Records that are decoded as one chunk, about what makes a small chunk of a file.
_CHUNK_RECORDS = 2_000


class LongEngine:
    """Takes what fresh engines took before, in larger chunks, and checks the totals.

    A fresh engine is easily counted, but its populations and detectors never warm up. Which
    repeats this one still remembers is not predicted: only that each record is accounted for.
    """

    def __init__(self, settings: EngineSettings):
        self._settings = settings
        self._engine = Engine(settings)
        self._waiting: dict[str, list[bytes]] = {}
        self._expected: dict[str, list[int]] = {}
        self._records = self._dead = self._low_ms = 0

    def add(self, topic: str, raw: bytes, checked: Checked) -> None:
        """Take a chunk that was checked already; `checked` says what decoding made of it."""
        self._waiting.setdefault(topic, []).append(raw)
        expected = self._expected.setdefault(topic, [0, 0])
        expected[0] += len(checked.accepted)
        expected[1] += checked.reasons.total()
        if sum(expected) >= _CHUNK_RECORDS:
            self._take(topic)
            self._step(self._low_ms)

    def finish(self) -> None:
        """Take what waits, let all rows out, and hold the books and the state together.

        Raises
        ------
        Disagreement
        """
        for topic in list(self._waiting):
            self._take(topic)
        self._step(END_OF_TIME_MS)
        for shard in self._engine.cards:
            again = CardShard(self._settings.rules, self._settings.bounds)
            again.restore(shard.snapshot())
            if again.snapshot() != shard.snapshot():
                raise Disagreement("a shard restored from its snapshot has another snapshot")

    def _take(self, topic: str) -> None:
        raw, expected = b"\n".join(self._waiting.pop(topic)), self._expected.pop(topic)
        chunk = self._engine.take(topic, "long", 0, raw)
        found = [len(chunk.events), len(chunk.events.rejects)]
        if found != expected:
            raise Disagreement(f"{topic}: {found} accepted and refused in one chunk, {expected} in several:\n{raw!r}")
        self._records += chunk.events.records
        self._dead += len(chunk.events.rejects)
        if len(chunk.events):
            self._low_ms = max(self._low_ms, int(chunk.events.time_ms.min()))

    def _step(self, low_ms: int) -> None:
        counted = 0
        for shard, outcome in self._engine.advance(low_ms):
            check_outcome(self._engine, shard, outcome)
            counted += outcome.counts.scored + outcome.counts.repeated
        if low_ms == END_OF_TIME_MS and counted + self._dead != self._records:
            raise Disagreement(f"{self._records} records: {self._dead} refused, {counted} scored or repeats")
