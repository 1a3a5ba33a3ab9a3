"""Raw lines for the tests of decoding: good records, sloppy ones, and what attackers send."""

from hypothesis import strategies as st

from features.events import TOPICS, FieldType

#: 2026-03-02 11:00 in China.
T = 1_772_420_400_000
LATEST_MS = T + 30 * 86_400_000

_ISO = ("2026-03-02T11:00:00+08:00", "2026-03-02T03:00:00.125Z", "2026-03-02 03:00Z", "2026-03-02T03:00:00+0000")
_ODD_TIMES = ("2026-13-02T11:00:00Z", "2026-03-02T11:00:00", "2026-02-30T00:00:00Z", "2026-03-02T24:00:00Z", "now", "")
#: Valid values of each type as JSON texts; numbers and strings apart where a field may be either.
_GOOD = {
    FieldType.TEXT: (['"a"', '"13800000001"', '"\\u8f6c\\u8d26"', '"转账"', '"\\ud83d\\ude00"', '" x "', "null"],),
    FieldType.PARTY: (['"13800000001"', '"6222000000000000001"', '"AB-7"', '"0138"', '"\\u0031"'],),
    FieldType.CARD: (['"phone:13800000001"', '"account:6222000000000000001"', '"phone:x"'],),
    FieldType.TIME: (
        [str(T), str(T + 1), f"{T}.0", str(LATEST_MS), "1.7724204e12"],
        [f'"{text}"' for text in _ISO],
    ),
    FieldType.MONEY: (["12.5", "1", "1e2", "0.01", "99999999999.99"], ['"12.50"', '"1"', '"+7.1"', '"0.01"']),
    FieldType.SECONDS: (["0", "61", "59.9", "1e3", "null"],),
    FieldType.FLAG: (["true", "false", "null"],),
}
#: Values that are valid JSON and wrong, in the form that a record's neighbours may share.
_WRONG = {
    FieldType.TEXT: (['""', f'"{"长" * 65}"', '"\\u0000"', '"\\u007f"', '"a\\nb"'],),
    FieldType.PARTY: (['""', '" "', f'"{"1" * 41}"', '"é"'],),
    FieldType.CARD: (['"138"', '"phone:"', '"phone:1 2"', '"sim:1"'],),
    FieldType.TIME: (["0", "-1", str(2**62), str(LATEST_MS + 1)], [f'"{text}"' for text in _ODD_TIMES]),
    FieldType.MONEY: (["0", "-3", "0.001", "1e15", "12.345"], ['"x"', '"1e3"', '"-5"', '"1.2.3"', '""']),
    FieldType.SECONDS: (["-1", "-0.5", "604801", "1e300"],),
    FieldType.FLAG: (["null"],),
}
#: JSON texts of any type, and texts that are no JSON; each makes sense nowhere or almost.
ODD_VALUES = (
    *("null", "true", "7", "-0", "1e400", "-1e400", "1e-400", str(2**63), str(-(2**63)), "9" * 30, '""', '"7"', "[]"),
    *("{}", "[1,[2]]", '{"a":{"b":[1]}}', '"\\ud800"', '"\\udc00"', '"\\ud83d\\ude00"', '"\\u0000"', '"\\x"', '"a\tb"'),
    *("NaN", "nan", "Inf", "Infinity", "-Infinity", "inf", "01", "+1", ".5", "1.", "-", "tru", "'a'", "1 2"),
    *("", "//", "\x00"),
)
#: What may stand around a record.
_WRAPPED = (
    *(b"\xef\xbb\xbf%s", b"\xff%s", b"%s\r", b"\t %s \r\r", b"%s%s", b"%s,%s", b"%s x", b"%s\x00{}", b"[%s]", b"%s}"),
)


@st.composite
def _record(draw, topic: str, form: int, wrong: int):
    """A record as (key, JSON text) pairs; `wrong` in 100 values are of the right type and wrong."""
    pairs = []
    for field in TOPICS[topic].fields:
        if not field.required and draw(st.booleans()):
            continue
        if field.type is FieldType.CHOICE:
            good, bad = [f'"{choice}"' for choice in field.choices], ['"other"', '""']
        else:
            forms = _GOOD[field.type]
            at = form % len(forms)
            good, bad = forms[at], _WRONG[field.type][at]
        texts = bad if draw(st.integers(0, 99)) < wrong else good
        pairs.append((field.name, draw(st.sampled_from(texts))))
    return draw(st.permutations(pairs))


def _text(pairs) -> str:
    return "{" + ",".join(f'"{key}":{value}' for key, value in pairs) + "}"


@st.composite
def plain_chunks(draw, topic: str, wrong: int = 4):
    """Lines that are JSON objects of one form: mostly what the bulk parser takes."""
    form = draw(st.integers(0, 1))
    count = draw(st.integers(1, 6))
    return [_text(draw(_record(topic, form, wrong))).encode() for _ in range(count)]


@st.composite
def _odd_line(draw, topic: str) -> bytes:
    pairs = draw(_record(topic, draw(st.integers(0, 1)), 4))
    name = st.sampled_from([field.name for field in TOPICS[topic].fields] + ["extra"])
    match draw(st.integers(0, 5)):
        case 0:  # another value in a field, or an ignored field
            key = draw(name)
            pairs = [p for p in pairs if p[0] != key] + [(key, draw(st.sampled_from(ODD_VALUES)))]
        case 1:  # a key twice
            pairs.append((draw(name), draw(st.sampled_from(ODD_VALUES))))
        case 2:  # a required field missing
            missing = draw(st.sampled_from([f.name for f in TOPICS[topic].fields if f.required]))
            pairs = [p for p in pairs if p[0] != missing]
        case 3:  # nesting in an ignored field
            depth = draw(st.integers(1, 40))
            opening, closing = draw(st.sampled_from([("[", "]"), ('{"a":', "}")]))
            pairs.append(("extra", opening * depth + "1" + closing * depth))
        case 4:  # brackets in a string
            pairs.append(("extra", '"' + draw(st.text("[]{}", max_size=40)) + '"'))
        case _:
            pass
    return draw(_damaged(_text(pairs).encode()))


@st.composite
def _damaged(draw, line: bytes) -> bytes:
    at = draw(st.integers(0, len(line) - 1))
    match draw(st.integers(0, 9)):
        case 0:
            return line[:at]
        case 1:
            byte = draw(st.integers(0, 255).filter(lambda b: b != 10))
            return line[:at] + bytes([byte]) + line[at + 1 :]
        case 2:
            return draw(st.sampled_from(_WRAPPED)).replace(b"%s", line)
        case _:
            return line


def any_chunks(topic: str):
    """Lines of every kind, good ones among them, and blank lines."""
    line = st.one_of(
        plain_chunks(topic).map(lambda lines: lines[0]),
        _odd_line(topic),
        st.sampled_from([b"", b"  ", b"\r", b"null", b"[]", b'"a"', b"12", b"{", b"{}", b"}{", b"\x00", b"nonsense"]),
        st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"")),
    )
    return st.lists(line, max_size=8)
