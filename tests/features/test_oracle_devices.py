"""How many cards use a device, against the slow oracle."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.bounds import Bounds
from features.device import CARDS
from features.device_features import DeviceFeatures
from features.partition import device_rows, event_uids
from features.roles import ACCOUNT, PHONE
from features.subbatch import SubBatch
from tests.features.event_stream import LATENESS_MS, START_MS, WIDE, arrivals, decoded, random_events
from tests.features.oracle import DAY_MS, DeviceOracle


def told(signals: np.ndarray) -> list[tuple]:
    return [tuple(int(s[n]) for n in ("time", "uid", "card_kind", "value", "balance")) for s in signals]


def check_devices(steps, bounds: Bounds = WIDE) -> int:
    """Same signals in the same order within each kind of card; returns how many there were."""
    shard, oracle = DeviceFeatures(bounds), DeviceOracle(bounds.silence_days * DAY_MS)
    count = 0
    for step in steps:
        for topic in {topic: None for topic, _ in step.events}:
            batch = decoded(topic, [event for t, event in step.events if t == topic])
            shard.push(SubBatch(device_rows(batch, event_uids(batch))))
        for topic, event in step.events:
            oracle.take(topic, event)
        got = told(shard.advance(step.watermark_ms))
        want = [(r.time, r.uid, r.kind, r.value, r.confirmed) for r in oracle.signals(step.watermark_ms)]
        for kind in (PHONE, ACCOUNT):
            assert [s for s in got if s[2] == kind] == [s for s in want if s[2] == kind]
        count += len(got)
    return count


def calls(rng: random.Random, count: int, devices: int, cards: int, gaps_ms=(0, 1000, 60_000, 50_000_000)):
    """Calls from a few handsets; nothing else counts here."""
    now, events = START_MS, []
    for k in range(count):
        now += rng.choice(gaps_ms)
        caller = f"1380000{rng.randrange(cards):04d}"
        event = {"event_id": f"e{k}", "event_time": now, "kind": "voice", "caller": caller, "callee": "1"}
        events.append(("cdr", event | {"imei": f"i{rng.randrange(devices)}"}))
    return events


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 80), devices=st.integers(1, 3), cards=st.integers(1, CARDS))
def test_handsets(seed, count, devices, cards):
    rng = random.Random(seed)
    check_devices(arrivals(rng, calls(rng, count, devices, cards)))


def test_handsets_are_told_of_at_all():
    rng = random.Random(1)
    assert check_devices(arrivals(rng, calls(rng, 300, 3, 20))) > 100


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_handsets_silent_for_longer_than_the_bounds_allow(seed):
    rng = random.Random(seed)
    events = calls(rng, 80, 6, 20, (0, 1000, 3_600_000, 100_000_000))
    check_devices(arrivals(rng, events, late=0), Bounds(silence_days=2))


@pytest.mark.parametrize("cards", [CARDS, CARDS + 1, 3 * CARDS])
def test_more_cards_than_are_remembered_read_as_that_many(cards):
    events = calls(random.Random(2), 0, 1, 1)
    for k in range(cards):
        event = {"event_id": f"e{k}", "event_time": START_MS + k, "kind": "voice", "callee": "1", "imei": "i"}
        events.append(("cdr", event | {"caller": f"13{k:09d}"}))
    batch = decoded("cdr", [event for _, event in events])
    shard = DeviceFeatures()
    shard.push(SubBatch(device_rows(batch, event_uids(batch))))
    values = [value for *_, value, _ in told(shard.advance(START_MS + LATENESS_MS))]
    assert values == [min(k, CARDS) for k in range(3, cards + 1)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_devices_that_phones_and_accounts_share(seed):
    """The same identifier may come with a call and with a payment: one device, one order of time."""
    rng = random.Random(seed)
    events = random_events(rng, 300, 8)
    for topic, event in events:
        name = {"cdr": "imei", "txn": "device"}.get(topic)
        if event.get(name):
            event[name] = f"x{rng.randrange(2)}"
    assert check_devices(arrivals(rng, events)) > 100


@pytest.mark.parametrize(("age_s", "cards"), [(7 * 86_400, 4), (7 * 86_400 + 1, 3)])
def test_a_card_counts_for_a_week_to_the_second(age_s, cards):
    times_ms = [START_MS, START_MS + 5000_000, START_MS + 5000_000, START_MS + age_s * 1000]
    events = [
        {"event_id": f"e{k}", "event_time": t, "kind": "voice", "caller": f"13{k:09d}", "callee": "1", "imei": "i"}
        for k, t in enumerate(times_ms)
    ]
    batch = decoded("cdr", events)
    shard = DeviceFeatures()
    shard.push(SubBatch(device_rows(batch, event_uids(batch))))
    assert told(shard.advance(2**62))[-1][-2] == cards


def test_a_late_use_does_not_make_a_card_older():
    """Used on day 6 and, as is learned later, on day 1: on day 9 it still counts."""
    days = (6, 1, 8, 9)
    callers = ("1", "1", "2", "3")
    shard, values = DeviceFeatures(), []
    for k, (day, caller) in enumerate(zip(days, callers)):
        event = {"event_id": f"e{k}", "event_time": START_MS + day * DAY_MS, "kind": "voice", "caller": caller}
        batch = decoded("cdr", [event | {"callee": "9", "imei": "i"}])
        shard.push(SubBatch(device_rows(batch, event_uids(batch))))
        values += [value for *_, value, _ in told(shard.advance(START_MS + day * DAY_MS))]
    assert values == [3]
