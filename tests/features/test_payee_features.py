"""Payments to one payee, held against each other: who talked with the same number."""

import numpy as np

from features.bounds import Bounds
from features.decay import DAY_MS
from features.payee_features import PAYMENTS, WINDOW_MS, PayeeFeatures
from features.payee_rows import payee_rows
from features.person_columns import JUDGED_ROW

T0 = 1_772_000_000_000
LINE, SHOP_LINE = 17_000_000_001, 17_000_000_009


def paid(person: int, at_min: float, caller: int = LINE, payee: int = 6_222_000_000_000_001, version: int = 1):
    row = np.zeros(1, JUDGED_ROW)
    row["uid"], row["entity"], row["paid"], row["version"] = 1000 * person + int(at_min), person, 1, version
    row["time"] = row["known_ms"] = T0 + int(at_min * 60_000)
    row["caller"], row["caller_digits"], row["payee"], row["payee_digits"] = caller, 11, payee, 16
    return row


def told(features: PayeeFeatures, *rows: np.ndarray) -> list[tuple[int, int, int, int]]:
    features.push(payee_rows(np.concatenate(rows)))
    judged = features.advance(int(max(row["known_ms"][0] for row in rows)))
    return [tuple(int(one[name]) for name in ("entity", "together", "payers", "version")) for one in judged]


def test_a_second_person_changes_what_is_said_of_the_first():
    features = PayeeFeatures()
    assert told(features, paid(1, 0)) == [(1, 1, 1, 1)]
    assert told(features, paid(2, 300)) == [(1, 2, 2, 2), (2, 2, 2, 1)]
    assert told(features, paid(3, 400, caller=SHOP_LINE)) == [(1, 2, 3, 3), (2, 2, 3, 2), (3, 1, 3, 1)]


def test_one_person_alone_is_nobody_else_however_often_they_pay():
    features = PayeeFeatures()
    told(features, paid(1, 0))
    assert told(features, paid(1, 10)) == [(1, 1, 1, 1)]


def test_other_payees_do_not_meet_and_old_payments_do_not_count():
    features = PayeeFeatures()
    told(features, paid(1, 0))
    assert told(features, paid(2, 1, payee=6_222_000_000_000_777)) == [(2, 1, 1, 1)]
    week = WINDOW_MS // 60_000 + 1
    assert told(features, paid(3, week)) == [(3, 1, 1, 1)]


def test_a_payment_that_is_judged_again_counts_once_and_gets_a_higher_version():
    features = PayeeFeatures()
    told(features, paid(1, 0), paid(2, 5))
    again = paid(2, 5, version=2)
    again["known_ms"] += 60_000
    assert told(features, again) == [(2, 2, 2, 2)]


def test_memory_is_bounded():
    features = PayeeFeatures(Bounds(max_entities=3))
    for payee in range(10):
        told(features, paid(payee, payee, payee=6_222_000_000_000_000 + payee))
    assert len(features) == 3
    busy = PayeeFeatures()
    for person in range(3 * PAYMENTS):
        (*_, last) = told(busy, paid(person, person, caller=LINE + person))
    assert last[1:3] == (1, PAYMENTS)
    told(busy, paid(99, 60 * 24 * 9, payee=6_222_000_000_000_002))
    assert len(busy) == 1 and busy.nbytes < 4096, f"silent for {WINDOW_MS / DAY_MS:g} days and forgotten"
