"""Hold the shards' features against the oracle's, row by row."""

import math

from features import account, phone
from features.bounds import Bounds
from features.roles import ACCOUNT, IN, NOTE, OUT, PHONE, SIGNAL
from tests.features.event_stream import WIDE, Step, run_features
from tests.features.oracle import DAY_MS, taken_rows
from tests.features.oracle_account import (
    ACCOUNT_BORDERLINE,
    ACCOUNT_EXACT,
    ACCOUNT_ORACLE,
    AccountPast,
    AccountPopulation,
)
from tests.features.oracle_past import Past
from tests.features.oracle_phone import PHONE_EXACT, PHONE_ORACLE, PhonePast, PhonePopulation

ORACLE = {PHONE: PHONE_ORACLE, ACCOUNT: ACCOUNT_ORACLE}
EXACT = {PHONE: PHONE_EXACT, ACCOUNT: ACCOUNT_EXACT}
FEATURES = {PHONE: phone.FEATURES, ACCOUNT: account.FEATURES}
_OF_PHONES = {
    name: PHONE_ORACLE[name]
    for name in ("device_confirmed_cards", "elsewhere_since_silence", "away_province_share_7d", "peers_novel_calls_1d")
    + ("novel_calls_above_peers", "novel_sms_above_peers")
}
_PAST = {PHONE: PhonePast, ACCOUNT: AccountPast}


def expected(steps: list[Step], bounds: Bounds = WIDE):
    """Yield (step, row, past) for each event and note."""
    pasts: dict[tuple, Past] = {}
    since = {PHONE: 2**63, ACCOUNT: 2**63}
    populations = {PHONE: PhonePopulation(), ACCOUNT: AccountPopulation()}
    for number, row in taken_rows(steps, bounds.silence_days * DAY_MS):
        past = pasts.get((row.kind, row.card))
        if past is None or row.time - past.clock > bounds.silence_days * DAY_MS:
            past = pasts[row.kind, row.card] = _PAST[row.kind](row.card)
        if row.role >= OUT:
            since[row.kind] = min(since[row.kind], row.time)
        past.take(row, since[row.kind])
        past.population = populations[row.kind]
        if row.role != SIGNAL:
            yield number, row, past
        past.population.learn(past, row)  # after the row was held against it


def check_against_oracle(steps: list[Step], bounds: Bounds = WIDE) -> dict[int, int]:
    """Every row in the same order, every feature equal; returns the rows compared by kind."""
    found = {PHONE: [], ACCOUNT: []}
    for number, features in run_features(steps, bounds):
        events = features.rows["role"] != SIGNAL
        rows, matrix = features.rows[events], features.matrix[events]
        found[features.kind] += [(number, *pair) for pair in zip(rows, matrix.tolist())]
    unread = {kind: iter(rows) for kind, rows in found.items()}
    for number, row, past in expected(steps, bounds):
        got_number, got, values = next(unread[row.kind])
        assert (got_number, got["time"], got["uid"], got["role"]) == (number, row.time, row.uid, row.role)
        for name, value in zip(FEATURES[row.kind], values):
            if name in _not_compared(past):
                continue
            want = ORACLE[row.kind][name](past)
            exact = name in EXACT[row.kind]
            equal = value == want if exact else math.isclose(value, want, rel_tol=1e-4, abs_tol=_dust(name))
            assert equal, f"{name} of {row.card} at {row.time} ({row.event}): {value}, oracle {want}"
    assert [next(rest, None) for rest in unread.values()] == [None, None]
    return {kind: len(rows) for kind, rows in found.items()}


def _dust(name: str) -> float:
    """Times are whole milliseconds inside; the rest differs by rounding alone."""
    if name.endswith("_peers"):
        return 1e-3
    return 0.01 if name == "dwell_min" else 2e-6


def _not_compared(past: Past) -> set[str]:
    """What rounding may decide either way."""
    linked = {"linked_28d"}  # see test_links.py
    return linked | ACCOUNT_BORDERLINE if isinstance(past, AccountPast) and past.borderline else linked


def contents(steps: list[Step], kind: int) -> dict[str, int]:
    """What a stream holds, so that a test can make sure that it tests something."""
    names = ("out", "in", "note", "self", "late", "twice", "told", "awake", "novel", "known", *_OF_PHONES)
    seen = dict.fromkeys(names, 0)
    arrived, watermark = set(), -1
    for step in steps:
        for _, event in step.events:
            seen["twice"] += event["event_id"] in arrived
            seen["late"] += event["event_time"] <= watermark
            arrived.add(event["event_id"])
        watermark = step.watermark_ms
    for _, row, past in expected(steps):
        if row.kind != kind:
            continue
        seen["out"] += row.role == OUT
        seen["in"] += row.role == IN
        seen["note"] += row.role == NOTE
        seen["self"] += row.role == OUT and row.peer == row.card
        seen["told"] += past.device_cards() > 0
        for name, holds in _OF_PHONES.items():
            seen[name] += kind != PHONE or holds(past) > 0
        seen["awake"] += past.silent_d > 0
        if row.role == OUT:
            seen["novel" if past.events[-1].novel else "known"] += 1
    return seen
