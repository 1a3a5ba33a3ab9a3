"""Events/s with many entities in the state, on one core: calls between phones drawn from all of them.

    python -m benchmarks.performance.runs.entities ENTITIES [EVENTS]

Every phone is first opened, so that it has its row; then come calls as JSON, the same draw of callers and moments
for any number of entities, so that each call meets rows that were not touched lately. Prints one JSON object.
"""

import json
import os
import resource
import sys
import time

import numpy as np

from features.hashing import hash_decimals
from features.partition import split_by_shard
from features.roles import CARD_ROW, NOTE, PHONE, PHONE_SEED, PRIMARY
from features.validate import ABSENT
from jobs.engine import Engine
from jobs.model_life.shipped import shipped_models
from jobs.settings import load_settings

_FIRST_NUMBER = 13_000_000_000
_START_MS = 1_772_380_800_000
_OPENED_AT_ONCE, _CHUNK = 250_000, 25_000
#: Share of the calls before the clock starts (ours).
_WARM = 0.2


def open_phones(engine: Engine, entities: int, shards: int) -> None:
    """Give every phone its row: an opening each, straight to its shard."""
    for begin in range(0, entities, _OPENED_AT_ONCE):
        number = np.arange(begin, min(begin + _OPENED_AT_ONCE, entities), dtype=np.uint64) + np.uint64(_FIRST_NUMBER)
        rows = np.zeros(number.size, CARD_ROW)
        rows["time"] = _START_MS - 86_400_000
        rows["uid"] = number
        rows["entity"] = hash_decimals(number, np.full(number.size, 11, np.uint8), PHONE_SEED)
        rows["number"], rows["digits"] = number, 11
        rows["value"] = rows["balance"] = ABSENT
        rows["role"], rows["card_kind"], rows["flags"], rows["answered"] = NOTE, PHONE, PRIMARY, -1
        for shard, batch in split_by_shard(rows, shards):
            engine.cards[shard].push_batch(batch)
        for _ in engine.advance(_START_MS):
            pass


def calls(entities: int, events: int) -> list[bytes]:
    """Chunks of JSON lines, a call each five milliseconds."""
    draw = np.random.default_rng(42).random((events, 2))
    number = (_FIRST_NUMBER + (draw * entities).astype(np.int64)).tolist()
    lines = [
        b'{"event_id":"e%d","event_time":%d,"kind":"voice","caller":"%d","callee":"%d","duration_s":%d,'
        b'"answered":true,"cell":"42418%d","area":"510121","home_area":"510121"}\n'
        % (k, _START_MS + 5 * k, caller, callee, k % 97, k % 1000)
        for k, (caller, callee) in enumerate(number)
    ]
    return [b"".join(lines[at:at + _CHUNK]) for at in range(0, events, _CHUNK)]


def main(entities: int, events: int = 500_000) -> None:
    """Fill the state, warm up, measure."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    settings = load_settings()
    engine = Engine(settings.engine(time.time_ns() // 1_000_000, shipped_models()))
    open_phones(engine, entities, settings.shards)
    seconds = taken = offset = 0
    for k, raw in enumerate(calls(entities, events)):
        started = time.perf_counter()
        records = engine.take("cdr", "made", offset, raw).events.records
        for _ in engine.advance(_START_MS + 5 * k * _CHUNK):
            pass
        engine.take_warnings(), engine.take_findings()
        offset += len(raw)
        if k * _CHUNK >= _WARM * events:
            seconds += time.perf_counter() - started
            taken += records
    print(json.dumps({"entities": entities, "events": taken, "events_per_s": taken / seconds,
                      "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
