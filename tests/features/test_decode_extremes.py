"""What attackers send neither crashes the decoder nor slows it down."""

import time

import pytest

from features.decode import decode
from features.peek import peek_time
from tests.features.decoded import fates
from tests.features.raw_records import LATEST_MS, T

_GOOD = f'{{"event_id":"1","event_time":{T},"payer":"A","payee":"B","amount":1}}'.encode()
_LONG = b'{"memo":"' + b"x" * 5_000_000 + b'"}'
_EXTREME = {
    "five megabytes": (_LONG, "too_long"),
    "five megabytes of brackets": (b"[" * 5_000_000, "too_long"),
    "five megabytes of nothing": (b"\x00" * 5_000_000, "too_long"),
    "100,000 deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_long"),
    "60,000 deep": (b"[" * 30_000 + b"]" * 30_000, "too_deep"),
    "60,000 deep, unclosed": (b"[" * 60_000, "too_deep"),
    "deep behind closing brackets": (b"]" * 30_000 + b"[" * 30_000, "malformed_json"),
    "number of 60,000 digits": (b'{"event_time":' + b"9" * 60_000 + b"}", "malformed_json"),
    "60,000 backslashes": (b'{"event_id":"' + b"\\" * 60_000 + b'"}', None),
    "10,000 keys": (b"{" + b",".join(b'"k%d":1' % k for k in range(5_000)) + b"}", "missing_field"),
}


@pytest.mark.parametrize("name", list(_EXTREME))
def test_refused_and_its_neighbours_kept(name):
    line, reason = _EXTREME[name]
    started = time.process_time()
    outcome = fates("txn", _GOOD + b"\n" + line + b"\n" + _GOOD)
    assert [fate[1] for fate in outcome[::2]] == ["kept", "kept"]
    assert outcome[1][1] != "kept" and reason in (None, outcome[1][1])
    assert outcome[1][3] == line
    assert time.process_time() - started < 5
    assert peek_time("txn", line, LATEST_MS) is None


def test_no_time_is_looked_for_in_a_line_that_is_too_long():
    """Brackets alone would take a hundred times their bytes to parse."""
    assert peek_time("txn", _GOOD + b" " * 70_000, LATEST_MS) == T
    assert peek_time("txn", _GOOD[:-1] + b',"extra":[' + b"[]," * 30_000 + b"1]}", LATEST_MS) is None


def test_a_chunk_of_a_hundred_thousand_empty_objects():
    batch = decode("txn", b"{}\n" * 100_000, 0, LATEST_MS)
    assert len(batch.rejects) == 100_000
    assert {str(r.reason) for r in batch.rejects} == {"missing_field"}
