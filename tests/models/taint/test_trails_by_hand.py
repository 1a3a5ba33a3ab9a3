"""Small trails, reckoned by hand."""

import numpy as np
import pytest

from features.taint_rows import in_order
from models.taint.columns import END_NAMES
from models.taint.edges import edges_of
from models.taint.follower import TaintFollower
from models.taint.layering import CODE, layering
from models.taint.limits import RULES, BadLimits, Limits
from tests.models.taint.trails import entity, ordered, pay, rows_of

FREE = {"least_fen": 0, "least_share": 0.0}
SOURCE = ("source", 0, "A", None, None)
HOUR_MS = 3_600_000


def followed(events, **limits):
    follower = TaintFollower(Limits(**(FREE | limits)))
    moves = follower.follow(rows_of(events))
    names = {entity(e[k]): e[k] for e in events for k in ((2, 3) if e[0] == "pay" else (2,))}
    return {names[int(a["entity"])]: a for a in follower.accounts()}, follower, moves


@pytest.mark.parametrize("rule", RULES)
def test_split_and_merge(rule):
    accounts, follower, moves = followed(
        [SOURCE, pay(1, "A", "B", 60), pay(2, "A", "C", 40), pay(3, "B", "D", 60), pay(4, "C", "D", 40),
         pay(5, "D", "E", 100)], rule=rule)  # fmt: skip
    assert {name: int(a["in_fen"]) for name, a in accounts.items()} == {"A": 0, "B": 60, "C": 40, "D": 100, "E": 100}
    assert {name: int(a["least_hops"]) for name, a in accounts.items()} == {"A": 0, "B": 1, "C": 1, "D": 2, "E": 3}
    assert follower.ledger.here == int(accounts["E"]["here_fen"]) == 100
    assert accounts["D"]["dwell_ms"] == pytest.approx(1.6, abs=0.5)  # by proportion, arrival is a mean in whole ms
    assert (int(accounts["D"]["parent"]), int(accounts["B"]["parent"])) == (entity("B"), entity("A"))
    assert moves["fen"].tolist() == [60, 40, 60, 40, 100]


def test_first_in_first_out_and_proportion_differ():
    events = [SOURCE, pay(1, "X", "B", 1), pay(2, "A", "B", 100), pay(3, "X", "B", 100), pay(4, "B", "C", 100)]
    accounts, *_ = followed(events, rule="fifo")
    assert (accounts["C"]["in_fen"], accounts["B"]["here_fen"], accounts["B"]["clean_fen"]) == (100, 0, 0)
    accounts, *_ = followed(events, rule="proportional")
    assert (accounts["C"]["in_fen"], accounts["B"]["here_fen"], accounts["B"]["clean_fen"]) == (50, 50, 50)
    assert accounts["B"]["share"] == 0.5


def test_what_the_balance_says_was_there_first():
    events = [SOURCE, pay(1, "A", "B", 100), pay(2, "B", "C", 80, balance=70)]
    accounts, *_ = followed(events)
    # 150 lay there, 50 of them before: they go first.
    assert (accounts["C"]["in_fen"], accounts["B"]["here_fen"], accounts["B"]["clean_fen"]) == (30, 70, 0)


def test_what_left_without_a_payment_is_unseen():
    events = [SOURCE, pay(1, "A", "B", 100), pay(2, "B", "C", 10, balance=20)]
    accounts, follower, _ = followed(events)
    assert (accounts["B"]["unseen_fen"], accounts["B"]["here_fen"], follower.ledger.unseen) == (70, 20, 70)


def test_a_source_taints_what_lay_there_and_an_amount_does_not():
    everything, *_ = followed([SOURCE, pay(1, "A", "B", 100, balance=50), pay(2, "A", "B", 60)])
    assert (everything["A"]["injected_fen"], everything["B"]["in_fen"]) == (160, 160)
    paid = [pay(1, "X", "A", 20), pay(2, "X", "A", 20), pay(3, "A", "B", 35)]
    part, *_ = followed([("source", 0, "A", 30, None), *paid])
    assert (part["A"]["injected_fen"], part["B"]["in_fen"]) == (30, 30)
    ended, *_ = followed([("source", 0, "A", None, 5), pay(5, "A", "B", 20), pay(6, "A", "B", 20)])
    assert ended["A"]["injected_fen"] == 20


