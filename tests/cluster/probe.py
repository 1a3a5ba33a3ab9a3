"""A pipeline that says where its worker's Python comes from, and then fails, whenever it is tried.

Travels to the workers as a file: they have no checkout to import it from.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from jobs.flink.protocol import Chunk

#: What it fails with.
FAILURE = "the probe has seen enough"


@dataclass(frozen=True)
class Probe:
    """Its own factory; every worker adds a line to `answers`."""

    answers: str

    def __call__(self) -> "Probe":
        return Probe(self.answers)

    def planner(self, planned):
        waiting = [] if list(planned) else [Chunk("probe", "nowhere", 0, 1, 0)]
        return lambda: waiting.pop() if waiting else None

    def decode(self, chunk: Chunk):
        import numpy

        import features
        import jobs.score

        seen = {
            "features": features.__file__, "jobs": jobs.score.__file__, "numpy": numpy.__file__,
            "executable": sys.executable, "path": sys.path, "folder": os.getcwd(), "environment": dict(os.environ),
        }
        with Path(self.answers).open("a", encoding="utf-8") as file:
            file.write(json.dumps(seen) + "\n")
        raise ValueError(FAILURE)

    def device_shard(self, shard: int):
        raise NotImplementedError

    card_shard = device_shard

    def sink(self, payloads: list[bytes]) -> None:
        raise NotImplementedError
