"""The links of one shard's accounts: tells cards of suspicious counterparts."""

import numpy as np

from features import links
from features.bounds import Bounds
from features.decay import DAY_MS
from features.entity_table import EntityTable
from features.population import Population
from features.roles import ACCOUNT, CARD_ROW, OF_LINK, OUT, SIGNAL

#: Rows worked on at once: bounds the room kept for what they may tell.
_CHUNK = 4096
#: Signals carry a share of suspicion in millionths.
MILLION = 1_000_000


class LinkFeatures:
    """Counterparts, and what passes along payments, for the accounts of one shard."""

    def __init__(self, bounds: Bounds = Bounds()):
        self.table = EntityTable(links.F.WIDTH, links.I.WIDTH, 0, bounds.max_entities, bounds.silence_days * DAY_MS)
        self.peers = Population(1)

    def update(self, rows: np.ndarray) -> np.ndarray:
        """Take link rows in order.

        Returns
        -------
        ndarray of CARD_ROW, shape (m,)
            A SIGNAL row of kind OF_LINK for each counterpart to be told. Its uid is next below that
            of the event that showed it, so that it is taken just before that event and is no repeat
            of any other row; of the two sides of an event each has a uid of its own.
        """
        parts = [self._update(rows[k : k + _CHUNK]) for k in range(0, rows.size, _CHUNK)]
        return np.concatenate(parts) if parts else np.empty(0, CARD_ROW)

    def _update(self, rows: np.ndarray) -> np.ndarray:
        t = self.table
        t.reserve(rows.size)
        room = rows.size * (links.COUNTERPARTS + 1)
        told, weight, cause = np.empty(room, np.uint64), np.empty(room), np.empty(room, np.int64)
        found = links.update_links(
            rows, t.f, t.i, t.keys, t.slots, t.entity, t.last, t.holes, t.meta, self.peers.moments, told, weight, cause
        )
        signals = np.zeros(found, CARD_ROW)
        of = np.take(rows, cause[:found])
        signals["time"] = of["time"]
        signals["uid"] = of["uid"] - np.where(of["role"] == OUT, 1, 2).astype(np.uint64)
        signals["entity"] = told[:found]
        signals["peer"] = of["entity"]
        signals["card_kind"] = ACCOUNT
        signals["topic"] = of["topic"]
        signals["kind"] = OF_LINK
        signals["value"] = np.rint(weight[:found] * MILLION)
        signals["role"] = SIGNAL
        return signals

    def snapshot(self) -> dict[str, np.ndarray]:
        arrays = {f"table.{n}": a for n, a in self.table.snapshot().items()}
        return arrays | {f"peers.{n}": a for n, a in self.peers.snapshot().items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        for owner, prefix in ((self.table, "table."), (self.peers, "peers.")):
            owner.restore({n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)})
