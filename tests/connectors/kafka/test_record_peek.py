"""Key and time from a record's bytes: what the decoder finds, or nothing."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka.record_peek import key_of, time_of
from features.events import TOPICS

_KEYS = {
    "cdr": ({"caller": "13800000001", "callee": "13800000002"}, b"phone:13800000001"),
    "txn": ({"payer": "6222021", "payee": "6222022", "payer_phone": "138"}, b"account:6222021"),
    "card": ({"card": "account:6222021", "holder": "h"}, b"account:6222021"),
    "lead": ({"source": "s", "card": "phone:13800000001"}, b"phone:13800000001"),
    "verdict": ({"card": "phone:13800000001", "verdict": "cleared"}, b"phone:13800000001"),
    "watchlist": ({"list": "l", "card": "phone:13800000001"}, b"phone:13800000001"),
}


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" , ", " :\t")])
def test_the_key_is_the_card_whose_order_counts(topic, separators):
    record, key = _KEYS[topic]
    assert key_of(topic, json.dumps(record, separators=separators).encode()) == key


@pytest.mark.parametrize("line", [
    b"", b"{}", b"not json", b'{"caller": 5}', b'{"caller": ""}', b"\xff\xfe", b'{"caller": "1',
])
def test_a_record_that_has_none_has_none(line):
    assert key_of("cdr", line) is None and time_of("cdr", line) is None


def test_names_within_values_are_no_names():
    line = json.dumps({"memo": '"payer":"666","event_time":1', "payer": "1", "event_time": 1767225600000}).encode()
    assert key_of("txn", line) == b"account:1" and time_of("txn", line) == 1767225600000


@given(st.datetimes(datetime(2001, 10, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60), st.booleans())
def test_times_are_read_as_they_are_written(moment, offset_minutes, as_number):
    moment = moment.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    ms = round(moment.timestamp() * 1000)
    given_time = ms if as_number else moment.isoformat()
    assert time_of("cdr", json.dumps({"event_time": given_time}).encode()) == ms


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "yesterday, noon"])
def test_what_is_no_time_with_an_offset_is_none(text):
    assert time_of("lead", json.dumps({"pushed_at": text}).encode()) is None
    assert time_of("lead", json.dumps({"pushed_at": datetime.now(UTC).isoformat()}).encode())
