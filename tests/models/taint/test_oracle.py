"""The follower against every fen followed by itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.taint import columns as c
from models.taint.follower import TaintFollower
from models.taint.limits import RULES, Limits
from tests.models.taint.oracle import Oracle
from tests.models.taint.trails import entity, rows_of, trails

_STOPS = st.fixed_dictionaries(
    {"least_fen": st.integers(0, 6), "least_share": st.sampled_from([0.0, 0.25, 0.5]),
     "max_hops": st.integers(1, 5), "max_age_ms": st.sampled_from([0, 4, 10**9])})


def by_hops(follower: TaintFollower, account: str) -> dict[int, int]:
    """Tainted fen that lie with an account, read off the state itself."""
    s = follower._state
    [row] = [r for r in range(s.meta[c.HIGH]) if s.entity[r] == entity(account)]
    found: dict[int, int] = {}
    for hops, lot in enumerate(s.pool[row]):
        if lot[c.L_FEN]:
            found[hops] = int(lot[c.L_FEN])
    lot = s.acc[row, c.HEAD]
    while lot >= 0:
        hops, fen = int(s.lots[lot, c.L_HOPS]), int(s.lots[lot, c.L_FEN])
        if hops != c.CLEAN_LOT:
            found[hops] = found.get(hops, 0) + fen
        lot = s.lots[lot, c.L_NEXT]
    return found


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=400)
@given(events=trails(), stops=_STOPS)
def test_it_does_what_single_fen_do(rule, events, stops):
    oracle = Oracle(rule, **stops)
    for event in events:
        oracle.take(event)
    # By proportion a lot's time of arrival is a mean, which single fen do not have.
    if rule == "proportional" and stops["max_age_ms"] < 10**9:
        return
    follower = TaintFollower(Limits(rule=rule, **stops, silence_ms=10**15))
    follower.follow(rows_of(events))
    ledger = follower.ledger
    for place, name in {"injected": "injected", "withdrawn": "withdrawn", "unseen": "unseen", "cleared": "cleared",
                        "hops": "stopped_hops", "amount": "stopped_amount", "share": "stopped_share",
                        "age": "stopped_age"}.items():
        assert getattr(ledger, name) == oracle.places[place], name
    accounts = {int(a["entity"]): a for a in follower.accounts()}
    assert set(accounts) == {entity(name) for name in oracle.purses}
    for name, purse in oracle.purses.items():
        account = accounts[entity(name)]
        assert by_hops(follower, name) == oracle.here(name)
        assert account["here_fen"] == len(purse.tainted)
        for said in ("in", "out", "injected", "withdrawn", "stopped", "unseen", "cleared"):
            assert account[f"{said}_fen"] == purse.sums[said], said
        if purse.tainted:
            assert account["clean_fen"] == len(purse.fen) - len(purse.tainted)
