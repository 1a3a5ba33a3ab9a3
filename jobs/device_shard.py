"""A shard of devices at work: tells card shards of devices that many cards share."""

from dataclasses import replace

from features.bounds import Bounds
from features.device_features import DeviceFeatures
from features.partition import split_by_shard
from features.roles import DEVICE_ROW
from features.subbatch import SubBatch


class DeviceShard:
    """One shard of devices: sub-batches in, sub-batches for card shards out."""

    def __init__(self, shards: int, bounds: Bounds = Bounds()):
        self._shards = shards
        self._features = DeviceFeatures(bounds)

    @property
    def held_from_ms(self) -> int:
        """Event time of the first row that waits; the largest int64 when none does."""
        return self._features.order.held_from_ms

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        return self._features.nbytes

    @property
    def entities(self) -> dict[str, int]:
        """How many of each kind it knows."""
        return {"device": len(self._features.table), "linked_account": len(self._features.links.table)}

    def push(self, payload: bytes) -> None:
        if payload:
            self.push_batch(SubBatch.from_bytes(payload, DEVICE_ROW))

    def push_batch(self, batch: SubBatch) -> None:
        self._features.push(batch)

    def step(self, watermark_ms: int) -> list[tuple[int, SubBatch]]:
        """Signals of what the watermark lets out, by card shard."""
        signals = self._features.advance(watermark_ms)
        if not signals.size:
            return []
        names = self._features.watch.names
        batches = split_by_shard(signals, self._shards)
        return [(shard, replace(batch, texts=names(batch.rows))) for shard, batch in batches]

    def snapshot(self) -> bytes:
        return self._features.snapshot()

    def restore(self, blob: bytes) -> None:
        self._features.restore(blob)
