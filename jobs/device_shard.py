"""A shard of devices at work: tells card shards of devices that many cards share."""

from dataclasses import replace

from features.bounds import Bounds
from features.device_features import DeviceFeatures
from features.partition import split_by_shard
from features.roles import DEVICE_ROW
from features.subbatch import SubBatch
from jobs.feature_shard import FeatureShard


class DeviceShard(FeatureShard):
    """One shard of devices: sub-batches in, sub-batches for card shards out."""

    def __init__(self, shards: int, bounds: Bounds = Bounds()):
        super().__init__(DeviceFeatures(bounds), DEVICE_ROW)
        self._shards = shards

    @property
    def entities(self) -> dict[str, int]:
        """How many of each kind it knows."""
        return {"device": len(self._features.table), "linked_account": len(self._features.links.table)}

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
