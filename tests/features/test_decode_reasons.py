"""Bad records written by hand, and the reason each must be refused with."""

import pytest

from features.decode import decode
from tests.features.raw_records import LATEST_MS, T

_TXN = {"event_id": '"1"', "event_time": str(T), "payer": '"A"', "payee": '"B"', "amount": "1"}
_CDR = {"event_id": '"1"', "event_time": str(T), "kind": '"voice"', "caller": '"1"', "callee": '"2"'}
_CARD = {"event_id": '"1"', "event_time": str(T), "card": '"phone:1"', "action": '"open"'}
_CARD |= {"holder": '"h"', "branch": '"b"'}
_LEAD = {"lead_id": '"1"', "pushed_at": str(T), "source": '"s"', "card": '"phone:1"'}
_GOOD = {"txn": _TXN, "cdr": _CDR, "card": _CARD, "lead": _LEAD}


def record(topic: str, **changes: str | None) -> bytes:
    """A good record with fields replaced by JSON texts, or left out where None."""
    fields = {name: text for name, text in (_GOOD[topic] | changes).items() if text is not None}
    return ("{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}").encode()


_ISO_WRONG = ("2026-03-02T11:00:00", "2026-02-30T00:00:00Z", "2026-03-02T24:30:00Z", "2026-03-02", "20260302T110000Z")

CASES = [
    ("invalid_utf8", "txn", record("txn")[:-1] + b',"memo":"\xff"}'),
    ("invalid_utf8", "txn", b"\xff\xfe" + record("txn")),
    ("malformed_json", "txn", record("txn")[:-1]),
    ("malformed_json", "txn", record("txn") + record("txn")),
    ("malformed_json", "txn", b"\xef\xbb\xbf" + record("txn")),
    ("malformed_json", "txn", record("txn", amount="NaN")),
    ("malformed_json", "txn", record("txn", amount="-Infinity")),
    ("malformed_json", "txn", record("txn", amount="1e400")),
    ("malformed_json", "txn", record("txn", extra="1e400")),
    ("malformed_json", "txn", record("txn", extra="9" * 30 + "e300")),
    ("malformed_json", "txn", record("txn", extra="[9" + "0" * 300 + "e9]")),
    ("malformed_json", "txn", record("txn", extra='{"a":-' + "9" * 309 + "}")),
    ("malformed_json", "txn", record("txn", amount="9" * 310)),
    ("malformed_json", "txn", record("txn", memo='"\\ud800"')),
    ("malformed_json", "txn", record("txn", memo='"\\udc00x"')),
    ("malformed_json", "txn", record("txn", memo='"a\tb"')),
    ("malformed_json", "txn", record("txn") + b"\x00"),
    ("malformed_json", "cdr", b"event_id,event_time,kind"),
    ("not_an_object", "txn", b"[" + record("txn") + b"]"),
    ("not_an_object", "txn", b'"text"'),
    ("not_an_object", "txn", b"null"),
    ("too_long", "txn", record("txn", memo='"' + "x" * 66_000 + '"')),
    ("too_deep", "txn", record("txn", extra="[" * 33 + "]" * 33)),
    ("missing_field", "txn", record("txn", payer=None)),
    ("missing_field", "txn", record("txn", payer="null")),
    ("missing_field", "txn", record("txn", payer='""')),
    ("missing_field", "txn", record("txn", amount="null")),
    ("missing_field", "txn", record("txn", event_time=None)),
    ("missing_field", "cdr", record("cdr", kind=None)),
    ("missing_field", "card", record("card", branch=None)),
    ("wrong_type", "txn", record("txn", payer="6222")),
    ("wrong_type", "txn", record("txn", amount="true")),
    ("wrong_type", "txn", record("txn", event_time="{}")),
    ("wrong_type", "txn", record("txn", memo="[1]")),
    ("wrong_type", "cdr", record("cdr", duration_s='"60"')),
    ("wrong_type", "cdr", record("cdr", answered="1")),
    ("bad_value", "txn", record("txn", amount='"1e3"')),
    ("bad_value", "txn", record("txn", amount="12.345")),
    ("bad_value", "txn", record("txn", amount="12.340000001")),
    ("bad_value", "txn", record("txn", amount='"12.340001"')),
    ("bad_value", "txn", record("txn", amount="0.0100000001")),
    ("bad_value", "txn", record("txn", amount='"99999999999.999999"')),
    ("bad_value", "txn", record("txn", amount="99999999999.9999")),
    ("bad_value", "txn", record("txn", amount=f'"{"0" * 15}1"')),
    ("bad_value", "txn", record("txn", payer='"a b"')),
    ("bad_value", "txn", record("txn", payer='"甲"')),
    ("bad_value", "txn", record("txn", channel='"carrier pigeon"')),
    ("bad_value", "txn", record("txn", memo='"\\u0000"')),
    ("bad_value", "txn", record("txn", memo='"\\u0085"')),
    ("bad_value", "txn", record("txn", memo='"\x80"')),
    ("bad_value", "card", record("card", holder='"h\x9f"')),
    ("bad_value", "cdr", record("cdr", caller=f'"{"1" * 41}"')),
    ("bad_value", "card", record("card", card='"13800000001"')),
    ("bad_value", "card", record("card", card='"phone:"')),
    ("out_of_range", "txn", record("txn", amount="-5")),
    ("out_of_range", "txn", record("txn", amount="0")),
    ("out_of_range", "txn", record("txn", amount='"100000000000.01"')),
    ("out_of_range", "cdr", record("cdr", duration_s="-1")),
    ("out_of_range", "cdr", record("cdr", duration_s="604801")),
    ("out_of_range", "txn", record("txn", event_time=f"{T}.5")),
    ("out_of_range", "txn", record("txn", event_time=str(2**63))),
    ("too_far_past", "txn", record("txn", event_time="315532799999")),
    ("too_far_past", "txn", record("txn", event_time=str(-(2**63)))),
    ("too_far_past", "cdr", record("cdr", event_time='"1979-12-31T23:59:59Z"')),
    ("too_far_past", "lead", record("lead", due_at="0")),
    ("too_far_future", "txn", record("txn", event_time=str(LATEST_MS + 1))),
    ("too_far_future", "lead", record("lead", pushed_at='"2099-01-01T00:00:00Z"')),
    ("too_far_future", "lead", record("lead", due_at='"2300-01-01T00:00:00Z"')),
    ("too_far_future", "lead", record("lead", due_at=str(2**62))),
    *(("bad_time", "txn", record("txn", event_time=f'"{text}"')) for text in (*_ISO_WRONG, "")),
]


