"""The columnar shard of persons: rows of calls and payments in, payments and calls to be judged out."""

import numpy as np

from features import person
from features.bounds import Bounds
from features.decay import DAY_MS
from features.entity_table import EntityTable
from features.ordering import EventTimeOrder
from features.person_columns import JUDGED_ROW, PAYMENTS, F, I, W
from features.person_rows import PERSON_ROW
from features.snapshot import pack, unpack

#: Version of the state's layout (see :data:`features.card_features.STATE_VERSION`).
STATE_VERSION = 1
_KIND = "persons"
#: A person of whom nothing was told for so long is forgotten, days (ours): two windows.
_SILENCE_DAYS = 6


class PersonFeatures:
    """State of the persons of one shard; same laws as :class:`features.card_features.CardFeatures`.

    412 bytes a person and 44 of index, of persons of whom something was told in the last days.
    """

    def __init__(self, bounds: Bounds = Bounds()):
        self.order = EventTimeOrder(PERSON_ROW)
        self.table = EntityTable(F.WIDTH, I.WIDTH, W.WIDTH, bounds.max_entities, _SILENCE_DAYS * DAY_MS)

    def push(self, rows: np.ndarray) -> None:
        self.order.push(rows)

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        return self.table.snapshot_nbytes + PERSON_ROW.itemsize * self.order.held

    def advance(self, watermark_ms: int) -> np.ndarray:
        """Work on what is due.

        Returns
        -------
        ndarray of JUDGED_ROW, shape (m,)
            Payments and calls as they look now; a payment judged again has a higher version.
        """
        rows = self.order.release(watermark_ms).rows
        t = self.table
        t.reserve(rows.size)
        judged = np.zeros((PAYMENTS + 1) * rows.size, JUDGED_ROW)
        count = person.update_persons(
            rows, t.f, t.i, t.w, t.keys, t.slots, t.entity, t.last, t.holes, t.meta, judged
        ) if rows.size else 0
        return judged[:count]

    def snapshot(self) -> bytes:
        arrays = {f"order.{n}": a for n, a in self.order.snapshot().items()}
        arrays |= {f"table.{n}": a for n, a in self.table.snapshot().items()}
        return pack(_KIND, STATE_VERSION, arrays)

    def restore(self, blob: bytes) -> None:
        """Become what :meth:`snapshot` saw.

        Raises
        ------
        features.snapshot.BadSnapshot
        """
        arrays, _ = unpack(blob, _KIND, STATE_VERSION)
        for owner, prefix in ((self.order, "order."), (self.table, "table.")):
            owner.restore({n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)})
