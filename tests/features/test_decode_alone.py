"""A record's fate and values do not depend on its neighbours, hence not on which parser took it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.events import TOPICS
from features.lines import split_lines
from features.parse_bulk import parse_bulk
from features.parse_strict import parse_strict
from features.validate import validate
from tests.features.decoded import column_values, fates, records_of
from tests.features.raw_records import LATEST_MS, ODD_VALUES, T, any_chunks, plain_chunks

TOPIC_NAMES = tuple(TOPICS)


def check_alone(topic: str, raw: bytes) -> None:
    """Every record fares in its chunk as it does alone."""
    alone = [(offset, *fates(topic, record)[0][1:]) for offset, record in records_of(raw)]
    assert fates(topic, raw) == alone


@pytest.mark.parametrize("topic", TOPIC_NAMES)
@settings(deadline=None, max_examples=30)
@given(st.data())
def test_any_chunk(topic, data):
    check_alone(topic, b"\n".join(data.draw(any_chunks(topic))))


@pytest.mark.parametrize("topic", TOPIC_NAMES)
@settings(deadline=None, max_examples=20)
@given(st.data())
def test_one_odd_line_among_plain_ones(topic, data):
    lines = data.draw(plain_chunks(topic))
    odd = data.draw(any_chunks(topic))[:1]
    at = data.draw(st.integers(0, len(lines)))
    check_alone(topic, b"\n".join(lines[:at] + odd + lines[at:]))


@pytest.mark.parametrize("topic", TOPIC_NAMES)
@settings(deadline=None, max_examples=40)
@given(st.data())
def test_what_the_bulk_parser_takes_the_strict_one_takes_alike(topic, data):
    lines = split_lines(b"\n".join(data.draw(plain_chunks(topic))))
    bulk = parse_bulk(TOPICS[topic], lines.raw, len(lines))
    if bulk is None:
        return
    strict, kept, rejects = parse_strict(TOPICS[topic], lines)
    assert (kept, rejects) == (list(range(len(lines))), [])
    outcomes = []
    for parsed in (bulk, strict):
        columns, verdicts = validate(TOPICS[topic], parsed, LATEST_MS)
        good = ~verdicts.wrong
        values = {n: [v for v, g in zip(column_values(c), good) if g] for n, c in columns.items()}
        outcomes.append((values, verdicts.why))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("topic", TOPIC_NAMES)
@pytest.mark.parametrize("form", ["iso", "ms"])
def test_good_chunks_do_take_the_bulk_way(topic, form):
    """Else the tests above would compare the strict parser with itself."""
    time = '"2026-03-02T11:00:00+08:00"' if form == "iso" else str(T)
    money = '"12.50"' if form == "iso" else "12.5"
    texts = {"time": time, "money": money, "choice": None, "card": '"phone:1"', "party": '"1"', "text": '"x"'}
    pairs = [
        f'"{f.name}":{texts[f.type.value] or chr(34) + f.choices[0] + chr(34)}'
        for f in TOPICS[topic].fields
        if f.required
    ]
    lines = split_lines(b"\n".join([("{" + ",".join(pairs) + "}").encode()] * 3))
    assert lines.plain.all()
    assert parse_bulk(TOPICS[topic], lines.raw, 3) is not None


@pytest.mark.parametrize(
    "pair",
    ['"extra":{}', '"extra": {}', '"extra":[{}]', '"extra":[1,\t{}]', '"extra":{{"a":{}}}', '"extra":-{}',
     '"memo":{}', '"balance_after":{}', '"event_time":{}', '"amount":{}', '"channel":{}'],
)  # fmt: skip
def test_every_odd_value_in_every_place(pair):
    """Alone among good records, and beside nonsense, which sends the chunk to the strict parser."""
    good = _txn("1")
    for value in ODD_VALUES:
        line = good[:-1] + b"," + pair.format(value).encode() + b"}"
        check_alone("txn", line)
        check_alone("txn", good + b"\n" + line)
        assert fates("txn", line + b"\nnonsense")[0] == fates("txn", line)[0], value


def _txn(extra: str) -> bytes:
    return f'{{"event_id":"1","event_time":{T},"payer":"A","payee":"B","amount":1,"extra":{extra}}}'.encode()


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param("9" * 5000, id="integer of 5,000 digits"),
        pytest.param("9" * 400, id="integer beyond a double"),
        pytest.param("9" * 30 + "e300", id="short integer with an exponent beyond a double"),
        pytest.param("9" * 250 + "e99", id="long integer with an exponent beyond a double"),
        pytest.param("[0." + "0" * 300 + "1e400]", id="a double in spite of its exponent"),
        pytest.param(
            '"' + "]" * 20_000 + '","more":' + "[" * 20_000 + "]" * 20_000, id="nesting behind brackets in a string"
        ),
    ],
)
def test_ignored_fields_that_the_parsers_judge_differently(extra):
    check_alone("txn", _txn(extra) + b"\nnonsense")


def test_brackets_in_a_text_are_no_nesting():
    memo = f'{{"event_id":"1","event_time":{T},"payer":"A","payee":"B","amount":1,"memo":"{"[" * 40}"}}'
    assert fates("txn", memo.encode())[0][1] == "kept"
