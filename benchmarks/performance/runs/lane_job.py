"""The lane on the engine's job: ``python -m benchmarks.performance.runs.lane_job STREAM FOLDER [PARALLELISM]``."""

import sys
from pathlib import Path

from benchmarks.performance.lane.definition import SHARDS
from benchmarks.performance.lane.job import LanePipeline, lane_settings
from jobs.flink.run import run_job


def main(stream: Path, folder: Path, parallelism: int = 2) -> None:
    """Run it to the end of the stream; hits and stamps are in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hits").touch()
    run_job(LanePipeline(stream, folder, SHARDS), lane_settings(folder / "state", SHARDS, parallelism))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
