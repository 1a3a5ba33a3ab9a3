"""The shard of devices: tells cards that share a handset with many others, or with a confirmed one."""

import numpy as np

from features import device
from features.account_watch import AccountWatch
from features.bounds import Bounds
from features.confirmed_cards import ConfirmedCards
from features.decay import DAY_MS
from features.entity_table import EntityTable
from features.link_features import LinkFeatures
from features.ordering import EventTimeOrder
from features.roles import CARD_ROW, DEVICE_ROW, LINK, NOTE, SIGNAL, WATCH, pick
from features.snapshot import pack, unpack
from features.subbatch import SubBatch

#: Version of the state's layout (see :data:`features.card_features.STATE_VERSION`).
STATE_VERSION = 2
_KIND = "devices"


class DeviceFeatures:
    """State of the devices of one shard; same laws as :class:`features.card_features.CardFeatures`."""

    def __init__(self, bounds: Bounds = Bounds()):
        self.order = EventTimeOrder(DEVICE_ROW)
        silence_ms = bounds.silence_days * DAY_MS
        self.table = EntityTable(0, 0, device.W.WIDTH, bounds.max_entities, silence_ms)
        self.confirmed = ConfirmedCards()
        self.links = LinkFeatures(bounds)
        self.watch = AccountWatch()

    def push(self, batch: SubBatch) -> None:
        self.watch.texts.expect(batch.texts)
        self.order.push(batch.rows)

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        tables = self.table.snapshot_nbytes + self.links.table.snapshot_nbytes + self.watch.table.snapshot_nbytes
        return tables + DEVICE_ROW.itemsize * self.order.held

    def advance(self, watermark_ms: int) -> np.ndarray:
        """Work on what is due.

        Returns
        -------
        ndarray of CARD_ROW, shape (m,)
            A SIGNAL row for each use of a device that :data:`features.device.TELL_FROM` cards or
            more share, or that a card confirmed by now used: `value` is the number of cards,
            `balance` that of the others that are confirmed. It carries the event's own time and
            uid, so that the card's shard takes it just before that event. Then what
            :meth:`features.link_features.LinkFeatures.update` and
            :meth:`features.account_watch.AccountWatch.signals` tell.
        """
        rows = self.order.release(watermark_ms).rows
        if rows.size == 0:
            return np.empty(0, CARD_ROW)
        of_lists = self.watch.signals(rows, self.order.watermark_ms, self.order.held > 0)
        linking = (rows["flags"] & LINK) != 0
        of_links = self.links.update(pick(rows, linking)) if linking.any() else np.empty(0, CARD_ROW)
        rows = pick(rows, (rows["flags"] & (LINK | WATCH)) == 0)
        t, v = self.table, self.confirmed
        t.reserve(rows.size)
        v.reserve(int(np.count_nonzero(rows["role"] == NOTE)))
        cards, confirmed = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64)
        told = np.empty(rows.size, bool)
        device.update_devices(
            rows, t.w, t.keys, t.slots, t.entity, t.last, t.holes, t.meta,
            v.cards, v.since_s, v.meta, cards, confirmed, told,
        )  # fmt: skip
        signals = np.zeros(int(told.sum()), CARD_ROW)
        signals["time"] = rows["time"][told]
        signals["uid"] = rows["uid"][told]
        signals["entity"] = rows["card"][told]
        signals["peer"] = rows["entity"][told]
        signals["card_kind"] = rows["card_kind"][told]
        signals["topic"] = rows["topic"][told]
        signals["value"] = cards[told]
        signals["balance"] = confirmed[told]
        signals["role"] = SIGNAL
        return np.concatenate([signals, of_links, of_lists])

    def snapshot(self) -> bytes:
        arrays = {f"order.{n}": a for n, a in self.order.snapshot().items()}
        arrays |= {f"table.{n}": a for n, a in self.table.snapshot().items()}
        arrays |= {f"confirmed.{n}": a for n, a in self.confirmed.snapshot().items()}
        arrays |= {f"links.{n}": a for n, a in self.links.snapshot().items()}
        arrays |= {f"watch.{n}": a for n, a in self.watch.table.snapshot().items()}
        return pack(_KIND, STATE_VERSION, arrays, {"watch_texts": self.watch.texts.snapshot()})

    def restore(self, blob: bytes) -> None:
        arrays, meta = unpack(blob, _KIND, STATE_VERSION)
        owners = (
            (self.order, "order."), (self.table, "table."), (self.confirmed, "confirmed."), (self.links, "links."),
            (self.watch.table, "watch."),
        )
        for owner, prefix in owners:
            owner.restore({n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)})
        # Releases without lists had neither.
        self.watch.texts.restore(meta.get("watch_texts", {}))
