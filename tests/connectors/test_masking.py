"""Long numbers are masked wherever they stand; what leads to files and jobs is not."""

import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.masking import MaskedRecords, mask_numbers


@pytest.mark.parametrize(("text", "masked"), [
    ("13812345678", "138********"),
    ("x13812345678y", "x138********y"),
    ("1234567", "123****"),
    ("card 6222 0212 3456 7890", "card 622* **** **** ****"),
    ("138-1234-5678", "138-****-****"),
    ("６２２２０２１２３４５６７", "６２２**********"),
    ('{"card":"account:6222021234567890123"}', '{"card":"account:622****************"}'),
])
def test_numbers_of_cards_and_phones(text, masked):
    assert mask_numbers(text) == masked


@pytest.mark.parametrize("text", [
    "123456", "2026-03-01 12:00:00,123", "2026-03-01T12:00:00.123456Z", "run-20260301T120000-000001/log/flink.log",
    "job 5a4bf4d0cd1680d83abf820e773a354a", "job 12345678901234567890123456789abc_0_0", "127.0.0.1:9250", "",
])
def test_what_stays(text):
    assert mask_numbers(text) == text


@given(st.text(alphabet="0123456789 -T:abz", max_size=80))
def test_no_seven_digits_in_a_row_are_left(text):
    left = mask_numbers(text)
    assert len(left) == len(text)
    rest = re.sub(r"(?<!\d)20\d{6}(?=T\d{6})|(?<![0-9a-f])(?=\d*[a-f])[0-9a-f]{32}(?![0-9a-f])", "", left)
    assert not re.search(r"\d{7}", rest)
    assert mask_numbers(left) == left


def test_a_record_is_masked_with_its_arguments_and_its_stack_trace(caplog):
    record = None
    try:
        raise ValueError("card 13812345678")
    except ValueError:
        import sys

        record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "of %s", ("6222021234567890",), sys.exc_info())
    assert MaskedRecords().filter(record)
    text = logging.Formatter().format(record)
    assert "of 622*************" in text and "ValueError: card 138********" in text and "Traceback" in text
    assert "13812345678" not in text and "6222021234567890" not in text
