"""The lane on the engine's columns in this process, one core: the reference of all hits.

    python -m benchmarks.performance.runs.lane_replay STREAM FOLDER
"""

import sys
from pathlib import Path

from benchmarks.performance.hits import Hit, write_hits
from benchmarks.performance.lane.columns import LaneShard
from benchmarks.performance.lane.definition import SHARDS
from benchmarks.performance.lane.stream import stream_files
from benchmarks.performance.stamps import Stamp
from jobs.engine import END_OF_TIME_MS
from jobs.record_origin import FileOrigin
from jobs.routing import route

_LATEST_MS = 2**62


def lane_hits(files: list[Path], stamp: Stamp | None = None) -> list[Hit]:
    """Hits of calls in order, file by file, then all that waits."""
    shards = [LaneShard() for _ in range(SHARDS)]
    hits: list[Hit] = []
    for file in files:
        routed = route("cdr", FileOrigin(str(file), 0), file.read_bytes(), SHARDS, _LATEST_MS)
        for shard, batch in routed.to_cards:
            shards[shard].push_batch(batch)
        # The next file may begin with the last moment of this one.
        hits += [hit for shard in shards for hit in shard.step(int(routed.events.time_ms.max()) - 1)]
        if stamp:
            stamp.note(len(routed.events))
    return hits + [hit for shard in shards for hit in shard.step(END_OF_TIME_MS)]


def main(stream: Path, folder: Path) -> None:
    """Run it over every file of the stream, or over one file, the kernels loaded before the clock starts."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [stream] if stream.is_file() else stream_files(stream)
    if not files:
        sys.exit(f"{stream} has no calls")
    lane_hits(files[:1])
    stamp = Stamp(folder / "stamps")
    stamp.note(0)
    write_hits(folder / "hits", lane_hits(files, stamp))
    stamp.note(0)
    stamp.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
