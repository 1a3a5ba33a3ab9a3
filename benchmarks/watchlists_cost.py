"""What lists cost rows of cards that are on none: ``python -m benchmarks.watchlists_cost CITY``.

One replay's work in one process, CPU seconds, the ways taken in turn and the least of each kept: without any look at
lists, with lists that are empty, and with a million entries on other cards.
"""

import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from connectors.folder import read_chunk
from features.card_watch import CardWatch, Stretch
from features.watch_table import place_entries
from jobs.engine import END_OF_TIME_MS, Engine, EngineSettings
from jobs.model_life.shipped import shipped_models
from jobs.replay import plan_chunks
from models.rules import default_rules

_LATEST_MS = 1 << 61
_ROUNDS = 12
#: Of 1 MiB each at most (ours).
_CHUNKS = 60
_ENTRIES, _SHARDS = 1_000_000, 16


def main(city: Path) -> None:
    """Print CPU seconds and their ratio to those without lists."""
    chunks = [
        (c.topic, c.path, c.start, read_chunk(c.path, c.start, c.end), c.low_ms)
        for c in islice(plan_chunks(city, _LATEST_MS, 1 << 20), _CHUNKS)
    ]
    usual = CardWatch.stretches
    ways = {"no look": (False, _no_look), "no entries": (False, usual), "a million entries": (True, usual)}
    least = dict.fromkeys(ways, float("inf"))
    for _ in range(_ROUNDS):
        for name, (filled, stretches) in ways.items():
            CardWatch.stretches = stretches
            least[name] = min(least[name], _seconds(chunks, filled))
        told = (f"{name} {seconds:.3f} s ({seconds / least['no look']:.3f})" for name, seconds in least.items())
        print("  ".join(told), flush=True)


def _no_look(self, rows: np.ndarray, watermark_ms: int, held: bool) -> Iterator[Stretch]:
    yield Stretch(rows)


def _seconds(chunks: list, filled: bool) -> float:
    settings = EngineSettings(default_rules(), _SHARDS, 10_000, _LATEST_MS, models=tuple(shipped_models()))
    engine = Engine(settings)
    if filled:
        _fill(engine)
    begun = time.process_time()
    for topic, path, start, raw, low_ms in chunks:
        engine.take(topic, path, start, raw)
        list(engine.advance(low_ms))
    list(engine.advance(END_OF_TIME_MS))
    return time.process_time() - begun


def _fill(engine: Engine) -> None:
    n = _ENTRIES // _SHARDS
    for number, shard in enumerate(engine.cards):
        random = np.random.default_rng(number)
        cards = random.integers(1, 1 << 63, n, dtype=np.uint64)
        for table in (shard._watch.table, engine.devices[number]._features.watch.table):
            table.reserve(n, 0)
            ones = np.ones(n, np.uint32)
            place_entries(cards, ones, ones, ones, np.zeros(n, np.uint32), np.zeros(n, np.uint8), *table.arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
