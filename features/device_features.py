"""The shard of devices: tells cards that share a handset with many others."""

import numpy as np

from features import device
from features.bounds import Bounds
from features.decay import DAY_MS
from features.entity_table import EntityTable
from features.ordering import EventTimeOrder
from features.roles import CARD_ROW, DEVICE_ROW, SIGNAL
from features.snapshot import pack, unpack
from features.subbatch import SubBatch

#: Version of the state's layout (see :data:`features.card_features.STATE_VERSION`).
STATE_VERSION = 1
_KIND = "devices"


class DeviceFeatures:
    """State of the devices of one shard; same laws as :class:`features.card_features.CardFeatures`."""

    def __init__(self, bounds: Bounds = Bounds()):
        self.order = EventTimeOrder(DEVICE_ROW)
        silence_ms = bounds.silence_days * DAY_MS
        self.table = EntityTable(0, 0, device.W.WIDTH, bounds.max_entities, silence_ms)

    def push(self, batch: SubBatch) -> None:
        self.order.push(batch.rows)

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        return self.table.snapshot_nbytes + DEVICE_ROW.itemsize * self.order.held

    def advance(self, watermark_ms: int) -> np.ndarray:
        """Work on what is due.

        Returns
        -------
        ndarray of CARD_ROW, shape (m,)
            A SIGNAL row for each use of a device that :data:`features.device.TELL_FROM` cards or
            more share; it carries the event's own time and uid, so that the card's shard takes it
            just before that event.
        """
        rows = self.order.release(watermark_ms).rows
        if rows.size == 0:
            return np.empty(0, CARD_ROW)
        t = self.table
        t.reserve(rows.size)
        cards = np.empty(rows.size, np.int64)
        device.update_devices(
            rows, t.w, t.keys, t.slots, t.entity, t.last, t.holes, t.meta, cards
        )
        told = cards >= device.TELL_FROM
        signals = np.zeros(int(told.sum()), CARD_ROW)
        signals["time"] = rows["time"][told]
        signals["uid"] = rows["uid"][told]
        signals["entity"] = rows["card"][told]
        signals["peer"] = rows["entity"][told]
        signals["card_kind"] = rows["card_kind"][told]
        signals["topic"] = rows["topic"][told]
        signals["value"] = cards[told]
        signals["role"] = SIGNAL
        return signals

    def snapshot(self) -> bytes:
        arrays = {f"order.{n}": a for n, a in self.order.snapshot().items()}
        arrays |= {f"table.{n}": a for n, a in self.table.snapshot().items()}
        return pack(_KIND, STATE_VERSION, arrays)

    def restore(self, blob: bytes) -> None:
        arrays, _ = unpack(blob, _KIND, STATE_VERSION)
        for owner, prefix in ((self.order, "order."), (self.table, "table.")):
            owner.restore({n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)})
