"""Memory of a shard is bounded, and who is forgotten follows from the order of events."""

import numpy as np
import pytest

from features.bounds import Bounds
from features.decay import DAY_MS
from features.roles import ACCOUNT, CARD_ROW, OUT, PHONE
from tests.features.laws import END_MS, in_parts, run
from tests.features.subjects import Cards, Devices

SUBJECTS = pytest.mark.parametrize("subject", [Cards, Devices])
SHOWN = {Cards: lambda s: s.shard.tables[PHONE], Devices: lambda s: s.shard.table}


def rows_of(dtype: np.dtype, entities: np.ndarray, first_ms: int = DAY_MS, gap_ms: int = 1000) -> np.ndarray:
    """One outgoing row for each entity named, in order."""
    rows = np.zeros(len(entities), dtype)
    rows["time"] = first_ms + gap_ms * np.arange(len(entities))
    rows["uid"] = rows["time"].astype(np.uint64) * 2 + 1
    rows["entity"] = entities.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1)
    rows["role"], rows["card_kind"] = OUT, PHONE
    if dtype == CARD_ROW:
        rows["peer"] = rows["uid"]
    else:
        rows["card"] = rows["uid"] << np.uint64(32)
    return rows


@SUBJECTS
@pytest.mark.parametrize("most", [1, 20, 100])
def test_ten_times_as_many_entities_as_allowed(subject, most):
    one = subject(Bounds(max_entities=most))
    rng = np.random.default_rng(most)
    rows = rows_of(one.dtype, rng.integers(0, 10 * most, 50 * most))
    for part, watermark_ms in in_parts(rows, list(range(0, len(rows), 97))):
        one.push(part)
        one.step(watermark_ms)
        assert len(SHOWN[subject](one)) <= most
    table = SHOWN[subject](one)
    assert len(table) == most and table.evicted >= 9 * most
    width = table.snapshot_nbytes // most
    assert len(one.snapshot()) < most * width + 8 * (1 << 14) * 2 + 4096


@SUBJECTS
def test_who_is_evicted_does_not_depend_on_batches(subject):
    rng = np.random.default_rng(1)
    rows = rows_of(subject.dtype, rng.integers(0, 300, 1500))
    states = [
        run(subject(Bounds(max_entities=30)), in_parts(rows, cuts))[1].snapshot()
        for cuts in ([], list(range(1500)), [3, 700, 701], list(range(0, 1500, 64)))
    ]
    assert len(set(states)) == 1


@SUBJECTS
def test_the_most_silent_in_sight_makes_room(subject):
    """With room for 16, all are in sight: the one longest silent goes, whoever came first."""
    one = subject(Bounds(max_entities=16))
    order = np.array([*range(16), 0, 1, 2, 16])
    rows = rows_of(one.dtype, order)
    run(one, in_parts(rows, []))
    kept = set(SHOWN[subject](one).entity.tolist()) - {0}
    gone = [k for k in range(17) if int(rows["entity"][order == k][0]) not in kept]
    assert gone == [3]


@SUBJECTS
def test_the_silent_are_forgotten_by_and_by(subject):
    one = subject(Bounds(silence_days=2))
    old = rows_of(one.dtype, np.arange(100))
    new = rows_of(one.dtype, np.arange(1000, 1300), first_ms=DAY_MS + 3 * DAY_MS)
    run(one, in_parts(np.concatenate([old, new]), []))
    table = SHOWN[subject](one)
    assert not set(old["entity"].tolist()) & set(table.entity.tolist())
    assert len(table) == 300


def test_who_returns_after_the_silence_starts_anew():
    one = Cards(Bounds(silence_days=2))
    rows = rows_of(CARD_ROW, np.array([1, 1, 1, 1]), gap_ms=DAY_MS)
    rows["time"][3] += 2 * DAY_MS + 1
    out, _ = run(one, in_parts(rows, [1, 2, 3]))
    events_seen = [np.frombuffer(values, np.float32)[23] for _, values in out[PHONE]]
    assert events_seen == [1, 2, 3, 1]


@SUBJECTS
def test_repeated_rows_of_few_entities_take_no_more_memory(subject):
    sizes = []
    for count in (100, 10_000):
        _, one = run(subject(), in_parts(rows_of(subject.dtype, np.arange(count) % 10), list(range(0, count, 50))))
        sizes.append(len(one.snapshot()))
    assert abs(sizes[1] - sizes[0]) < 100  # the head spells larger numbers


@SUBJECTS
def test_rows_wait_only_for_the_watermark(subject):
    one = subject()
    rows = rows_of(subject.dtype, np.arange(100))
    one.push(rows)
    one.step(int(rows["time"][59]))
    assert one.shard.order.held == 40
    assert one.shard.order.held_from_ms == rows["time"][60]
    one.step(END_MS)
    assert (one.shard.order.held, one.shard.order.held_from_ms) == (0, 2**63 - 1)


def test_names_of_forgotten_cards_are_let_go_of():
    count = 2000
    rows = rows_of(CARD_ROW, np.arange(count))
    one = Cards(Bounds(max_entities=50), {int(e): f"wallet:{e}" for e in rows["entity"]})
    run(one, in_parts(rows, list(range(0, count, 50))))
    assert len(one.shard._names) <= 500


def test_the_two_kinds_have_room_of_their_own():
    one = Cards(Bounds(max_entities=10))
    phones, accounts = rows_of(CARD_ROW, np.arange(30)), rows_of(CARD_ROW, np.arange(30))
    accounts["card_kind"] = ACCOUNT
    accounts["uid"] += np.uint64(7)
    run(one, [(phones, 0), (accounts, END_MS)])
    assert [len(table) for table in one.shard.tables] == [10, 10]
