"""Corner cases of features that once went wrong, by hand."""

import random

import pytest

from features.roles import ACCOUNT, NOTE, OUT, PHONE
from tests.features.event_stream import ACCOUNTS, PHONES, START_MS, Step, run_features
from tests.features.oracle import DAY_MS
from tests.features.oracle_compare import FEATURES

HOUR_MS = 3_600_000


def features_of(events: list[tuple[str, dict]], kind: int, role: int) -> dict[str, float]:
    """Features at the last row of that kind and role."""
    last = {}
    for _, features in run_features([Step(events, 2**62)]):
        if features.kind == kind:
            for k in range(len(features.rows)):
                if features.rows[k]["role"] == role:
                    last = dict(zip(FEATURES[kind], features.matrix[k].tolist()))
    return last


def txn(n: int, at_ms: int, payer: str, payee: str, amount: float) -> tuple[str, dict]:
    sides = {"payer": payer, "payee": payee, "amount": amount}
    return "txn", {"event_id": f"t{n}", "event_time": START_MS + at_ms} | sides


def verdict(at_ms: int, card: str) -> tuple[str, dict]:
    return "verdict", {"event_time": START_MS + at_ms, "card": card, "verdict": "cleared", "officer": "o"}


@pytest.mark.parametrize(
    "name", ["hours_active_28d", "cells_7d", "handsets_28d", "calls_28d", "calls_per_counterpart_28d"]
)
def test_a_note_about_a_phone_long_silent_finds_its_week_empty(name):
    call = {"event_id": "c", "event_time": START_MS, "kind": "voice", "caller": PHONES[0], "callee": PHONES[1]}
    events = [("cdr", call | {"cell": "c", "imei": "i"}), verdict(60 * DAY_MS, f"phone:{PHONES[0]}")]
    assert features_of(events, PHONE, NOTE)[name] == 0


@pytest.mark.parametrize("name", ["in_5wd", "payers_5wd", "hours_active_7d", "large_after_trial"])
def test_a_note_about_an_account_long_silent_finds_its_days_empty(name):
    events = [txn(1, 0, ACCOUNTS[1], ACCOUNTS[0], 5), txn(2, HOUR_MS, ACCOUNTS[1], ACCOUNTS[0], 5000)]
    events.append(verdict(60 * DAY_MS, f"account:{ACCOUNTS[0]}"))
    assert features_of(events, ACCOUNT, NOTE)[name] == 0


def test_money_that_never_came_did_not_leave_at_once():
    """`dwell_min` stays at a million minutes while an account only pays."""
    only_paid = [txn(k, k * HOUR_MS, ACCOUNTS[0], ACCOUNTS[k], 50) for k in range(1, 4)]
    assert features_of(only_paid, ACCOUNT, OUT)["dwell_min"] == pytest.approx(1e6)


def test_an_empty_pool_is_empty():
    """What came in three parts went out whole; a payment days later is matched by nothing."""
    parts = (5_961.85, 79_738.85, 8_295.95)
    events = [txn(k, k * 60_000, ACCOUNTS[1], ACCOUNTS[0], yuan) for k, yuan in enumerate(parts)]
    events.append(txn(3, 10 * 60_000, ACCOUNTS[0], ACCOUNTS[2], 93_996.65))
    events.append(txn(4, 5 * DAY_MS, ACCOUNTS[0], ACCOUNTS[3], 500))
    assert features_of(events, ACCOUNT, OUT)["dwell_min"] == pytest.approx(9, abs=1)


def test_a_payment_after_long_silence_finds_everything_forgotten():
    rng = random.Random(1)
    events = [txn(1, 0, ACCOUNTS[1], ACCOUNTS[0], 5), txn(2, HOUR_MS, ACCOUNTS[1], ACCOUNTS[0], 5000)]
    events.append(txn(3, 60 * DAY_MS + rng.randrange(1000), ACCOUNTS[0], ACCOUNTS[2], 50))
    found = features_of(events, ACCOUNT, OUT)
    assert (found["in_5wd"], found["out_5wd"], found["hours_active_7d"], found["large_after_trial"]) == (0, 1, 1, 0)