@pytest.mark.parametrize("rule", RULES)
def test_a_cycle_ends_and_counts_once(rule):
    turns = [pay(k, "AB"[k % 2], "BA"[k % 2], 100) for k in range(60)]
    events = [("source", 0, "A", 100, None), pay(0, "X", "A", 100), *turns]
    accounts, follower, moves = followed(events, rule=rule, max_hops=7)
    assert [END_NAMES[end] for end in moves["end"]] == ["passed"] * 7 + ["stopped: hops"]
    assert moves["hops"].tolist() == list(range(1, 9))
    assert (accounts["A"]["injected_fen"], accounts["A"]["returned_fen"]) == (100, 300)
    assert follower.ledger.injected == follower.ledger.stopped_hops == 100


def test_a_longer_cycle_is_seen_as_returned():
    events = [SOURCE, pay(1, "A", "B", 100), pay(2, "B", "C", 100), pay(3, "C", "D", 100), pay(4, "D", "B", 100)]
    accounts, *_ = followed(events)
    assert {name for name, a in accounts.items() if a["returned_fen"]} == {"B"}


def test_payments_of_one_moment_go_by_identity_whatever_way_they_came():
    rows = rows_of([SOURCE, pay(1, "A", "B", 10), pay(1, "B", "C", 10), pay(1, "C", "D", 10)])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]):
        follower = TaintFollower(Limits(**FREE))
        follower.follow(in_order([rows[order]]))
        [last] = [a for a in follower.accounts() if a["entity"] == entity("D")]
        assert last["here_fen"] == 10


@pytest.mark.parametrize(
    ("limits", "end"),
    [
        ({"max_hops": 1}, "stopped_hops"),
        ({"least_fen": 41}, "stopped_amount"),
        ({"least_share": 0.41}, "stopped_share"),
        ({"max_age_ms": 7}, "stopped_age"),
    ],
)
def test_what_a_limit_stops_stays_accounted_for_where_it_left(limits, end):
    # B's payment has 40 tainted fen of 100 in it: 60 were there before.
    events = [SOURCE, pay(1, "A", "B", 50), pay(9, "B", "C", 100, balance=10)]
    accounts, follower, moves = followed(events, **limits)
    assert "C" not in accounts
    assert getattr(follower.ledger, end) == accounts["B"]["stopped_fen"] == 40
    assert accounts["B"]["here_fen"] == 10 and moves["fen"].tolist() == [50, 40]
    accounts, *_ = followed(events, max_hops=2, least_fen=40, least_share=0.4, max_age_ms=8)
    assert accounts["C"]["in_fen"] == 40


def test_cash_leaves_and_a_counter_transfer_to_a_followed_account_does_not():
    accounts, follower, _ = followed(
        [SOURCE, pay(1, "A", "B", 100), pay(2, "A", "C", 10), pay(3, "B", "desk", 30, cash=True),
         pay(4, "B", "C", 30, cash=True)])  # fmt: skip
    assert "desk" not in accounts and accounts["B"]["withdrawn_fen"] == follower.ledger.withdrawn == 30
    assert accounts["C"]["in_fen"] == 40


def test_a_reported_payment_is_one_hop_from_the_report():
    accounts, follower, moves = followed([pay(1, "victim", "B", 100, reported=True), pay(2, "B", "C", 50)])
    assert set(accounts) == {"B", "C"} and follower.ledger.injected == 100
    assert (accounts["B"]["least_hops"], accounts["C"]["least_hops"]) == (1, 2)
    assert int(accounts["B"]["parent"]) == entity("victim") and moves["hops"].tolist() == [1, 2]


