"""Columns have the documented types, and values that Python's own decimal and datetime agree with."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.decode import decode
from features.events import MAX_AMOUNT_FEN, TOPICS, FieldType
from features.validate import ABSENT, EARLIEST_MS
from tests.features.raw_records import LATEST_MS, T, any_chunks

_DTYPE = {
    FieldType.TIME: np.int64,
    FieldType.MONEY: np.int64,
    FieldType.SECONDS: np.int64,
    FieldType.FLAG: np.int8,
    FieldType.CHOICE: np.int8,
}


def _txn(amount: str = "1", time: str = str(T), extra: str = "") -> bytes:
    return f'{{"event_id":"1","event_time":{time},"payer":"A","payee":"B","amount":{amount}{extra}}}'.encode()


@pytest.mark.parametrize("topic", list(TOPICS))
@settings(deadline=None, max_examples=25)
@given(st.data())
def test_types_and_ranges_whatever_came(topic, data):
    batch = decode(topic, b"\n".join(data.draw(any_chunks(topic))), 0, LATEST_MS)
    for field in TOPICS[topic].fields:
        column = batch.columns[field.name]
        assert len(column) == len(batch)
        if field.type not in _DTYPE:
            assert column.type == pa.string()
            if field.required:
                assert all(column.to_pylist())
            continue
        assert column.dtype == _DTYPE[field.type]
        given_values = column[column != (-1 if column.dtype == np.int8 else ABSENT)]
        assert not field.required or given_values.size == column.size
        if field.type is FieldType.CHOICE:
            assert ((given_values >= 0) & (given_values < len(field.choices))).all()
        elif field.low is not None:
            assert ((given_values >= field.low) & (given_values <= field.high)).all()
    assert ((batch.time_ms >= EARLIEST_MS) & (batch.time_ms <= LATEST_MS)).all()


def test_absent_values_read_as_documented():
    raw = f'{{"event_id":"1","event_time":{T},"kind":"sms","caller":"1","callee":"2"}}'.encode()
    columns = decode("cdr", raw, 0, LATEST_MS).columns
    assert columns["kind"].tolist() == [1]
    assert (columns["duration_s"].tolist(), columns["answered"].tolist()) == ([ABSENT], [-1])
    assert not columns["imei"].to_pylist()[0]
    columns = decode("txn", _txn(extra=',"channel":"third_party"'), 0, LATEST_MS).columns
    assert (columns["channel"].tolist(), columns["balance_after"].tolist()) == ([5], [ABSENT])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, MAX_AMOUNT_FEN), min_size=1, max_size=20), st.booleans())
def test_money_is_exact_to_the_fen(fen, as_text):
    yuan = [str(Decimal(f) / 100) for f in fen]
    raw = b"\n".join(_txn(f'"{y}"' if as_text else y) for y in yuan)
    assert decode("txn", raw, 0, LATEST_MS).columns["amount"].tolist() == fen


@pytest.mark.parametrize("amount", ["0.015", "12.345", "99999.999", "1234567.891"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_more_than_two_decimals_are_refused(amount, quote):
    assert str(decode("txn", _txn(quote + amount + quote), 0, LATEST_MS).rejects[0].reason) == "bad_value"


@pytest.mark.parametrize("amount", ["6000000000.123", '"99999999999.987"'])
def test_more_than_two_decimals_are_refused_in_large_amounts(amount):
    assert decode("txn", _txn(amount), 0, LATEST_MS).rejects


_OFFSETS = st.integers(-14 * 60, 14 * 60)


@settings(deadline=None, max_examples=80)
@given(st.integers(EARLIEST_MS + 86_400_000, LATEST_MS), _OFFSETS, st.sampled_from("T "), st.sampled_from([0, 3, 6]))
def test_iso_times_like_datetime(ms, offset_min, separator, digits):
    zone = timezone(timedelta(minutes=offset_min))
    moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms if digits else ms // 1000 * 1000)
    text = moment.astimezone(zone).isoformat(separator, "seconds")
    head, offset = text[:19], text[19:]
    if digits:
        head += f".{moment.microsecond:06d}"[: digits + 1]
    assert decode("txn", _txn(time=f'"{head}{offset}"'), 0, LATEST_MS).time_ms.tolist() == [
        int((moment - datetime.fromtimestamp(0, UTC)) / timedelta(milliseconds=1))
    ]


def test_seconds_are_rounded_down():
    texts = ["0", "0.999", "59.5", "604800"]
    lines = [
        f'{{"event_id":"1","event_time":{T},"kind":"voice","caller":"1","callee":"2","duration_s":{t}}}'.encode()
        for t in texts
    ]
    assert decode("cdr", b"\n".join(lines), 0, LATEST_MS).columns["duration_s"].tolist() == [0, 0, 59, 604_800]
