"""Replays of small folders: what came out, in a form that compares bit for bit."""

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

from features.events import TOPICS
from jobs.engine import EngineSettings
from jobs.evaluation import read_truth
from jobs.replay import ReplayStep, replay
from models.rules import default_rules, parse_rules

LATENESS_MS = 60_000
LATEST_MS = 2_000_000_000_000
#: Alerts early and often, so that hits are opened, updated and closed.
RULES = parse_rules(
    """
    [levels]
    blue = 50
    yellow = 100
    orange = 150
    red = 200
    [episode]
    gap_hours = 24
    [typologies.3008]
    short_run = 0
    long_run = 5
    [typologies.D205]
    old_d = 10000
    new_d = 5000
    few_novel = -1
    many_novel = 20
    low_out_share = -1
    high_out_share = 1
    much_called_back = 100
    """
)


def engine_settings(shards: int = 2) -> EngineSettings:
    return EngineSettings(default_rules(), shards, LATENESS_MS, LATEST_MS)


@dataclass(frozen=True)
class Replayed:
    """Attributes
    ----------
    hits : dict
        By id, each as it stood at last.
    scores : dict
        By (event, card, role): risk, level and the bytes of the features.
    records, scored, dead, repeated, late, largest_step : int
    """

    hits: dict[str, dict]
    scores: dict[tuple, tuple]
    records: int
    scored: int
    dead: int
    repeated: int
    late: int
    largest_step: int


def replayed(
    bus: Path,
    chunk_bytes: int = 4 << 20,
    step_records: int = 120_000,
    shards: int = 2,
    look: Callable[[ReplayStep], None] = lambda step: None,
) -> Replayed:
    """Replay a folder; `look` sees every step."""
    hits, scores, dead, largest = {}, {}, 0, 0
    for step in replay(bus, engine_settings(shards), chunk_bytes, step_records):
        look(step)
        dead += sum(len(chunk.events.rejects) for chunk in step.chunks)
        largest = max(largest, sum(outcome.rows for _, outcome in step.outcomes))
        for _, outcome in step.outcomes:
            hits |= {hit.hit_id: asdict(hit) for hit in outcome.hits}
            for features, scored in outcome.scored:
                rows = features.rows
                keys = zip(rows["uid"].tolist(), rows["entity"].tolist(), rows["role"].tolist())
                values = zip(scored.risk.tolist(), scored.level.tolist(), map(bytes, features.matrix))
                scores.update(zip(keys, values))
    counts = [outcome.counts for _, outcome in step.outcomes]
    return Replayed(
        hits, scores, step.progress.records, sum(c.scored for c in counts), dead,
        sum(c.repeated for c in counts), sum(c.late for c in counts), largest,
    )  # fmt: skip


def lines_of(bus: Path, topic: str) -> list[bytes]:
    return [line for file in sorted((bus / topic).glob("*.ndjson")) for line in file.read_bytes().splitlines()]


def write_topic(bus: Path, topic: str, lines: list[bytes], files: int = 1) -> None:
    """Write lines in order to `files` files of about equal length."""
    folder = bus / topic
    folder.mkdir(parents=True)
    for k in range(files):
        part = lines[len(lines) * k // files : len(lines) * (k + 1) // files]
        (folder / f"{k:06d}.ndjson").write_bytes(b"".join(line + b"\n" for line in part))


def rewritten(bus: Path, out: Path, change: Callable[[str, list[bytes]], list[bytes]], files: int = 1) -> Path:
    """A copy of a folder of topics with each topic's lines changed."""
    for topic in TOPICS:
        if lines := lines_of(bus, topic):
            write_topic(out, topic, change(topic, lines), files)
    return out


def time_of(topic: str, line: bytes) -> int:
    """Event time of a good record of the simulation, in the bus's own clock."""
    value = orjson.loads(line)[TOPICS[topic].time_field]
    if isinstance(value, int):
        return value
    return round(datetime.fromisoformat(value).timestamp() * 1000)


def disordered(topic: str, lines: list[bytes]) -> list[bytes]:
    """Lines in an order of arrival that the lateness allows."""
    rng = random.Random(topic)
    return sorted(lines, key=lambda line: time_of(topic, line) + rng.randrange(LATENESS_MS))


def slice_of(bus: Path, out: Path) -> Path:
    """Records of every second fraud card and every hundredth other card, whoever is on the other side."""
    bad = set(sorted(read_truth(bus / "truth.csv").since_ms)[::2])

    def keep(topic: str, lines: list[bytes]) -> list[bytes]:
        return [line for line in lines if any(c in bad or hash_of(c) % 100 == 0 for c in cards_of(topic, line)[:1])]

    return rewritten(bus, out, keep)


def hash_of(card: str) -> int:
    """A hash that is the same in every process."""
    return random.Random(card).randrange(1 << 30)


def cards_of(topic: str, line: bytes) -> list[str]:
    """Cards that a record concerns, in the order of their roles."""
    event = orjson.loads(line)
    match topic:
        case "cdr":
            return [f"phone:{event['caller']}", f"phone:{event['callee']}"]
        case "txn":
            return [f"account:{event['payer']}", f"account:{event['payee']}"]
        case _:
            return [event["card"]]
