"""When a message is due, by a clock that the test sets."""

import pytest

from jobs.ingest.pace import Pace


class Clock:
    """Time passes only while somebody waits."""

    def __init__(self):
        self.now_s = 100.0
        self.waits = []

    def __call__(self):
        return self.now_s

    def wait(self, seconds):
        self.waits.append(seconds)
        self.now_s += seconds


def _ends(pace, clock, messages):
    ends = []
    for records, time_ms in messages:
        pace.await_due(records, time_ms)
        ends.append(round(clock.now_s - 100, 6))
    return ends


def test_without_a_wish_nothing_waits():
    clock = Clock()
    assert _ends(Pace(None, None, clock.wait, clock), clock, [(5, 0), (5, 10**9)]) == [0, 0] and not clock.waits


def test_a_rate_counts_records_not_messages():
    clock = Clock()
    assert _ends(Pace(10, None, clock.wait, clock), clock, [(1, 0), (5, 0), (1, 0), (1, 0)]) == [0, 0.1, 0.6, 0.7]


def test_a_speed_follows_event_time():
    clock = Clock()
    pace = Pace(None, 60, clock.wait, clock)
    assert _ends(pace, clock, [(1, 5_000), (1, 65_000), (1, 65_000), (1, 30_000), (1, 125_000)]) == [0, 1, 1, 1, 2]


def test_the_slower_of_both_wins():
    clock = Clock()
    assert _ends(Pace(1, 1, clock.wait, clock), clock, [(1, 0), (1, 100), (1, 5_000)]) == [0, 1, 5]


def test_after_a_pause_what_is_overdue_goes_at_once():
    clock = Clock()
    pace = Pace(10, None, clock.wait, clock)
    pace.await_due(1, 0)
    clock.now_s += 1
    assert _ends(pace, clock, [(1, 0)] * 11)[-2:] == [1.0, pytest.approx(1.1)]


def test_waits_are_short_enough_to_serve_in_between():
    clock = Clock()
    pace = Pace(None, 1, clock.wait, clock)
    _ends(pace, clock, [(1, 0), (1, 10_000)])
    assert max(clock.waits) <= 0.1 and sum(clock.waits) == pytest.approx(10)
