"""Who else, after a talk with the same number, paid the same account.

::

    caller  ──talk──►  A  ──pays──►  payee          one person: hardly remarkable
       └────talk────►  B  ──pays──────┘             two strangers: a line and an account that belong together

A swindler's line and the account behind it serve several victims. Of each payee the remarkable payments of the
last days are kept, few of them; a busy shop has many payers, of whom hardly two talked with the same number.
Rows are rare (one in some hundred events), so this is plain Python.
"""

from collections import OrderedDict

import numpy as np

from features.bounds import Bounds
from features.decay import DAY_MS
from features.ordering import EventTimeOrder
from features.payee_rows import PAYEE_ROW
from features.person_columns import JUDGED_ROW
from features.snapshot import pack, unpack

#: Version of the state's layout (see :data:`features.card_features.STATE_VERSION`).
STATE_VERSION = 1
_KIND = "payees"
#: How long a payment to a payee counts (ours), and how many of one payee are kept, the latest (ours).
WINDOW_MS = 7 * DAY_MS
PAYMENTS = 16
_NO_ROWS = np.empty(0, JUDGED_ROW)


class PayeeFeatures:
    """State of the payees of one shard; same laws as :class:`features.card_features.CardFeatures`.

    At most 16 payments of 144 bytes a payee, of payees whose last remarkable payment is no older than a week.
    """

    def __init__(self, bounds: Bounds = Bounds()):
        self.order = EventTimeOrder(PAYEE_ROW)
        self._most = bounds.max_entities
        # Whose payments came last stands last; see `features.openings.shared_values` for why no plain dict.
        self._payees: OrderedDict[int, np.ndarray] = OrderedDict()
        self._swept_day = 0

    def __len__(self) -> int:
        return len(self._payees)

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        return 2 * JUDGED_ROW.itemsize * len(self._payees) + PAYEE_ROW.itemsize * self.order.held

    def push(self, rows: np.ndarray) -> None:
        self.order.push(rows)

    def advance(self, watermark_ms: int) -> np.ndarray:
        """Work on what is due.

        Returns
        -------
        ndarray of JUDGED_ROW, shape (m,)
            Payments as they look now, earlier ones to the same payee among them where another person's makes them
            look otherwise; `together` and `payers` are filled in, and a later look has a higher `version`.
        """
        told = []
        for row in self.order.release(watermark_ms).rows:
            self._sweep(int(row["time"]))
            told.append(self._take(row))
        return np.concatenate(told) if told else _NO_ROWS

    def _take(self, row: np.void) -> np.ndarray:
        payee, new = int(row["entity"]), row["judged"]
        known = self._payees.pop(payee, _NO_ROWS)
        known = known[known["time"] > row["time"] - WINDOW_MS]
        before = known[known["uid"] == new["uid"]]
        known = known[known["uid"] != new["uid"]]
        known = np.append(known, np.array([new], JUDGED_ROW))
        if before.size:
            known["version"][-1] = max(int(before["version"][0]) + 1, int(new["version"]))
        # Of as many as are kept at most the latest, whichever way they came.
        known = known[np.lexsort((known["uid"], known["time"]))][-PAYMENTS:]
        changed = known["uid"] == new["uid"]
        payers = np.unique(known["entity"]).size
        for at in range(known.size):
            same = (known["caller"] == known["caller"][at]) & (known["caller_digits"] > 0)
            together = np.unique(known["entity"][same]).size
            if (known["together"][at], known["payers"][at]) != (together, payers):
                known["version"][at] += not changed[at]
                changed[at] = True
                known["together"][at], known["payers"][at] = together, payers
        self._payees[payee] = known
        while len(self._payees) > self._most:
            del self._payees[next(iter(self._payees))]
        return known[changed]

    def _sweep(self, now_ms: int) -> None:
        """Once a day of event time: forget payees without a payment that still counts."""
        if now_ms // DAY_MS <= self._swept_day:
            return
        self._swept_day = now_ms // DAY_MS
        silent = [payee for payee, known in self._payees.items() if known["time"].max() <= now_ms - WINDOW_MS]
        for payee in silent:
            del self._payees[payee]

    def snapshot(self) -> bytes:
        arrays = {f"order.{n}": a for n, a in self.order.snapshot().items()}
        arrays["payees"] = np.array(list(self._payees), np.uint64)
        arrays["counts"] = np.array([known.size for known in self._payees.values()], np.int64)
        arrays["payments"] = np.concatenate([_NO_ROWS, *self._payees.values()]).view(np.uint8).reshape(-1)
        return pack(_KIND, STATE_VERSION, arrays, {"swept_day": self._swept_day})

    def restore(self, blob: bytes) -> None:
        """Become what :meth:`snapshot` saw.

        Raises
        ------
        features.snapshot.BadSnapshot
        """
        arrays, meta = unpack(blob, _KIND, STATE_VERSION)
        self.order.restore({n.removeprefix("order."): a for n, a in arrays.items() if n.startswith("order.")})
        ends = np.cumsum(arrays["counts"])
        parts = np.split(arrays["payments"].view(JUDGED_ROW), ends[:-1]) if ends.size else []
        self._payees = OrderedDict((payee, part.copy()) for payee, part in zip(arrays["payees"].tolist(), parts))
        self._swept_day = meta["swept_day"]
