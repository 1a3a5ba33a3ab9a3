"""The columnar shard of cards: rows in, features as they stood at each row out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from features import account, phone
from features import entity_index as index
from features.bounds import Bounds
from features.decay import DAY_MS
from features.entity_table import EntityTable
from features.ordering import EventTimeOrder, Released
from features.population import Population
from features.roles import ACCOUNT, CARD_ROW, PHONE, pick
from features.snapshot import pack, unpack
from features.subbatch import SubBatch

#: Version of the state's layout; a change of it is a change of the public interface (CHANGELOG).
STATE_VERSION = 2
_KIND = "cards"


@dataclass(frozen=True)
class FeatureRows:
    """Rows of one kind, in order, with the features of their cards as they stood after each.

    Attributes
    ----------
    kind : {PHONE, ACCOUNT}
    rows : ndarray of CARD_ROW, shape (n,)
    at : ndarray of int64, shape (n,)
        Row of the card in its table.
    matrix : ndarray of float32, shape (n, features)
        Columns as in :data:`features.phone.FEATURES` or :data:`features.account.FEATURES`.
    met : ndarray of uint8, shape (n,)
        Dealings with the row's counterpart, see :func:`features.phone.update_phones` and
        :func:`features.account.update_accounts`.
    """

    kind: int
    rows: np.ndarray
    at: np.ndarray
    matrix: np.ndarray
    met: np.ndarray

    def part(self, which: np.ndarray | slice) -> "FeatureRows":
        """Some of the rows, by index, mask or slice."""
        rows = self.rows[which] if isinstance(which, slice) else pick(self.rows, which)
        return FeatureRows(self.kind, rows, self.at[which], self.matrix[which], self.met[which])


class CardFeatures:
    """State and features of the cards of one shard.

    Laws: the same rows give the same features however they are batched; a snapshot taken anywhere
    and restored elsewhere changes nothing; memory is bounded by `bounds` and by the rows held back
    for the watermark.
    """

    def __init__(self, bounds: Bounds = Bounds()):
        silence_ms = bounds.silence_days * DAY_MS
        self.order = EventTimeOrder(CARD_ROW, by_kind=True)
        self.tables = (
            EntityTable(phone.F.WIDTH, phone.I.WIDTH, phone.W.WIDTH, bounds.max_entities, silence_ms),
            EntityTable(
                account.F.WIDTH, account.I.WIDTH, account.W.WIDTH, bounds.max_entities, silence_ms
            ),
        )
        self.phone_peers = Population(phone.Peer.COUNT)
        self.account_peers = Population(account.Peer.WIDTH)
        self.sources: list[str] = []
        self._names: dict[int, str] = {}

    def push(self, batch: SubBatch) -> None:
        """Take a sub-batch in; it is worked on by :meth:`release`."""
        rows = batch.rows
        places = np.array([self._source(s) for s in batch.sources], np.uint32)
        if places.any():
            rows = rows.copy()
            rows["source"] = places[rows["source"]]
        if batch.names:
            if len(self._names) > 2 * sum(len(table) for table in self.tables) + 256:
                self._forget_names()
            self._names.update(batch.names)
        self.order.push(rows)

    def _source(self, name: str) -> int:
        # Few rows of few sources are under way at a time; the list starts anew when none is.
        if name in self.sources:
            return self.sources.index(name)
        if not self.order.held:
            self.sources = []
        self.sources.append(name)
        return len(self.sources) - 1

    @property
    def nbytes(self) -> int:
        """Rough size of a snapshot."""
        return sum(table.snapshot_nbytes for table in self.tables) + CARD_ROW.itemsize * self.order.held

    def release(self, watermark_ms: int) -> Released:
        """Rows due at this watermark, in order; see :class:`features.ordering.EventTimeOrder`."""
        return self.order.release(watermark_ms)

    def update(self, rows: np.ndarray) -> Iterator[FeatureRows]:
        """Update the cards' state with rows as :meth:`release` gives them; phones first."""
        accounts_from = int(np.searchsorted(rows["card_kind"], ACCOUNT))
        for kind, mine, update, names, more in (
            (PHONE, rows[:accounts_from], phone.update_phones, phone.FEATURES, (self.phone_peers.moments,)),
            (ACCOUNT, rows[accounts_from:], account.update_accounts, account.FEATURES, (self.account_peers.moments,)),
        ):
            if mine.size == 0:
                continue
            t = self.tables[kind]
            t.reserve(mine.size)
            at, met = np.empty(mine.size, np.int64), np.empty(mine.size, np.uint8)
            matrix = np.empty((mine.size, len(names)), np.float32)
            update(
                mine, t.f, t.i, t.w, t.keys, t.slots, t.entity, t.last, t.holes, t.meta, at, met, matrix, *more
            )
            yield FeatureRows(kind, mine, at, matrix, met)

    def look(self, rows: np.ndarray) -> FeatureRows:
        """Features of cards of one kind as they stand, at rows that are no events; no state changes.

        `at` is -1 throughout.
        """
        kind = int(rows["card_kind"][0])
        apart = CardFeatures(Bounds(rows.size + 1, 1))
        table, known = apart.tables[kind], self.tables[kind]
        table.meta[index.SILENCE_MS], table.meta[index.SINCE_MS] = known.meta[[index.SILENCE_MS, index.SINCE_MS]]
        table.reserve(2 * rows.size)
        for entity in np.unique(rows["entity"]):
            at = index.find(known.keys, known.slots, entity)
            if at < 0:
                continue
            row = index.insert(
                table.keys, table.slots, table.entity, table.last, table.holes, table.meta, entity, known.last[at]
            )
            for mine, theirs in ((table.f, known.f), (table.i, known.i), (table.w, known.w)):
                mine[row] = theirs[at]
        for mine, theirs in ((apart.phone_peers, self.phone_peers), (apart.account_peers, self.account_peers)):
            mine.moments[:] = theirs.moments
        (looked,) = apart.update(rows)
        return FeatureRows(kind, rows, np.full(rows.size, -1), looked.matrix, looked.met)

    def card_name(self, row: np.void) -> str:
        """``phone:…`` or ``account:…`` of a row."""
        prefix = ("phone", "account")[row["card_kind"]]
        spelled = self._names.get(int(row["entity"]))
        if spelled is None:
            table = self.tables[row["card_kind"]]
            digits, number = int(row["digits"]), int(row["number"])
            if digits == 0:
                digits, number = _known_number(table, row)
            spelled = str(number).zfill(digits)
        return f"{prefix}:{spelled}"

    def card_names(self, rows: np.ndarray) -> list[str]:
        """``phone:…`` or ``account:…`` of every row; each card is spelled once."""
        _, first, back = np.unique(rows["entity"], return_index=True, return_inverse=True)
        spelled = [self.card_name(row) for row in rows[first]]
        return [spelled[k] for k in back.tolist()]

    def snapshot(self) -> bytes:
        """All state as one blob of plain arrays."""
        self._forget_names()
        arrays = {f"order.{name}": a for name, a in self.order.snapshot().items()}
        for kind, table in enumerate(self.tables):
            arrays |= {f"{kind}.{name}": a for name, a in table.snapshot().items()}
        arrays |= {f"phone_peers.{name}": a for name, a in self.phone_peers.snapshot().items()}
        arrays |= {f"account_peers.{name}": a for name, a in self.account_peers.snapshot().items()}
        meta = {"sources": self.sources, "names": {str(k): v for k, v in sorted(self._names.items())}}
        return pack(_KIND, STATE_VERSION, arrays, meta)

    def restore(self, blob: bytes) -> None:
        """Become what :meth:`snapshot` saw.

        Raises
        ------
        features.snapshot.BadSnapshot
        """
        arrays, meta = unpack(blob, _KIND, STATE_VERSION)
        parts: dict[str, dict[str, np.ndarray]] = {
            name: {} for name in ("order", "0", "1", "phone_peers", "account_peers")
        }
        for name, array in arrays.items():
            part, _, rest = name.partition(".")
            parts[part][rest] = array
        self.order.restore(parts["order"])
        for kind, table in enumerate(self.tables):
            table.restore(parts[str(kind)])
        self.phone_peers.restore(parts["phone_peers"])
        self.account_peers.restore(parts["account_peers"])
        self.sources = list(meta["sources"])
        self._names = {int(k): v for k, v in meta["names"].items()}

    def _forget_names(self) -> None:
        if not self._names:
            return
        alive = {int(e) for table in self.tables for e in table.entity[table.entity != 0]}
        held = {int(e) for part in self.order.parts() for e in part["entity"]}
        self._names = {e: n for e, n in self._names.items() if e in alive or e in held}


def unlooked(kind: int, rows: np.ndarray) -> FeatureRows:
    """Rows that are no events, without features: all are 0."""
    names = (phone.FEATURES, account.FEATURES)[kind]
    n = rows.size
    return FeatureRows(kind, rows, np.full(n, -1), np.zeros((n, len(names)), np.float32), np.zeros(n, np.uint8))


def _known_number(table: EntityTable, row: np.void) -> tuple[int, int]:
    at = np.flatnonzero(table.entity == row["entity"])
    if at.size == 0:
        return 1, 0
    columns = phone.I if row["card_kind"] == PHONE else account.I
    return int(table.i[at[0], columns.DIGITS]), int(table.i[at[0], columns.NUMBER])
