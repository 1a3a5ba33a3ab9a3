"""One timed replay on one core: ``python -m benchmarks.performance.runs.replay BUS [--stages]``.

Prints one JSON object; the compiled kernels are loaded before the clock starts. With ``--stages`` it also tells
seconds of processor time by stage, and runs a little slower for it.
"""

import json
import os
import sys
import time
from itertools import islice
from pathlib import Path

from benchmarks.performance.profile.stage_clock import StageClock
from benchmarks.performance.profile.watched_parts import watch_parts
from jobs.model_life.shipped import shipped_models
from jobs.replay import replay
from jobs.settings import load_settings

#: Steps of another replay before the clock starts (ours).
_WARM_STEPS = 3


def main(bus: Path, stages: bool) -> None:
    """Replay `bus` pinned to one core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    clock = StageClock()
    if stages:
        watch_parts(clock)
    settings = load_settings(bus=f"file://{bus}")
    models = shipped_models() if settings.learned else ()
    engine = settings.engine(int(time.time() * 1000), models)
    for _ in islice(replay(settings.bus_folder, engine, settings.chunk_kib << 10), _WARM_STEPS):
        pass  # loads every kernel
    clock.clear()
    started, worked = time.perf_counter(), time.process_time()
    for step in replay(settings.bus_folder, engine, settings.chunk_kib << 10):
        last = step
    seconds, cpu_s, events = time.perf_counter() - started, time.process_time() - worked, last.progress.records
    found = {"events": events, "seconds": seconds, "events_per_s": events / seconds, "cpu_us": 1e6 * cpu_s / events}
    found |= {f"stage_{name}_us": 1e6 * spent / events for name, spent in clock.seconds.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--stages" in sys.argv)
