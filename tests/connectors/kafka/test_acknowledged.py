"""How far acknowledgements reach without a gap, in whatever order they come."""

from confluent_kafka import KafkaError
from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka.acknowledged import Acknowledged


@given(st.lists(st.integers(0, 4), min_size=1, max_size=8), st.randoms())
def test_the_mark_is_never_beyond_a_message_that_is_missing(sizes, random):
    acknowledged: Acknowledged[int] = Acknowledged()
    waiting = []
    for mark, size in enumerate(sizes):
        for _ in range(size):
            acknowledged.open.waiting += 1
            waiting.append((mark, acknowledged.open.answered))
        acknowledged.close_stretch(mark)
    random.shuffle(waiting)
    while True:
        missing = min((mark for mark, _ in waiting), default=len(sizes))
        assert (acknowledged.advance() if missing else acknowledged.advance() or 0) == max(missing - 1, 0)
        if not waiting:
            break
        waiting.pop()[1](None, None)


def test_a_message_that_was_given_up_holds_the_mark_for_good():
    acknowledged: Acknowledged[str] = Acknowledged()
    for mark in "ab":
        acknowledged.open.waiting += 1
        failing = acknowledged.open.answered
        acknowledged.close_stretch(mark)
        if mark == "a":
            failing(KafkaError(KafkaError._MSG_TIMED_OUT), None)
        else:
            failing(None, None)
    assert acknowledged.advance() is None
    assert [error.code() for error in acknowledged.errors] == [KafkaError._MSG_TIMED_OUT]


def test_before_anything_is_complete_there_is_no_mark():
    acknowledged: Acknowledged[int] = Acknowledged()
    acknowledged.open.waiting += 1
    acknowledged.close_stretch(7)
    assert acknowledged.advance() is None
