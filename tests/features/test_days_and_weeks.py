"""Rings of working days, generations of bits and decayed sums against the calendar and the sum itself."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.decay import DAY_MS, HALF_LIVES_MS, HOUR_MS, add_all, decay_all
from features.generations import GENERATION_MS, count_bits, estimate_distinct, turn
from features.working_days import DAYS, add_half, advance_ring, ring_sum, working_day
from tests.features.event_stream import START_MS
from tests.features.oracle import last_working_days, local
from tests.features.oracle import working_day as slow_working_day

_STEPS_MS = st.sampled_from([0, HOUR_MS, 9 * HOUR_MS, DAY_MS, 2 * DAY_MS, 5 * DAY_MS, 30 * DAY_MS, -DAY_MS, -5 * DAY_MS,
                             -6 * DAY_MS, -7 * DAY_MS, -8 * DAY_MS])  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 4_000_000_000_000), st.integers(0, 20))
def test_working_days_count_up_by_one(ms, days):
    later = ms + days * DAY_MS
    ahead = {slow_working_day(ms + k * DAY_MS) for k in range(days + 1)} - {slow_working_day(ms)}
    assert working_day(later) - working_day(ms) == len(ahead)


def test_a_week_of_working_days():
    """Monday 2 to Monday 9 March 2026, local time; the weekend counts with its Friday."""
    first = working_day(START_MS)
    assert local(START_MS).date() == date(2026, 3, 2)
    assert [working_day(START_MS + k * DAY_MS) - first for k in range(8)] == [0, 1, 2, 3, 4, 4, 4, 5]
    midnight = START_MS - 11 * HOUR_MS
    assert working_day(midnight) - working_day(midnight - 1) == 1


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(_STEPS_MS, st.booleans()), min_size=1, max_size=40))
def test_the_ring_counts_the_last_five_working_days(steps):
    """A late event counts on its own day while that is in the ring, else on the newest."""
    words = np.zeros(1 + 2 * DAYS, np.uint32)
    now_ms, newest, counted = START_MS, date(1970, 1, 1), []
    for step_ms, high in steps:
        now_ms += step_ms
        place = advance_ring(words, 1, 0, now_ms)
        add_half(words, 1 + place, high)
        own = slow_working_day(now_ms)
        newest = max(newest, own)
        in_force = last_working_days(newest, DAYS)
        counted.append((own if own in in_force else newest, high))
        for half in (False, True):
            assert ring_sum(words, 1, half) == sum(day in in_force and h == half for day, h in counted)


def test_a_half_stays_at_its_largest():
    words = np.array([0xFFFE_FFFE], np.uint32)
    for _ in range(3):
        add_half(words, 0, False)
        add_half(words, 0, True)
    assert words[0] == 0xFFFF_FFFF


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(_STEPS_MS, st.integers(0, 63))))
def test_bits_of_this_half_week_and_the_last(steps):
    words = np.zeros(5, np.uint32)
    now_ms, current, seen = START_MS, 0, []
    for step_ms, bit in steps:
        now_ms += step_ms
        turn(words, 1, 2, 0, now_ms)
        words[0] = max(words[0], np.uint32(now_ms // GENERATION_MS))
        words[1 + bit // 32] |= np.uint32(1) << np.uint32(bit % 32)
        current = max(current, now_ms // GENERATION_MS)
        seen.append((current, bit))
        recent = {b for generation, b in seen if generation >= current - 1}
        assert count_bits(words, 1, 2) == len(recent)


def test_distinct_elements_are_estimated_to_a_tenth():
    """What the docstring promises for 64 bits: a standard error below 10 % up to 32 elements."""
    rng = np.random.default_rng(1)
    for count in (1, 5, 16, 32):
        errors = []
        for _ in range(300):
            words = np.zeros(4, np.uint32)
            for bit in rng.integers(0, 64, count).tolist():
                words[bit // 32] |= np.uint32(1 << bit % 32)
            errors.append(estimate_distinct(words, 0, 2) / count - 1)
        assert abs(np.mean(errors)) < 0.05 and np.std(errors) < 0.11
    assert estimate_distinct(np.full(4, 0xFFFF_FFFF, np.uint32), 0, 2) == pytest.approx(64 * np.log(64))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 1), st.floats(0.25, 1e5, width=32)), max_size=40))
def test_decayed_sums_are_the_sums_of_what_decayed(steps):
    accumulators, now_ms, seen = np.zeros(6, np.float32), 0, []
    for gap_ms, quantity, value in steps:
        now_ms += gap_ms
        decay_all(accumulators, gap_ms)
        add_all(accumulators, quantity, np.float32(value))
        seen.append((now_ms, quantity, value))
    for quantity in (0, 1):
        for scale, half_life_ms in enumerate(HALF_LIVES_MS):
            want = sum(v * 2 ** (-(now_ms - t) / half_life_ms) for t, q, v in seen if q == quantity)
            assert accumulators[3 * quantity + scale] == pytest.approx(want, rel=1e-4, abs=1e-6)


def test_time_does_not_run_backwards():
    accumulators = np.array([1, 2, 3], np.float32)
    decay_all(accumulators, -5 * DAY_MS)
    assert accumulators.tolist() == [1, 2, 3]
    assert timedelta(milliseconds=HALF_LIVES_MS[2]) == timedelta(days=7)
