"""One chunk of raw bytes into accepted events and the sub-batches that its shards get."""

from dataclasses import dataclass

import numpy as np

from features.decode import EventBatch, decode
from features.partition import card_rows, device_rows, event_uids, split_by_shard, to_every_shard
from features.subbatch import SubBatch


@dataclass(frozen=True)
class RoutedChunk:
    """A decoded chunk and where its rows go.

    Attributes
    ----------
    events : EventBatch
    uid : ndarray of uint64, shape (len(events),)
    to_devices, to_cards : list of (shard, SubBatch)
    """

    events: EventBatch
    uid: np.ndarray
    to_devices: list[tuple[int, SubBatch]]
    to_cards: list[tuple[int, SubBatch]]


def route(topic: str, source: str, offset: int, raw: bytes, shards: int, latest_ms: int) -> RoutedChunk:
    """Decode a chunk and partition it.

    Parameters
    ----------
    source, offset
        File or partition the chunk comes from, and where in it the chunk begins.
    shards : int
        Power of two.
    latest_ms : int
        Latest event time accepted, UTC ms.
    """
    events = decode(topic, raw, offset, latest_ms)
    uid = event_uids(events)
    rows, names = card_rows(events, uid)
    # A verdict names no device: whichever shard holds the card's devices must know it.
    to_devices = to_every_shard if topic == "verdict" else split_by_shard
    return RoutedChunk(
        events,
        uid,
        to_devices(device_rows(events, uid), shards),
        split_by_shard(rows, shards, source, names),
    )
