"""Rows to learn from: features as they stood when a card was scored, and what came to be known.

::

    rows       r1        r2        r3      r4
    bad from        ├───────────────────────── (truth)      labels at the cut: r1 good, r2 r3 bad,
    known                     │                             r4 comes after the cut: tested on
    cut                                 ┼
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from features.events import TOPICS, VERDICTS
from features.hashing import hash_strings
from features.roles import ACCOUNT, ACCOUNT_SEED, NOTE, OUT, PHONE, PHONE_SEED
from jobs.outcome import StepOutcome

_VERDICT = tuple(TOPICS).index("verdict")
_CONFIRMED = VERDICTS.index("confirmed")
_SEEDS = {"phone": PHONE_SEED, "account": ACCOUNT_SEED}
#: Says of a row that nothing is known.
UNKNOWN = -1


@dataclass(frozen=True)
class FeatureTable:
    """Rows of one kind of card in order of time.

    Attributes
    ----------
    time_ms : ndarray of int64, shape (n,)
    entity : ndarray of uint64, shape (n,)
    matrix : ndarray of float32, shape (n, features)
    """

    time_ms: np.ndarray
    entity: np.ndarray
    matrix: np.ndarray


@dataclass(frozen=True)
class Knowledge:
    """What came to be known of cards; arrays of equal length, in no order.

    Attributes
    ----------
    entity : ndarray of uint64
    bad : ndarray of bool
    from_ms : ndarray of int64
        A bad card's rows from then on are bad.
    to_ms : ndarray of int64
        Rows before then are spoken of.
    known_ms : ndarray of int64
    complete : bool
        Whether a card not named is good; otherwise nothing is known of it.
    """

    entity: np.ndarray
    bad: np.ndarray
    from_ms: np.ndarray
    to_ms: np.ndarray
    known_ms: np.ndarray
    complete: bool


class RowSampler:
    """Keeps the last row of each card in each period, and every verdict.

    Memory: a row per card and period in which it called, was called, paid or was paid.

    Parameters
    ----------
    period_ms : int
    """

    def __init__(self, period_ms: int):
        self._period_ms = period_ms
        self._parts: dict[int, list[FeatureTable]] = {PHONE: [], ACCOUNT: []}
        self._verdicts: list[tuple[np.ndarray, ...]] = []

    def take(self, outcome: StepOutcome) -> None:
        """Take what one step of a shard scored."""
        for features, _ in outcome.scored:
            rows = features.rows
            told = (rows["role"] == NOTE) & (rows["topic"] == _VERDICT)
            if told.any():
                bad = rows["kind"][told] == _CONFIRMED
                self._verdicts.append((rows["entity"][told], bad, rows["time"][told]))
            mine = np.flatnonzero(rows["role"] >= OUT)
            if mine.size:
                table = FeatureTable(rows["time"][mine], rows["entity"][mine], features.matrix[mine])
                self._parts[features.kind].append(self._thinned(table))

    def _thinned(self, table: FeatureTable) -> FeatureTable:
        """The last row of each card and period, by time."""
        period = table.time_ms // self._period_ms
        order = np.lexsort((table.time_ms, period, table.entity))
        last = np.ones(order.size, bool)
        last[:-1] = np.diff(table.entity[order]) != 0
        last[:-1] |= np.diff(period[order]) != 0
        kept = order[last]
        kept = kept[np.lexsort((table.entity[kept], table.time_ms[kept]))]
        return FeatureTable(table.time_ms[kept], table.entity[kept], table.matrix[kept])

    def table(self, kind: int) -> FeatureTable | None:
        """Rows of a kind; None when there is none."""
        parts = self._parts[kind]
        if not parts:
            return None
        columns = (np.concatenate([getattr(p, n) for p in parts]) for n in ("time_ms", "entity", "matrix"))
        joined = self._thinned(FeatureTable(*columns))
        self._parts[kind] = [joined]
        return joined

    def verdicts(self) -> Knowledge:
        """What the stream's verdicts say: of rows before each, known when it came."""
        if not self._verdicts:
            empty = np.zeros(0, np.int64)
            return Knowledge(empty.astype(np.uint64), empty.astype(bool), empty, empty, empty, False)
        entity, bad, at = (np.concatenate(column) for column in zip(*self._verdicts))
        return Knowledge(entity, bad, np.full(at.size, -(2**63)), at, at, False)


def truth_knowledge(since_ms: dict[str, int], delay_ms: int) -> Knowledge:
    """A ground truth as somebody would have come to know it, `delay_ms` after the first bad event.

    Parameters
    ----------
    since_ms : dict of card name to UTC ms
        Bad cards; all others are good.
    """
    names = [name.partition(":") for name in since_ms]
    entity = np.zeros(len(names), np.uint64)
    for prefix, seed in _SEEDS.items():
        mine = [i for i, (kind, _, _) in enumerate(names) if kind == prefix]
        entity[mine] = hash_strings(pa.array([names[i][2] for i in mine], pa.string()), seed)
    since = np.array(list(since_ms.values()), np.int64)
    return Knowledge(entity, np.ones(since.size, bool), since, np.full(since.size, 2**63 - 1), since + delay_ms, True)


def labels(table: FeatureTable, knowledge: Knowledge, at_ms: int) -> np.ndarray:
    """Label of each row as known at `at_ms`: 1 bad, 0 good, `UNKNOWN`; int8, shape (n,).

    Of several things known of a card's row the one known last holds.
    """
    label = np.full(table.time_ms.size, 0 if knowledge.complete else UNKNOWN, np.int8)
    known = np.flatnonzero(knowledge.known_ms <= at_ms)
    known = known[np.argsort(knowledge.known_ms[known], kind="stable")]
    order = np.argsort(table.entity, kind="stable")
    entity = table.entity[order]
    for k in known.tolist():
        start, end = (int(np.searchsorted(entity, knowledge.entity[k], side)) for side in ("left", "right"))
        rows = order[start:end]
        time_ms = table.time_ms[rows]
        mine = rows[(time_ms >= knowledge.from_ms[k]) & (time_ms < knowledge.to_ms[k])]
        label[mine] = knowledge.bad[k]
    return label
