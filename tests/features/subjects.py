"""Shards of features as subjects of the laws, and random rows for them."""

import random

import numpy as np

from features.bounds import Bounds
from features.card_features import CardFeatures
from features.device_features import DeviceFeatures
from features.partition import card_rows, device_rows, event_uids
from features.roles import CARD_ROW, DEVICE_ROW
from features.subbatch import SubBatch
from tests.features.event_stream import WIDE, decoded, random_events


def random_rows(seed: int, count: int, cards: int, slow: bool = False) -> tuple[np.ndarray, np.ndarray, dict[int, str]]:
    """Card rows and device rows of `count` random events, and the cards' names that are no numbers."""
    rng = random.Random(seed)
    events = random_events(rng, count, cards, slow)
    of_cards, of_devices, names = [], [], {}
    for topic in sorted({topic for topic, _ in events}):
        batch = decoded(topic, [event for t, event in events if t == topic])
        uid = event_uids(batch)
        rows, spelled = card_rows(batch, uid)
        of_cards.append(rows)
        of_devices.append(device_rows(batch, uid))
        names |= {int(e): n for e, n, d in zip(rows["entity"], spelled.to_pylist(), rows["digits"]) if d == 0}
    return np.concatenate(of_cards), np.concatenate(of_devices), names


class Cards:
    """A shard of card features."""

    dtype = CARD_ROW

    def __init__(self, bounds: Bounds = WIDE, names: dict[int, str] | None = None):
        self.bounds, self.names = bounds, names or {}
        self.shard = CardFeatures(bounds)

    def fresh(self):
        return type(self)(self.bounds, self.names)

    def push(self, rows):
        mine = {e: self.names[e] for e in rows["entity"].tolist() if e in self.names}
        self.shard.push(SubBatch(rows, ("here",), mine or None))

    def step(self, watermark_ms):
        rows = self.shard.release(watermark_ms).rows
        out = {}
        for features in self.shard.update(rows) if rows.size else ():
            pairs = zip(features.rows, features.matrix)
            out[features.kind] = [(row.tobytes(), values.tobytes()) for row, values in pairs]
        return out

    def snapshot(self):
        return self.shard.snapshot()

    def restore(self, blob):
        self.shard.restore(blob)


class Devices:
    """A shard of devices."""

    dtype = DEVICE_ROW

    def __init__(self, bounds: Bounds = WIDE):
        self.bounds = bounds
        self.shard = DeviceFeatures(bounds)

    def fresh(self):
        return type(self)(self.bounds)

    def push(self, rows):
        self.shard.push(SubBatch(rows))

    def step(self, watermark_ms):
        signals = self.shard.advance(watermark_ms)
        return {kind: [s.tobytes() for s in signals if s["card_kind"] == kind] for kind in (0, 1)}

    def snapshot(self):
        return self.shard.snapshot()

    def restore(self, blob):
        self.shard.restore(blob)
