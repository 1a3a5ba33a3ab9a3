"""One chunk of raw bytes into accepted events and the sub-batches that its shards get."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from features.decode import EventBatch, decode
from features.partition import card_rows, device_rows, event_uids, split_by_shard, to_every_shard
from features.subbatch import SubBatch
from features.watch_rows import watch_texts, with_texts
from jobs.global_shards import global_batches
from jobs.record_origin import RecordOrigin


@dataclass(frozen=True)
class RoutedChunk:
    """A decoded chunk and where its rows go.

    Attributes
    ----------
    events : EventBatch
        Offsets are positions in `sources`.
    uid : ndarray of uint64, shape (len(events),)
    to_devices, to_cards, to_globals : list of (shard, SubBatch)
        For the last see :mod:`jobs.global_shards`.
    sources : tuple of str
        What positions count in.
    reject_source : ndarray of uint32, shape (len(events.rejects),)
        Index in `sources` of each refused record.
    """

    events: EventBatch
    uid: np.ndarray
    to_devices: list[tuple[int, SubBatch]]
    to_cards: list[tuple[int, SubBatch]]
    to_globals: list[tuple[int, SubBatch]]
    sources: tuple[str, ...]
    reject_source: np.ndarray


def route(
    topic: str,
    origin: RecordOrigin,
    raw: bytes,
    shards: int,
    latest_ms: int,
    issuers: Mapping[str, str] = MappingProxyType({}),
) -> RoutedChunk:
    """Decode a chunk and partition it.

    Parameters
    ----------
    origin : RecordOrigin
        Where the bytes come from.
    shards : int
        Power of two.
    latest_ms : int
        Latest event time accepted, UTC ms.
    issuers : mapping of prefix to name
        Banks by the first digits of their cards, for openings.
    """
    events = decode(topic, raw, 0, latest_ms)
    accepted = len(events)
    source, position = origin.locate(np.concatenate([events.offset, events.reject_offset]))
    events = replace(events, offset=position[:accepted], reject_offset=position[accepted:])
    uid = event_uids(events)
    rows, names = card_rows(events, uid)
    of_globals = global_batches(events, uid, rows, names, issuers)
    if len(origin.sources) > 1:
        # A call or payment has its outgoing rows first, then its incoming ones, in the same order.
        rows["source"] = np.resize(source[:accepted], rows.size)
    # A verdict names no device: whichever shard holds the card's devices must know it.
    to_devices = to_every_shard if topic == "verdict" else split_by_shard
    of_devices = to_devices(device_rows(events, uid), shards)
    of_cards = split_by_shard(rows, shards, origin.sources, names)
    if topic == "watchlist":
        texts = watch_texts(events)
        of_devices, of_cards = with_texts(of_devices, texts), with_texts(of_cards, texts)
    return RoutedChunk(
        events,
        uid,
        of_devices,
        of_cards,
        of_globals,
        origin.sources,
        source[accepted:],
    )
