"""Trails of the past: the answer is that of following every payment of the store."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.errors import StoreError
from connectors.event_rows import insert_events
from connectors.queries.payments import TooManyPayments
from connectors.schema import migrate
from features.hashing import hash_strings
from features.roles import ACCOUNT_SEED
from features.taint_rows import in_order, payments, source
from jobs.taint_request import Reach, Source, UnknownSource, follow_past
from jobs.taint_rows import account_rows, in_tree_order
from models.taint.follower import TaintFollower
from models.taint.limits import RULES, Limits

T0_MS = 1767225600000
END_MS = T0_MS + 10**10
LIMITS = Limits(least_fen=1000, least_share=0.02, max_hops=6, silence_ms=10**15)
HUB = "629999"


@pytest.fixture(scope="module")
def columns():
    """Payments among two hundred accounts that mostly pay a few of the others, and a platform that all pay."""
    rng = np.random.default_rng(4)
    n = 6000
    payer = rng.integers(0, 200, n)
    payee = (payer + rng.choice([1, 2, 3, 17, 60], n)) % 200
    names = [[f"62{k:04d}" for k in side] for side in (payer, payee)]
    names[1] = [HUB if chance < 0.1 else name for chance, name in zip(rng.random(n), names[1])]
    return {
        "event_id": [f"t{k}" for k in range(n)],
        "event_time": np.sort(T0_MS + rng.integers(0, 3 * 86_400, n) * 1000),
        "payer": names[0],
        "payee": names[1],
        "amount": rng.integers(100, 1_000_000, n),
        "balance_after": np.where(rng.random(n) < 0.3, rng.integers(0, 500_000, n), np.iinfo(np.int64).min),
        "channel": rng.choice(np.array([-1, 1, 3, 4], np.int8), n),
    }


@pytest.fixture(scope="module")
def uid(columns):
    return np.random.default_rng(5).permutation(len(columns["event_id"])).astype(np.uint64) + 1


@pytest.fixture(scope="module")
def address(columns, uid, tmp_path_factory):
    folder = tmp_path_factory.mktemp("taint") / "store"
    with open_store(f"embedded:{folder}") as opened:
        migrate(opened)
        insert_events(opened, "txn", uid, columns)
    yield f"embedded:{folder}"
    embedded.stop(folder)


@pytest.fixture
def store(address):
    with open_store(address) as opened:
        yield opened


def everything(columns, uid, notes, limits, reported=()) -> TaintFollower:
    payer, payee = pa.array(columns["payer"]), pa.array(columns["payee"])
    rows = payments(columns["event_time"], uid, payer, payee, columns["amount"], columns["balance_after"],
                    columns["channel"])  # fmt: skip
    rows["what"] = np.isin(columns["event_id"], list(reported))
    follower = TaintFollower(limits)
    follower.follow(in_order([*notes, rows]))
    return follower


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(np.sort(one, order="entity"), np.sort(other, order="entity"))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("sources", [[Source("620005")], [Source("620005", 300_000), Source("620120")]])
def test_it_is_what_following_every_payment_gives(store, columns, uid, rule, sources):
    limits = replace(LIMITS, rule=rule)
    since = T0_MS + 86_400_000
    trail = follow_past(store, sources, since, END_MS, limits)
    whole = everything(columns, uid, [source(s.account, since, s.fen, END_MS) for s in sources], limits)
    assert same(trail.accounts, whole.accounts()) and trail.ledger == whole.ledger
    assert len(trail.accounts) > 20 and trail.rounds > 3 and trail.payments < len(uid)
    assert trail.ledger.balanced and not trail.closed


def test_a_reported_payment_is_followed_from_its_payee_on(store, columns, uid):
    trail = follow_past(store, [], T0_MS, END_MS, LIMITS, reported=["t100"])
    whole = everything(columns, uid, [], LIMITS, ["t100"])
    assert same(trail.accounts, whole.accounts()) and trail.ledger == whole.ledger
    assert trail.ledger.injected == columns["amount"][100]
    [first] = [a for a in trail.accounts if trail.names[int(a["entity"])] == columns["payee"][100]]
    assert first["least_hops"] == 1


def test_edges_add_up_to_the_accounts(store):
    trail = follow_past(store, [Source("620005")], T0_MS, END_MS, LIMITS)
    for a in trail.accounts:
        left = trail.edges[trail.edges["payer"] == a["entity"]]
        came = trail.edges[(trail.edges["payee"] == a["entity"]) & (trail.edges["end"] == 0)]
        assert left["fen"][left["end"] == 0].sum() == a["out_fen"]
        assert left["fen"].sum() == a["out_fen"] + a["withdrawn_fen"] + a["stopped_fen"]
        assert came["fen"].sum() == a["in_fen"]


def test_an_account_with_too_many_payments_is_not_opened(store, columns):
    trail = follow_past(store, [Source("620005")], T0_MS, END_MS, LIMITS, reach=Reach(per_account=100))
    [hub] = [row for row in account_rows(trail) if row["card"] == f"account:{HUB}"]
    assert hub["closed"] and hub["here_fen"] == hub["in_fen"] > 0
    assert trail.closed == {int(hash_strings(pa.array([HUB]), ACCOUNT_SEED)[0])}
    assert trail.ledger.balanced


def test_every_account_stands_once_below_the_one_it_came_through(store):
    rows = account_rows(follow_past(store, [Source("620005")], T0_MS, END_MS, LIMITS))
    tree = in_tree_order(rows)
    assert sorted(row["card"] for row in tree) == sorted(row["card"] for row in rows)
    depth = {}
    for row in tree:
        assert row["depth"] == (depth[row["parent"]] + 1 if row["depth"] else 0)
        depth[row["card"]] = row["depth"]
    assert max(depth.values()) > 2


def test_what_cannot_be_followed_is_said_in_a_sentence_without_whole_numbers(store):
    with pytest.raises(UnknownSource, match=r"account:700\*+ in that time"):
        follow_past(store, [Source("7000000000")], T0_MS, END_MS, LIMITS)
    with pytest.raises(UnknownSource, match="no payment called 'nix'"):
        follow_past(store, [], T0_MS, END_MS, LIMITS, reported=["nix"])
    with pytest.raises(TooManyPayments, match="--per-account"):
        follow_past(store, [Source("620005")], T0_MS, END_MS, LIMITS, reach=Reach(per_account=5))
    with pytest.raises(StoreError, match="more than 100 payments"):
        follow_past(store, [Source("620005")], T0_MS, END_MS, LIMITS, reach=Reach(payments=100))


def duanka(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "jobs.cli.main", *words], capture_output=True, text=True)


def test_the_command_shows_table_and_json(address):
    shown = duanka("taint", "account:620005", "--store", address, "--top", "5")
    assert shown.returncode == 0, shown.stderr
    assert "injected" in shown.stdout and "more accounts: --top" in shown.stdout
    limits = ["--rule", "proportional", "--hops", "3", "--least", "50", "--since", "2026-01-01T12:00:00+08:00"]
    said = duanka("taint", "account:620005", "account:620120", *limits, "--json", "--store", address)
    assert said.returncode == 0, said.stderr
    known = json.loads(said.stdout)
    ledger = known["ledger"]
    assert ledger.pop("injected_fen") == sum(ledger.values())
    assert sum(row["source"] for row in known["accounts"]) == 2
    assert max(row["mean_hops"] for row in known["accounts"]) <= 3
    assert {edge["end"] for edge in known["edges"]} >= {"passed", "withdrawn"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["phone:13800000000"], "money is in accounts"),
        ([], "--payment"),
        (["account:1", "--since", "yesterday"], "ISO-8601"),
        (["account:1", "--longest", "soon"], "such as 1h"),
        (["account:1", "--hops", "65"], "--hops"),
        (["account:1", "--rule", "lifo"], "want one of fifo, proportional"),
    ],
)
def test_wrong_use_ends_with_two_and_a_sentence(given, words):
    outcome = duanka("taint", *given)
    said = " ".join(outcome.stderr.replace("│", " ").split())
    assert outcome.returncode == 2 and words in said
