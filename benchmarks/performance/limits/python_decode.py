"""The same bytes in Python with no features: orjson line by line, pyarrow's JSON reader, the engine's own decoder.

    python -m benchmarks.performance.limits.python_decode BUS orjson|pyarrow|engine

On one core. Prints one JSON object.
"""

import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pyarrow.json as pa_json

from features.decode import decode
from features.events import TOPICS

_FAR_MS = 2**62
#: Bytes decoded at once, cut at a line's end; as in the job.
_CHUNK = 4 << 20


def chunks(bus: Path) -> list[tuple[str, bytes]]:
    """All bytes, in memory."""
    found = []
    for topic in TOPICS:
        for file in sorted((bus / topic).glob("*.ndjson")):
            raw, begin = file.read_bytes(), 0
            while begin < len(raw):
                end = raw.find(b"\n", min(begin + _CHUNK, len(raw) - 1)) + 1 or len(raw)
                found.append((topic, raw[begin:end]))
                begin = end
    return found


def _orjson(topic: str, raw: bytes) -> int:
    lines = raw.splitlines()
    for line in lines:
        orjson.loads(line)
    return len(lines)


def _pyarrow(topic: str, raw: bytes) -> int:
    return pa_json.read_json(io.BytesIO(raw), pa_json.ReadOptions(use_threads=False, block_size=len(raw) + 1)).num_rows


def _engine(topic: str, raw: bytes) -> int:
    return decode(topic, raw, 0, _FAR_MS).records


READERS: dict[str, Callable[[str, bytes], int]] = {"orjson": _orjson, "pyarrow": _pyarrow, "engine": _engine}


def main(bus: Path, reader: str) -> None:
    """Decode everything once, after one chunk of each topic that does not count."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    read, todo = READERS[reader], chunks(bus)
    for topic, raw in {topic: raw for topic, raw in todo}.items():
        read(topic, raw)
    started = time.perf_counter()
    events = sum(read(topic, raw) for topic, raw in todo)
    seconds = time.perf_counter() - started
    print(json.dumps({"events": events, "seconds": seconds, "events_per_s": events / seconds,
                      "mib_per_s": sum(len(raw) for _, raw in todo) / seconds / 2**20}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
