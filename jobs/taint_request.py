"""Money followed through the past, on request: reads from the store only what the trail needs.

Accounts are opened hop by hop: first the sources, then whoever tainted money reached, from the moment
it did. After each round the follower goes over all payments read so far, from the start, until it
reaches nobody new. So the answer is the one that following every payment of the store would give; only
accounts with too many payments are not opened, and what reached them is said to lie there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from connectors.clickhouse import Store
from connectors.masking import mask_numbers
from connectors.queries.payments import (
    StoredPayments,
    TooManyPayments,
    payment_by_id,
    payment_counts,
    payments_of,
)
from features.errors import DuankaError
from features.taint_rows import REPORTED, TAINT_ROW, in_order, payments, source
from models.taint.edges import edges_of
from models.taint.follower import TaintFollower
from models.taint.layering import Layering, layering
from models.taint.ledger import Ledger
from models.taint.limits import Limits


class UnknownSource(DuankaError):
    """There is nothing to follow: no payment of the card, or no such payment."""


@dataclass(frozen=True)
class Source:
    """An account whose money is followed; `fen`: only the first so many that come in."""

    account: str
    fen: int | None = None


@dataclass(frozen=True)
class Reach:
    """How much may be read.

    Attributes
    ----------
    payments : int
        In all (ours).
    per_account : int
        An account with more since tainted money reached it is not opened: a platform or an employer,
        where what is whose cannot be told (ours).
    """

    payments: int = 500_000
    per_account: int = 20_000


@dataclass(frozen=True)
class Trail:
    """What became of the money.

    Attributes
    ----------
    accounts : ndarray of models.taint.accounts.ACCOUNT
    edges : ndarray of models.taint.edges.EDGE
    names : dict of int to str
        Of every account met, by entity, without ``account:``.
    closed : frozenset of int
        Accounts that had too many payments to be opened.
    layered : list of Layering
    ledger : Ledger
    payments, rounds : int
        What was read.
    """

    accounts: np.ndarray
    edges: np.ndarray
    names: dict[int, str]
    closed: frozenset[int]
    layered: list[Layering]
    ledger: Ledger
    payments: int
    rounds: int


def follow_past(
    store: Store,
    sources: Sequence[Source],
    since_ms: int,
    until_ms: int,
    limits: Limits,
    reported: Sequence[str] = (),
    reach: Reach = Reach(),  # noqa: B008
) -> Trail:
    """Follow money from `since_ms` on, up to and without `until_ms`.

    Parameters
    ----------
    reported : sequence of str
        Identifiers (``event_id``) of payments that were reported; each is followed from its payee on.

    Raises
    ------
    UnknownSource
        A source has no payment in that time, or a reported payment is not there or not unique.
    TooManyPayments
        A source has more than :attr:`Reach.per_account`, or the trail more than :attr:`Reach.payments`.
    """
    victims = [_reported(store, event_id, since_ms, until_ms) for event_id in reported]
    read: list[StoredPayments] = list(victims)
    opened: dict[str, int] = {}
    closed: set[str] = set()
    notes = [source(s.account, since_ms, s.fen, until_ms) for s in sources]
    wanted = {s.account: since_ms for s in sources} | {v.payee[0]: int(v.time_ms[0]) for v in victims}
    seeds = frozenset(s.account for s in sources)
    rounds = 0
    while wanted:
        rounds += 1
        counts = payment_counts(store, wanted, until_ms)
        _require_open(wanted, counts, seeds, reach)
        closed |= {name for name in wanted if counts.get(name, 0) > reach.per_account}
        now = {name: ms for name, ms in wanted.items() if name not in closed}
        opened |= now
        read += payments_of(store, now, until_ms, reach.payments, sum(map(len, read)))
        rows, names = _rows(read, [v.uid[0] for v in victims])
        follower = TaintFollower(limits)
        moves = follower.follow(in_order([*notes, rows]))
        accounts = follower.accounts()
        wanted = {}
        for entity, first_ms in zip(accounts["entity"].tolist(), accounts["first_ms"].tolist()):
            name = names.get(entity)
            if name is not None and name not in closed and first_ms < opened.get(name, until_ms):
                wanted[name] = first_ms
    shut = frozenset(entity for entity, name in names.items() if name in closed)
    return Trail(
        accounts, edges_of(moves), names, shut, layering(accounts), follower.ledger, len(rows), rounds
    )


def _require_open(wanted: dict[str, int], counts: dict[str, int], seeds: frozenset[str], reach: Reach) -> None:
    for name in seeds & wanted.keys():
        if name not in counts:
            raise UnknownSource(
                f"the store has no payment of {_masked(name)} in that time; check the number, --since and --until"
            )
        if counts[name] > reach.per_account:
            raise TooManyPayments(
                f"{_masked(name)} has {counts[name]:,} payments in that time, more than {reach.per_account:,}: "
                "narrow it with --since and --until, or allow more with --per-account"
            )


def _masked(name: str) -> str:
    return mask_numbers(f"account:{name}")


def _reported(store: Store, event_id: str, since_ms: int, until_ms: int) -> StoredPayments:
    found = payment_by_id(store, event_id, since_ms, until_ms)
    if len(found) != 1:
        what = "no payment" if len(found) == 0 else "more than one payment"
        raise UnknownSource(f"the store has {what} called {event_id!r} in that time; check --payment, --since, --until")
    return found


def _rows(read: Sequence[StoredPayments], reported: Sequence[int]) -> tuple[np.ndarray, dict[int, str]]:
    """Every payment once, as rows, and the names of both sides."""
    parts, names = [np.empty(0, TAINT_ROW)], {}
    for p in read:
        payer, payee = pa.array(p.payer, pa.string()), pa.array(p.payee, pa.string())
        rows = payments(p.time_ms, p.uid, payer, payee, p.amount_fen, p.balance_fen, p.channel)
        names |= dict(zip(rows["entity"].tolist(), p.payer)) | dict(zip(rows["peer"].tolist(), p.payee))
        parts.append(rows)
    rows = np.concatenate(parts)
    _, first = np.unique(rows[["time", "uid"]], return_index=True)
    rows = rows[first]
    rows["what"] = np.where(np.isin(rows["uid"], np.array(reported, np.uint64)), REPORTED, 0)
    return rows, names
