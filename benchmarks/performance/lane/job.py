"""The lane as a job on the engine's own topology: the same planner, decoder, order, state and checkpoints."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.performance.lane.columns import LaneShard
from benchmarks.performance.stamps import Stamp
from jobs.bus_chunks import chunk_bytes
from jobs.chunk_planner import ChunkPlanner
from jobs.flink.protocol import TO_CARDS, Chunk, Routed
from jobs.flink.settings import JobSettings
from jobs.folder_chunks import FolderChunks
from jobs.routing import route

#: Event times may be as late as anything; the input is made, not received.
_LATEST_MS = 2**62


@dataclass(frozen=True)
class LanePipeline:
    """A :class:`jobs.flink.protocol.Pipeline`; picklable, its own factory. Hits go to a file."""

    stream: Path
    out: Path
    shards: int
    chunk_bytes: int = 4 << 20

    def __call__(self) -> "LanePipeline":
        own = LanePipeline(self.stream, self.out, self.shards, self.chunk_bytes)
        object.__setattr__(own, "_stamp", Stamp(self.out / "stamps"))
        return own

    def planner(self, planned: Iterable[Chunk]) -> ChunkPlanner:
        source = FolderChunks(self.stream, self.chunk_bytes, False, 0)
        planner = ChunkPlanner(source, latest_ms=_LATEST_MS, ahead_ms=0, lateness_ms=0, follow=False, idle_ms=1000)
        planner.skip(planned)
        return planner

    def decode(self, chunk: Chunk) -> Iterator[Routed]:
        self._stamp.note(0)
        origin, raw = chunk_bytes(chunk)
        routed = route(chunk.topic, origin, raw, self.shards, _LATEST_MS)
        if routed.events.rejects:
            raise ValueError(f"{len(routed.events.rejects)} records of the lane's input were refused")
        for shard, batch in routed.to_cards:
            yield TO_CARDS, shard, batch.to_bytes()
        self._stamp.note(len(routed.events))
        self._stamp.close()  # a worker's process may end without a word

    def device_shard(self, shard: int):
        raise AssertionError("the lane sends nothing to shards of devices")

    def card_shard(self, shard: int) -> "LaneShardOnFlink":
        return LaneShardOnFlink(LaneShard(), self._stamp)

    def sink(self, payloads: list[bytes]) -> None:
        with (self.out / "hits").open("ab") as file:
            file.writelines(payloads)
        self._stamp.note(0)
        self._stamp.close()


class LaneShardOnFlink:
    """A lane's shard behind the job's protocol; hits leave as the lines of the result."""

    def __init__(self, shard: LaneShard, stamp: Stamp):
        self._shard, self._stamp = shard, stamp
        self.push, self.snapshot, self.restore = shard.push, shard.snapshot, shard.restore

    def advance(self, watermark_ms: int) -> list[tuple[int, bytes]]:
        hits = self._shard.step(watermark_ms)
        self._stamp.note(0)
        return [(0, "".join(json.dumps(hit) + "\n" for hit in hits).encode())] if hits else []

    @property
    def held_from_ms(self) -> int:
        return self._shard.held_from_ms

    @property
    def snapshot_bytes(self) -> int:
        return self._shard.nbytes


def lane_settings(folder: Path, shards: int, parallelism: int) -> JobSettings:
    """How Flink runs it: as the scoring job, without the shards that the lane has no use for."""
    return JobSettings(state_dir=folder, bus="lane", parallelism=parallelism, shards=shards, chunk_bytes=4 << 20,
                       jvm_heap_mb=2048)
