"""One timed replay on one core: ``python -m benchmarks.replay_run BUS``.

Prints one JSON object; the compiled kernels are loaded before the clock starts.
"""

import json
import os
import sys
import time
from pathlib import Path

from jobs.model_life.shipped import shipped_models
from jobs.replay import replay
from jobs.settings import load_settings


def main(bus: Path) -> None:
    """Replay `bus` pinned to one core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    settings = load_settings(bus=f"file://{bus}")
    now_ms = int(time.time() * 1000)
    models = shipped_models() if settings.learned else ()
    steps = iter(replay(settings.bus_folder, settings.engine(now_ms, models), settings.chunk_kib << 10))
    for _ in range(3):  # one chunk of cards, calls and payments each touches every kernel
        first = next(steps)
    started = time.perf_counter()
    for step in steps:
        last = step
    seconds = time.perf_counter() - started
    events = last.progress.records - first.progress.records
    print(json.dumps({"events": events, "seconds": seconds, "events_per_s": events / seconds}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
