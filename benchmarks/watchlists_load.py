"""What a million entries cost the shards, without Flink: ``python -m benchmarks.watchlists_load [ENTRIES]``.

CPU seconds, so that other work on the machine plays little part: each portion as the import sends it, decoded, routed,
taken by 16 shards; then snapshots and a restore of all shards, and how long a step takes that holds no word.
"""

import sys
import time

import numpy as np

from features.watch_table import WatchTable
from jobs.engine import END_OF_TIME_MS, Engine, EngineSettings
from jobs.watchlist.say import PORTION
from jobs.watchlist.words import Word
from models.rules import default_rules

_LATEST_MS = 1 << 61
_SHARDS = 16


def main(entries: int) -> None:
    """Print what it took."""
    settings = EngineSettings(default_rules(), _SHARDS, 0, _LATEST_MS)
    engine, at_ms, costs = Engine(settings), 1_700_000_000_000, []
    for start in range(0, entries, PORTION):
        words = [Word("bulk", f"account:77{k:012d}", "add", "block", f"bulk {k % 50} [o]") for k in
                 range(start, min(start + PORTION, entries))]  # fmt: skip
        at_ms += 200
        raw = b"".join(word.line(at_ms) + b"\n" for word in words)
        begun = time.process_time()
        engine.take("watchlist", "bench", start, raw)
        list(engine.advance(at_ms + 1 if start + PORTION < entries else END_OF_TIME_MS))
        costs.append(time.process_time() - begun)
    costs = np.array(costs[1:])  # the first compiles
    print(f"{entries:,} entries in portions of {PORTION:,}: {costs.sum():.1f} s CPU, a portion "
          f"{np.median(costs) * 1000:.0f} ms, at most {costs.max() * 1000:.0f} ms; "
          f"{costs.sum() / (entries - PORTION) * 1e6:.1f} µs an entry")  # fmt: skip
    tables = [shard._watch.table for shard in engine.cards]
    _bytes("cards", tables)
    _bytes("devices", [device._features.watch.table for device in engine.devices])
    begun = time.process_time()
    blobs = [shard.snapshot() for shard in (*engine.cards, *engine.devices)]
    taken = time.process_time() - begun
    fresh = Engine(settings)
    begun = time.process_time()
    for shard, blob in zip((*fresh.cards, *fresh.devices), blobs):
        shard.restore(blob)
    print(f"snapshots of all shards {sum(map(len, blobs)) / 2**20:.1f} MiB in {taken:.2f} s CPU, of one shard "
          f"{taken / _SHARDS * 1000:.0f} ms; restored in {time.process_time() - begun:.2f} s CPU")  # fmt: skip


def _bytes(name: str, tables: list[WatchTable]) -> None:
    entries, memory = sum(map(len, tables)), sum(table.nbytes for table in tables)
    print(f"{name}: {entries:,} entries, {memory / 2**20:.1f} MiB, {memory / entries:.0f} bytes an entry")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
