"""Takes chunks through decode, routing and all shards of an engine, and checks each step."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from benchmarks.production.chunk_check import Checked, Disagreement, check_chunk, check_neighbours, records_of
from benchmarks.production.engine_check import check_books, check_outcome, check_routing
from features.decode import decode
from jobs.engine import END_OF_TIME_MS, Engine, EngineSettings
from jobs.model_life.shipped import shipped_models
from models.rules import default_rules, parse_rules

#: So low that hits are opened by a few records of a fresh engine.
_EAGER = """
[levels]
blue = 1
yellow = 2
orange = 5
red = 10
"""
#: Records of a chunk that are decoded by themselves, too, about.
_ALONE = 3


@dataclass
class Tally:
    """What became of the records so far; `dead` by reason, repeats among them."""

    records: int = 0
    scored: int = 0
    rows: int = 0
    hits: int = 0
    dead: Counter = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Take the figures of another tally in."""
        self.records += other.records
        self.scored += other.scored
        self.rows += other.rows
        self.hits += other.hits
        self.dead += other.dead

    def figures(self) -> dict[str, object]:
        """As plain values, for JSON; :meth:`of` reads them."""
        return vars(self) | {"dead": dict(self.dead)}

    @staticmethod
    def of(figures: dict[str, object]) -> "Tally":
        """What :meth:`figures` gave."""
        return Tally(**figures | {"dead": Counter(figures["dead"])})


def fuzz_settings(latest_ms: int, eager: bool = False) -> EngineSettings:
    """Settings of an engine with all layers; an `eager` one has no learned model and raises alerts at once."""
    rules = parse_rules(_EAGER) if eager else default_rules()
    return EngineSettings(rules, 2, 60_000, latest_ms, models=() if eager else shipped_models())


def check_batch(
    chunks: Iterable[tuple[str, bytes]], settings: EngineSettings, base: int = 0
) -> tuple[Tally, list[Checked]]:
    """Check everything about some chunks that a fresh engine takes.

    Parameters
    ----------
    chunks : iterable of (topic, bytes)
        Of at most 16,384 rows in all, so that no repeat is forgotten.
    base : int
        Place of each chunk in its source, bytes.

    Returns
    -------
    tally : Tally
    checked : list of Checked
        What each chunk held.

    Raises
    ------
    benchmarks.production.chunk_check.Disagreement
    """
    engine = Engine(settings)
    books: list[tuple[str, str, Checked]] = []
    for number, (topic, raw) in enumerate(chunks):
        source = f"chunk {number}"
        routed = engine.take(topic, source, base, raw)
        checked = check_chunk(raw, routed.events, base, settings.latest_ms)
        check_neighbours(raw, routed.events, base, partial(decode, topic, base_offset=0, latest_ms=settings.latest_ms))
        for record in _sample(raw):
            check_chunk(record, decode(topic, record, base, settings.latest_ms), base, settings.latest_ms)
        check_routing(routed, settings.shards)
        books.append((topic, source, checked))
    return _flush(engine, books), [checked for _, _, checked in books]


def _sample(raw: bytes) -> list[bytes]:
    """Some records of a chunk; each by itself, one that looks plain meets the bulk parser."""
    records = [record for _, record in records_of(raw)]
    return records[:: len(records) // _ALONE + 1]


def _flush(engine: Engine, books: list[tuple[str, str, Checked]]) -> Tally:
    scored, outcomes, last = [], [], {}
    times = sorted(values.get("event_time", 0) for _, _, checked in books for _, values in checked.accepted)
    # Once half way, so that some rows come late and some are held back; then all that is left.
    for low_ms in (times[len(times) // 2] if times else 0, END_OF_TIME_MS):
        for shard, outcome in engine.advance(low_ms):
            scored += check_outcome(engine, shard, outcome)
            outcomes.append(outcome)
            last[shard] = outcome.counts
    repeats = check_books(books, outcomes, scored)
    tally = Tally(
        sum(checked.records for _, _, checked in books),
        sum(counts.scored for counts in last.values()),
        len(scored),
        sum(len(outcome.hits) for outcome in outcomes),
        sum((checked.reasons for _, _, checked in books), Counter({"duplicate": repeats} if repeats else {})),
    )
    counted = sum(counts.repeated for counts in last.values())
    if counted != repeats or tally.scored + tally.dead.total() != tally.records:
        raise Disagreement(f"{tally.records} records, {tally.scored} scored, dead {dict(tally.dead)}")
    return tally
