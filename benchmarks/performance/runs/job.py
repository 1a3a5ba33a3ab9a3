"""One run of the scoring job, folder to hits in ClickHouse, with everything that ships.

    python -m benchmarks.performance.runs.job BUS FOLDER [--stages] [--one-core]

Settings come from the environment as always. Prints one JSON object: `seconds` is from the first chunk decoded to
the last hit written, `seconds_with_start` also what a user waits for before.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path

import psutil

import jobs.run
from benchmarks.performance.profile.stage_clock import read_stages
from benchmarks.performance.runs.stamped_pipeline import StampedPipeline, worker_cpu_s
from benchmarks.performance.stamps import span_s
from connectors import embedded
from jobs.settings import load_settings


def main(bus: Path, folder: Path, stages: bool) -> None:
    """Run the job over `bus` into a fresh store below `folder`."""
    store = folder / "store"
    settings = load_settings(bus=f"file://{bus}", store=f"embedded:{store}", state=folder / "state",
                             models=folder / "models")
    jobs.run.ScoringPipeline = partial(StampedPipeline, out=folder.absolute(), stages=stages)
    end = jobs.run.execute(settings)
    embedded.stop(store)
    summary = end.summary
    if summary.records != summary.scored + summary.dead:
        sys.exit(f"lost records: {summary.records} read, {summary.scored} scored, {summary.dead} dead")
    begin_s, end_s, _ = span_s(folder / "stamps")
    seconds = end_s - begin_s
    found = {
        "events": summary.records, "seconds": seconds, "events_per_s": summary.records / seconds,
        "seconds_with_start": summary.seconds, "events_per_s_with_start": summary.records / summary.seconds,
        "begin_s": begin_s, "end_s": end_s,
    }  # fmt: skip
    found["first_score_s"] = span_s(folder / "scored")[0] - psutil.Process().create_time()
    if stages:
        found["worker_cpu_s"] = worker_cpu_s(folder)
        found |= {f"stage_{name}": spent for name, spent in read_stages(folder / "stages").items()}
    print(json.dumps(found))


if __name__ == "__main__":
    if "--one-core" in sys.argv:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # whatever is started inherits it
    main(Path(sys.argv[1]), Path(sys.argv[2]), "--stages" in sys.argv)
