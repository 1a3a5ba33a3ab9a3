"""A fresh toy run in a folder of its own."""

from pathlib import Path

import pytest
from toy import Toy

from jobs.flink.settings import JobSettings

SHARDS = 8


class ToyRun:
    """Where one test's toy lives, and how to vary it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.input = folder / "in"
        self.database = str(folder / "results.db")

    def toy(self, **changes) -> Toy:
        return Toy(**{"folder": str(self.input), "database": self.database, "shards": SHARDS,
                      "idle_ms": 0} | changes)

    def settings(self, **changes) -> JobSettings:
        return JobSettings(**{"state_dir": self.folder / "state", "shards": SHARDS,
                              "allowed_lateness_ms": 500, "chunk_bytes": 4096,
                              "checkpoint_interval_ms": 500,
                              # Small, so that every run also goes through snapshots.
                              "shard_log_bytes": 6_000} | changes)


@pytest.fixture
def toy_run(tmp_path: Path) -> ToyRun:
    return ToyRun(tmp_path)
