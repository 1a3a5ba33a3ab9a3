"""Money is neither made nor lost, and no account pays what it does not have."""

from collections import defaultdict
from decimal import Decimal

import numpy as np
import pytest

from simulation.frames import SHARE, UP_TO, pays
from simulation.ledger import settle


def test_balances_follow_the_payments(txn):
    """Between two stated balances of a payer lie exactly the payments in between."""
    known, since, checked = {}, defaultdict(Decimal), 0
    for event in txn:
        payer, amount = event["payer"], Decimal(event["amount"])
        since[payer] -= amount
        since[event["payee"]] += amount
        if "balance_after" in event:
            balance = Decimal(event["balance_after"])
            assert balance >= 0
            if payer in known:
                assert known[payer] + since[payer] == balance, event
                checked += 1
            known[payer], since[payer] = balance, Decimal(0)
    assert checked > 5_000


def test_nobody_pays_himself(txn):
    assert all(event["payer"] != event["payee"] for event in txn)


def test_mules_keep_little(city, txn):
    """Most of what mules of pass-through rings take in leaves again."""
    mules = {row["card"][8:] for row in city.truth() if row["role"] == "mule"
             and row["scenario"] in ("pass_through", "layering", "impersonation")}
    came = sum(Decimal(e["amount"]) for e in txn if e["payee"] in mules)
    left = sum(Decimal(e["amount"]) for e in txn if e["payer"] in mules)
    assert came > 0 and left > came * Decimal("0.6")


def test_settle_declines_shares_and_rounds():
    purse = np.array([1_000, 0, 50])
    rows = pays(np.arange(5), [0, 0, 0, 2, 1], [1, 1, 2, 2, 0], [2_000, 500, 10**9, 10, 333],
                mode=[0, SHARE, UP_TO, 0, UP_TO], step=[1, 100, 300, 1, 100])
    done = settle(purse, rows)
    assert done["amount"].tolist() == [500, 300, 300]  # declined; half; the rest rounded; to itself; rounded
    assert done["balance"].tolist() == [500, 200, 200]
    assert purse.tolist() == [500, 200, 350]
    assert purse.sum() == 1_050


@pytest.mark.parametrize("seed", range(3))
def test_settle_keeps_the_sum(seed):
    rng = np.random.default_rng(seed)
    purse = rng.integers(0, 10_000, 20)
    before = purse.sum()
    rows = pays(np.arange(500), rng.integers(0, 20, 500), rng.integers(0, 20, 500), rng.integers(0, 1_000, 500),
                mode=rng.integers(0, 3, 500), step=rng.choice([1, 100], 500))
    done = settle(purse, rows)
    assert purse.sum() == before and purse.min() >= 0 and done["amount"].min() > 0