def test_memory_is_bounded_and_what_is_let_go_of_is_accounted_for():
    limits = Limits(**FREE, max_accounts=100, max_lots=300)
    follower = TaintFollower(limits)
    events = [SOURCE]
    for k in range(2000):
        events.append(pay(k + 1, "A" if k % 3 else f"n{k - 1}", f"n{k}", 1000 + k))
    follower.follow(ordered(events))
    assert len(follower) <= 100 and follower.ledger.let_go > 0 and follower.ledger.balanced
    assert entity("A") in follower.accounts()["entity"]
    assert follower.nbytes < 200_000


def test_silent_accounts_are_forgotten():
    day = 86_400_000
    follower = TaintFollower(Limits(**FREE, silence_ms=3 * day))
    follower.follow(rows_of([SOURCE, pay(1, "A", "B", 10), pay(2 * day, "A", "C", 10), pay(4 * day, "X", "Y", 1)]))
    assert len(follower) == 2 and follower.ledger.let_go == 10
    gone = follower.changes()
    assert gone["entity"][gone["gone"] == 1].tolist() == [entity("B")]


def chain(step_ms: int, hops: int):
    return [SOURCE, *(pay(k * step_ms, "ABCDEF"[k], "ABCDEF"[k + 1], 200_000) for k in range(hops))]


@pytest.mark.parametrize(
    ("step_ms", "hops", "named"), [(HOUR_MS, 4, ["D", "E"]), (HOUR_MS, 2, []), (10 * HOUR_MS, 5, [])]
)
def test_layering_is_many_hops_in_little_time(step_ms, hops, named):
    accounts, follower, _ = followed(chain(step_ms, hops))
    found = layering(follower.accounts())
    assert [f.entity for f in found] == [entity(name) for name in named]
    for f in found:
        assert (f.code, f.fen) == (CODE, 200_000)
        assert "2,000.00元" in f.zh and f"经{f.hops}级" in f.zh and f"over {f.hops} accounts" in f.en


def test_a_cycle_is_named():
    _, follower, _ = followed([SOURCE, pay(1, "A", "B", 200_000), pay(2, "B", "A", 200_000)])
    [found] = layering(follower.accounts())
    assert found.entity == entity("A") and "资金回流" in found.zh and "came back" in found.en


def test_edges_are_moves_added_up():
    _, _, moves = followed([SOURCE, pay(1, "A", "B", 10), pay(5, "A", "B", 30), pay(6, "B", "C", 5)])
    edges = edges_of(moves)
    assert edges["fen"].tolist() == [40, 5] and edges["payments"].tolist() == [2, 1]
    assert (edges["first_ms"][0], edges["last_ms"][0]) == (1, 5)
    assert edges_of(moves[:0]).size == 0


@pytest.mark.parametrize(
    "wrong", [{"rule": "lifo"}, {"max_hops": 0}, {"max_hops": 65}, {"least_share": 1.5}, {"sinks": ("cheque",)},
              {"max_accounts": 1}, {"least_fen": -1}])  # fmt: skip
def test_limits_that_make_no_sense_are_refused(wrong):
    with pytest.raises(BadLimits, match=next(iter(wrong))):
        Limits(**wrong)


def test_cuts_and_restores_change_nothing():
    rng = np.random.default_rng(2)
    events = [SOURCE, *(pay(k, *rng.choice(list("ABCDEF"), 2), int(rng.integers(1, 99))) for k in range(300))]
    rows = rows_of(events)
    for rule in RULES:
        whole = TaintFollower(Limits(**FREE, rule=rule))
        moves = whole.follow(rows)
        part = TaintFollower(Limits(**FREE, rule=rule))
        found = []
        for k in range(0, len(rows), 7):
            found.append(part.follow(rows[k : k + 7]))
            fresh = TaintFollower(Limits(**FREE, rule=rule))
            fresh.restore(part.snapshot())
            part = fresh
        fields = ["time", "uid", "payer", "payee", "fen", "amount", "dwell_ms", "hops", "end"]
        assert np.array_equal(np.concatenate(found)[fields], moves[fields])
        assert part.snapshot() == whole.snapshot()
