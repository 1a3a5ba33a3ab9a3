"""Working time, checked minute by minute against an obvious count."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.clocks import CHINA, Clock, state_of, urgency, working_hours_after, working_hours_before
from casework.policy import Policy, policy_from
from casework.refusal import BadPolicy

POLICY = Policy(holidays=("2026-03-04",), extra_workdays=("2026-03-07",))


def ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


@pytest.mark.parametrize(("start", "hours", "due"), [
    ("2026-03-02 10:00", 2, "2026-03-02 12:00"),
    ("2026-03-02 17:00", 2, "2026-03-03 10:00"),
    ("2026-03-03 17:00", 2, "2026-03-05 10:00"),  # the 4th is free
    ("2026-03-06 17:00", 2, "2026-03-07 10:00"),  # the 7th, a Saturday, is worked
    ("2026-03-08 12:00", 1, "2026-03-09 10:00"),
    ("2026-03-02 03:00", 9, "2026-03-02 18:00"),
])
def test_hours_count_only_while_people_work(start, hours, due):
    assert working_hours_after(ms(start), hours, POLICY) == ms(due)


def slow_minutes(start_ms: int, end_ms: int) -> int:
    moment, end = (datetime.fromtimestamp(ms / 1000, CHINA) for ms in (start_ms, end_ms))
    minutes = 0
    while moment < end:
        name = moment.date().isoformat()
        day = name == "2026-03-07" or (moment.weekday() < 5 and name != "2026-03-04")
        minutes += day and 9 <= moment.hour < 18
        moment += timedelta(minutes=1)
    return minutes


@given(st.integers(0, 10 * 1440), st.integers(1, 30))
def test_the_working_minutes_between_are_those_asked_for(minute, hours):
    start = ms("2026-03-01 00:00") + minute * 60_000
    due = working_hours_after(start, hours, POLICY)
    assert slow_minutes(start, due) == hours * 60
    assert slow_minutes(working_hours_before(due, hours, POLICY), due) == hours * 60


def test_a_clock_runs_presses_and_is_overdue():
    due = ms("2026-03-05 18:00")
    assert state_of(due, ms("2026-03-05 08:00"), POLICY) is Clock.RUNNING
    assert state_of(due, ms("2026-03-05 09:00"), POLICY) is Clock.PRESSING
    assert state_of(due, due + 1, POLICY) is Clock.OVERDUE
    assert state_of(0, due, POLICY) is Clock.NONE
    assert sorted([0, due, due - 1], key=urgency) == [due - 1, due, 0]


@pytest.mark.parametrize(("given", "says"), [
    ({"appeal_hour": 3}, "did you mean 'appeal_hours'"), ({"appeal_hours": -1}, "whole number"),
    ({"appeal_hours": True}, "whole number"), ({"holidays": ["2026-13-01"]}, "list of dates"),
    ({"day_start_h": 18}, "must be before"), ({"day_end_h": 25}, "must be before"),
])
def test_a_wrong_period_is_refused(given, says):
    with pytest.raises(BadPolicy, match=says):
        policy_from(given)
    assert policy_from({"appeal_hours": 5, "holidays": ["2026-10-01"]}).appeal_hours == 5
