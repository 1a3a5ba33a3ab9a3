"""No fen of tainted money is lost or made, whatever is paid."""

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.taint.follower import TaintFollower
from models.taint.limits import RULES, Limits
from models.taint.proportion import muldiv
from tests.models.taint.trails import rows_of, trails

_FREE = {"least_fen": 0, "least_share": 0.0, "max_hops": 64, "max_age_ms": 10**15, "silence_ms": 10**15}
_STOPS = st.fixed_dictionaries(
    {"least_fen": st.integers(0, 8), "least_share": st.sampled_from([0.0, 0.2, 0.6]),
     "max_hops": st.integers(1, 4), "max_age_ms": st.sampled_from([0, 3, 10**9])})


@pytest.mark.parametrize("rule", RULES)
@given(events=trails(most=60), stops=_STOPS)
def test_every_fen_is_in_one_place(rule, events, stops):
    follower = TaintFollower(Limits(rule=rule, **stops))
    moves = follower.follow(rows_of(events))
    ledger = follower.ledger
    assert ledger.balanced, ledger
    assert all(fen >= 0 for fen in asdict(ledger).values())
    accounts = follower.accounts()
    came = accounts["in_fen"] + accounts["injected_fen"]
    went = sum(accounts[f"{name}_fen"] for name in ("out", "here", "withdrawn", "stopped", "unseen", "cleared"))
    assert np.array_equal(came, went)
    assert accounts["here_fen"].sum() <= ledger.injected
    assert accounts["mean_hops"].max(initial=0) <= stops["max_hops"]
    assert moves["fen"].min(initial=1) > 0 and (moves["fen"] <= moves["amount"]).all()


@pytest.mark.parametrize("rule", RULES)
@given(events=trails(most=60, balances=False, cash=False, clears=False))
def test_with_nothing_withdrawn_it_all_lies_somewhere(rule, events):
    follower = TaintFollower(Limits(rule=rule, **_FREE))
    follower.follow(rows_of(events))
    assert follower.ledger.here == follower.ledger.injected


@given(st.integers(0, 2**52), st.integers(0, 2**52), st.integers(1, 2**53))
def test_shares_are_exact(a, b, c):
    a = min(a, c)
    assert muldiv(a, b, c) == a * b // c


@pytest.mark.parametrize("rule", RULES)
def test_huge_amounts_are_split_exactly(rule):
    events = [("source", 0, "A", None, None)]
    rng = np.random.default_rng(3)
    for time in range(400):
        payer, payee = rng.choice(list("ABCDEF"), 2, replace=False)
        events.append(("pay", time, payer, payee, int(rng.integers(10**12, 10**13)), None, False, False))
    follower = TaintFollower(Limits(rule=rule, **_FREE))
    follower.follow(rows_of(events))
    ledger = follower.ledger
    assert ledger.balanced and ledger.here + ledger.stopped_hops == ledger.injected > 10**13
