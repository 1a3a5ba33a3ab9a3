"""Bytewax: lines in, keyed by shard, a stateful operator, two processes; no recovery store (favours the rival).

    python -m benchmarks.performance.rivals.bytewax_flow FILE FOLDER
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.performance.lane.call import read_call
from benchmarks.performance.lane.definition import SHARDS
from benchmarks.performance.lane.judge import new_model
from benchmarks.performance.lane.keyed import take_side
from benchmarks.performance.lane.shard_of import shard_of
from benchmarks.performance.stamps import Stamp

_FILE, _FOLDER, _PROCESSES = "LANE_FILE", "LANE_FOLDER", 2
#: Lines that the source hands over at once (ours; more gained nothing).
_BATCH = 1000


def get_flow():
    """The dataflow; what to read and where to write is in the environment."""
    import bytewax.operators as op
    from bytewax.connectors.files import FileSink, FileSource
    from bytewax.dataflow import Dataflow

    folder = Path(os.environ[_FOLDER])
    stamp = Stamp(folder / "stamps")

    def sides(line):
        call = read_call(line)
        return [(str(shard_of(number, SHARDS)), (side, call)) for side, number in enumerate(call.numbers())]

    def take(state, value):
        phones, model = state or ({}, new_model())
        hit = take_side(phones, model, value[1], value[0])
        stamp.note()
        return (phones, model), [json.dumps(hit)] if hit else []

    flow = Dataflow("lane")
    lines = op.input("calls", flow, FileSource(os.environ[_FILE], batch_size=_BATCH))
    rows = op.flat_map("sides", lines, sides)
    found = op.stateful_flat_map("shard", rows, take)
    op.output("hits", found, FileSink(folder / "hits"))
    return flow


def main(file: Path, folder: Path) -> None:
    """Run the flow in two processes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hits").touch()
    subprocess.run([sys.executable, "-m", "bytewax.testing", f"{__spec__.name}:get_flow", "-p", str(_PROCESSES)],
                   env=os.environ | {_FILE: str(file.resolve()), _FOLDER: str(folder.resolve())}, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
