"""Identities behind a value, against a count over all that was ever added; and that memory ends."""

import random

from hypothesis import given
from hypothesis import strategies as st

from features.openings.shared_values import MAX_IDENTITIES, SharedValues

WINDOW_MS = 100
uses = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(0, 40)), max_size=80)


@given(uses)
def test_it_counts_who_used_the_value_within_the_window(steps):
    values, past, now = SharedValues(WINDOW_MS, 1000), [], 0
    for value, holder, pause in steps:
        now += pause
        before = {h for v, h, t in past if v == value and t > now - WINDOW_MS}
        past.append((value, holder, now))
        sharing = values.add(value, holder, now)
        assert (sharing.identities, sharing.grew) == (len(before | {holder}), holder not in before)


@given(uses, st.integers(0, 79))
def test_a_snapshot_changes_nothing(steps, cut):
    once, other, now = SharedValues(WINDOW_MS, 3), SharedValues(WINDOW_MS, 3), 0
    for number, (value, holder, pause) in enumerate(steps):
        now += pause
        if number == cut:
            fresh = SharedValues(WINDOW_MS, 3)
            fresh.restore(other.snapshot())
            other = fresh
        assert once.add(value, holder, now) == other.add(value, holder, now)


def test_memory_follows_the_window_and_its_bounds():
    values = SharedValues(WINDOW_MS, 50)
    rng = random.Random(1)
    for now in range(0, 5000):
        values.add(rng.randrange(1, 10**6), 1, now)
        assert len(values) <= 50
    values.add(7, 1, 10**6)
    assert len(values) == 1, "what the window left behind is forgotten"
    for holder in range(1, 1000):
        assert values.add(7, holder, 10**6).identities <= MAX_IDENTITIES
