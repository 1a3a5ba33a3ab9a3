"""Payments of accounts, against a slow look through all of them."""

import numpy as np
import pytest

from connectors.event_rows import insert_events
from connectors.queries.payments import TooManyPayments, payment_by_id, payment_counts, payments_of

T0_MS = 1767225600000
END_MS = T0_MS + 10**9


@pytest.fixture(scope="module")
def paid(store):
    """Two thousand payments among thirty accounts, a part of them inserted twice, moments often equal."""
    rng = np.random.default_rng(8)
    n = 2000
    columns = {
        "event_id": [f"t{k}" for k in range(n)],
        "event_time": T0_MS + rng.integers(0, 500, n) * 1000,
        "payer": [f"62{a}" for a in rng.integers(0, 30, n)],
        "payee": [f"62{b}" for b in rng.integers(0, 30, n)],
        "amount": rng.integers(1, 10**7, n),
        "balance_after": np.where(rng.random(n) < 0.5, rng.integers(0, 10**7, n), np.iinfo(np.int64).min),
        "channel": rng.integers(-1, 6, n).astype(np.int8),
    }
    uid = rng.permutation(n).astype(np.uint64) + 1
    insert_events(store, "txn", uid, columns)
    insert_events(store, "txn", uid[:300], {name: values[:300] for name, values in columns.items()})
    fields = ("event_time", "payer", "payee", "amount", "balance_after", "channel")
    return [(int(u), *row) for u, *row in zip(uid, *(columns[name] for name in fields))]


def rows(found) -> list[tuple]:
    return [
        (int(u), int(t), payer, payee, int(a), int(b), int(c))
        for u, t, payer, payee, a, b, c in zip(
            found.uid, found.time_ms, found.payer, found.payee, found.amount_fen, found.balance_fen, found.channel
        )
    ]


def test_payments_of_accounts_are_all_there_once_and_in_order(store, paid):
    since, until = T0_MS + 100_000, T0_MS + 400_000
    [found] = payments_of(store, {"625": since, "6217": since}, until, 10_000)
    expected = [p for p in paid if {p[2], p[3]} & {"625", "6217"} and since <= p[1] < until]
    assert rows(found) == sorted(expected, key=lambda p: (p[1], p[0]))
    assert len(expected) > 100


def test_from_when_is_the_earliest_of_those_asked_for(store, paid):
    [found] = payments_of(store, {"625": T0_MS, "6217": T0_MS + 400_000}, END_MS, 10_000)
    assert {p[0] for p in paid if "625" in (p[2], p[3])} <= set(found.uid.tolist())
    assert found.balance_fen.min() == np.iinfo(np.int64).min and found.channel.min() == -1


def test_counts_are_exact_though_rows_came_twice(store, paid):
    counts = payment_counts(store, {"625": T0_MS, "6217": T0_MS, "nobody": T0_MS}, END_MS)
    assert counts == {name: sum(name in (p[2], p[3]) for p in paid) for name in ("625", "6217")}


def test_more_than_allowed_is_an_error_that_says_what_to_do(store, paid):
    everybody = {f"62{k}": T0_MS for k in range(30)}
    assert sum(map(len, payments_of(store, everybody, END_MS, 2000))) == 2000
    with pytest.raises(TooManyPayments, match="more than 1,999 payments; narrow it with --since"):
        payments_of(store, everybody, END_MS, 1999)


def test_a_payment_is_found_by_the_name_its_source_gave_it(store, paid):
    assert rows(payment_by_id(store, "t7", T0_MS, END_MS)) == [paid[7]]
    assert len(payment_by_id(store, "t7'; DROP TABLE txn", T0_MS, END_MS)) == 0


def test_nobody_has_no_payments(store, paid):
    [found] = payments_of(store, {"nobody": T0_MS}, END_MS, 10)
    assert len(found) == 0 and payments_of(store, {}, END_MS, 10) == []