@pytest.mark.parametrize(("reason", "topic", "raw"), CASES, ids=[f"{k}-{c[0]}" for k, c in enumerate(CASES)])
def test_refused_with_the_right_reason(reason, topic, raw):
    batch = decode(topic, raw, 0, LATEST_MS)
    assert [str(r.reason) for r in batch.rejects] == [reason]


ACCEPTED = [
    ("txn", record("txn", amount="100000000000")),
    ("txn", record("txn", event_time=str(LATEST_MS))),
    ("txn", record("txn", event_time="315532800000")),
    ("txn", record("txn", extra="[" * 30 + "]" * 30, memo="null", channel="null")),
    ("cdr", record("cdr", duration_s="604800", answered="false") + b"\r"),
    ("cdr", record("cdr", caller=f'"{"1" * 40}"')),
    ("lead", record("lead", due_at='"2299-12-31T23:59:59.999Z"')),
    ("txn", record("txn", amount='"12.340000"')),
    ("txn", record("txn", amount="12.340000000", extra="1e308")),
    ("txn", record("txn", extra="9" * 308)),
    ("txn", record("txn", extra=f'"{"9" * 400}"')),
    ("txn", record("txn", memo='"\xa0\u2028\u202e\ufeff"')),
    ("card", record("card", holder=f'"{"长" * 64}"')),
]


@pytest.mark.parametrize(("topic", "raw"), ACCEPTED)
def test_just_within_the_bounds(topic, raw):
    assert not decode(topic, raw, 0, LATEST_MS).rejects


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (record("txn", payer=None), "payer"),
        (record("txn", payer="6222"), "payer"),
        (record("txn", channel='"pigeon"'), "channel"),
        (record("txn", amount="0"), "amount"),
        (record("txn", balance_after='"x"'), "balance_after"),
    ],
)
def test_the_detail_names_the_field(raw, names):
    assert names in decode("txn", raw, 0, LATEST_MS).rejects[0].detail


def test_a_card_number_is_in_no_detail():
    """Details are shown and logged; the bytes themselves lie in the dead letters only."""
    for _, topic, raw in CASES:
        raw = raw.replace(b'"A"', b'"6222000011112222"')
        for reject in decode(topic, raw, 0, LATEST_MS).rejects:
            assert "6222000011112222" not in reject.detail
