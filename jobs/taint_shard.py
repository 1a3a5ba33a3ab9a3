"""Taint in the stream: payments and findings about accounts in, followed accounts that changed out.

There is one such shard for the whole stream, since money goes from any account to any other. So the
way of a payment between accounts that nobody follows is short: it waits for the watermark, is held
against the last ones for repeats, and two look-ups say that it is none of ours.

Until a verdict or a lead names an account nobody is followed, and not even that is done.
"""

from collections import defaultdict

import numpy as np
import orjson
import pyarrow as pa

from features.ordering import EventTimeOrder
from features.roles import NOTE
from features.snapshot import pack, unpack
from features.subbatch import SubBatch
from features.taint_rows import TAINT_ROW, taint_rows
from jobs.taint_rows import account_row, ledger_row, move_row
from models.taint.follower import TaintFollower
from models.taint.layering import layering
from models.taint.limits import Limits

#: Version of the state's layout (see :mod:`jobs.state_versions`).
STATE_VERSION = 1
_KIND = "taint-shard"
#: Names remembered beyond those needed before they are looked through.
_SPARE_NAMES = 1 << 12


def taint_batch(topic: str, rows: np.ndarray, names: pa.StringArray) -> SubBatch:
    """The rows of a decoded chunk that concern taint, see :func:`features.taint_rows.taint_rows`."""
    told, spelled = taint_rows(topic, rows, names)
    return SubBatch(told, names=spelled or None)


class TaintShard:
    """The one shard of taint; see :class:`jobs.flink.protocol.Shard` for what it must keep to."""

    def __init__(self, limits: Limits = Limits()):
        self._limits = limits
        self._order = EventTimeOrder(TAINT_ROW)
        self._follower = TaintFollower(limits)
        self._names: dict[int, str] = {}
        self._spelled_for = _SPARE_NAMES
        self._seen = 0

    @property
    def held_from_ms(self) -> int:
        """Event time of the first row that waits; the largest int64 when none does."""
        return self._order.held_from_ms

    @property
    def snapshot_bytes(self) -> int:
        """Rough size of a snapshot."""
        return self._follower.nbytes + TAINT_ROW.itemsize * self._order.held

    @property
    def entities(self) -> dict[str, int]:
        """How many of each kind it knows."""
        return {"tainted_account": len(self._follower)}

    @property
    def follower(self) -> TaintFollower:
        return self._follower

    def push(self, payload: bytes) -> None:
        """Take the bytes of a :func:`taint_batch` in."""
        if payload:
            self.push_batch(SubBatch.from_bytes(payload, TAINT_ROW))

    def push_batch(self, batch: SubBatch) -> None:
        self._order.push(batch.rows)
        if batch.names:
            self._names |= batch.names
            if len(self._names) > self._spelled_for:
                self._forget_names()
                self._spelled_for = 2 * len(self._names) + _SPARE_NAMES

    def advance(self, watermark_ms: int) -> list[tuple[int, bytes]]:
        """Follow what the watermark lets out; at most one payload, see :func:`read_payload`."""
        rows = self._order.release(watermark_ms).rows
        self._seen += rows.size
        # No source was ever named: there is nothing to follow, and no kernel to load.
        if rows.size == 0 or not (len(self._follower) or (rows["role"] == NOTE).any()):
            return []
        moves = self._follower.follow(rows)
        changed = self._follower.changes()
        if not (len(moves) or len(changed)):
            return []
        return [(0, self._payload(rows, moves, changed))]

    def _payload(self, rows: np.ndarray, moves: np.ndarray, changed: np.ndarray) -> bytes:
        passed = []
        for move, row in zip(moves, rows[moves["at"]]):
            payer = self._spell(row["entity"], row["number"], row["digits"])
            payee = self._spell(row["peer"], row["peer_number"], row["peer_digits"])
            passed.append(move_row(move, payer, payee))
        layered = defaultdict(list)
        for found in layering(changed):
            layered[found.entity].append(found)
        accounts = []
        for a in changed:
            card = self._spell(a["entity"], a["number"], a["digits"])
            parent = self._spell(a["parent"], a["parent_number"], a["parent_digits"]) if a["parent"] else None
            accounts.append(account_row(a, card, parent, layered[int(a["entity"])]) | {"gone": bool(a["gone"])})
        taint = {"accounts": accounts, "moves": passed, "ledger": ledger_row(self._follower.ledger)}
        return orjson.dumps({"taint": taint | {"version": self._seen}})

    def _spell(self, entity: np.uint64, number: np.uint64, digits: int) -> str:
        return "account:" + (str(int(number)).zfill(int(digits)) if digits else self._names[int(entity)])

    def _forget_names(self) -> None:
        """Keep the names of accounts that are followed, of their parents, and of those in rows that wait."""
        accounts = self._follower.accounts()
        needed = set(accounts["entity"][accounts["digits"] == 0].tolist())
        needed |= set(accounts["parent"][accounts["parent_digits"] == 0].tolist())
        for part in self._order.parts():
            needed |= set(part["entity"][part["digits"] == 0].tolist())
            needed |= set(part["peer"][part["peer_digits"] == 0].tolist())
        self._names = {entity: name for entity, name in self._names.items() if entity in needed}

    def snapshot(self) -> bytes:
        """All state as plain data."""
        self._forget_names()
        arrays = {f"order.{name}": a for name, a in self._order.snapshot().items()}
        arrays["follower"] = np.frombuffer(self._follower.snapshot(), np.uint8)
        names = {str(entity): name for entity, name in sorted(self._names.items())}
        return pack(_KIND, STATE_VERSION, arrays, {"names": names, "seen": self._seen})

    def restore(self, blob: bytes) -> None:
        """Become what :meth:`snapshot` saw.

        Raises
        ------
        features.snapshot.BadSnapshot
        """
        arrays, meta = unpack(blob, _KIND, STATE_VERSION)
        follower = TaintFollower(self._limits)
        follower.restore(arrays["follower"].tobytes())
        self._follower = follower
        self._order.restore({n.removeprefix("order."): a for n, a in arrays.items() if n.startswith("order.")})
        self._names = {int(entity): name for entity, name in meta["names"].items()}
        self._spelled_for = 2 * len(self._names) + _SPARE_NAMES
        self._seen = meta["seen"]


def read_payload(payload: bytes) -> dict:
    """What :meth:`TaintShard.advance` gives.

    Returns
    -------
    dict
        ``accounts``: followed accounts that changed, as they stand now (:func:`jobs.taint_rows.account_row`),
        ``gone`` where they are let go of. ``moves``: payments with tainted money. ``ledger``: where all of it
        is. ``version``: what is told later has a higher one.
    """
    return orjson.loads(payload)["taint"]
