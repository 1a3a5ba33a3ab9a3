"""Plain Python and river in one process: no shards side by side, nothing survives a failure.

    python -m benchmarks.performance.rivals.plain FILE FOLDER
"""

import sys
from pathlib import Path

from benchmarks.performance.hits import write_hits
from benchmarks.performance.lane.call import read_call
from benchmarks.performance.lane.definition import SHARDS
from benchmarks.performance.lane.judge import new_model
from benchmarks.performance.lane.keyed import take_side
from benchmarks.performance.lane.shard_of import shard_of
from benchmarks.performance.stamps import Stamp


def main(file: Path, folder: Path) -> None:
    """Take every line, keep the hits."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = Stamp(folder / "stamps")
    phones: list[dict] = [{} for _ in range(SHARDS)]
    models = [new_model() for _ in range(SHARDS)]
    hits = []
    with file.open() as lines:
        for line in lines:
            call = read_call(line)
            for side, number in enumerate(call.numbers()):
                shard = shard_of(number, SHARDS)
                if hit := take_side(phones[shard], models[shard], call, side):
                    hits.append(hit)
            stamp.note()
    write_hits(folder / "hits", hits)
    stamp.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
