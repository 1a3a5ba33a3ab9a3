"""JSON texts for the fields of events: good ones of every form, and what software and attackers send.

Everything is chosen by `rng`, a ``random.Random`` or what stands in for one: hypothesis' own, which
shrinks, or one that reads the bytes of a coverage-guided fuzzer.
"""

from random import Random

from features.events import Field, FieldType

#: 2026-03-02 11:00 in China.
T = 1_772_420_400_000
LATEST_MS = T + 30 * 86_400_000

_NUMBERS = (
    *("1", "7", "0138", "95533", "13800000001", "13900000002", "6222000000000000001", "12345678901234567890"),
    *("9" * 19, "9" * 40, "0" * 19, "AB-7", "+8613800000001", "!", "~", "a:b", "phone:1", '\\"', "\\\\", "\\u0031"),
)
_TEXTS = (
    *("a", "510100", "13800000001", " x ", "转账", "长" * 12, "\\u8f6c\\u8d26", "\\ud83d\\ude00", "\U0001f600"),
    *("\\/", "[{", "}]", "é", "\u2028", "\u202e", "\ufeff", "\ufffd", "a,b", "<b>", "'; --", "\u00a0"),
)
_DAYS = ("2026-03-02", "2025-12-31", "1980-01-02", "2024-02-29", "2026-03-30")
_CLOCKS = ("11:00", "11:00:00", "23:59:59", "00:00:00.1", "11:00:00.125", "03:04:05.999999")
_ZONES = ("Z", "+08:00", "-00:00", "+0800", "-1145", "+14:00", "+23:59")
_ODD_DAYS = (
    *("2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01", "0000-02-29", "0001-01-01", "9999-12-31"),
    *("1979-12-31", "1980-01-01", "2300-01-01", "2299-12-31", "2026-3-2", "20260302", "2026-W10-1", "2026-061"),
    *("+2026-03-02", "-001-03-02", "２０２６-03-02"),
)
_ODD_CLOCKS = (
    *("24:00:00", "11:60:00", "11:00:60", "23:59:60", "11", "1:00:00", "11:00:00.", "11:00:00,5", "110000"),
    *("11:00:00.1234567", "11:00:00.000000000", "-1:00:00", "11:00: 0", "١١:00:00"),
)
_ODD_ZONES = (
    *("", "z", "+08", "+24:00", "+23:60", "+99:99", "+08:00:30", "+8:00", " +08:00", "UTC", "Z ", "\\n", "\\u0000"),
)
_ODD_BETWEEN = ("t", "", "_", "T ", "\\t")

#: JSON texts of any type, and texts that are no JSON.
ODD_VALUES = (
    *("null", "true", "false", "7", "-7", "-0", "0", "0.5", '""', '" "', '"7"', '"true"', '"null"', "[]", "{}", "[1]"),
    *('["a"]', '{"a":1}', "[[[[1]]]]", '{"a":{"b":[{}]}}', "NaN", "nan", "-NaN", "Infinity", "-Infinity", "Inf", "inf"),
    *("01", "+1", ".5", "1.", "1.e3", "1e", "1e+", "0x1F", "1_000", "1,5", "１", "-", "--1", "tru", "True", "None"),
    *("undefined", "'a'", "`a`", "", " ", "1 2", '"a" "b"', "//x", "/*x*/1", "1/*x*/", "#", "[1,]", '{"a":1,}'),
    *('"\\ud800"', '"\\udc00x"', '"\\ud800\\u0041"', '"\\u0000"', '"\\u00"', '"\\x41"', '"\\"', '"a', '"a\tb"'),
    *('"\x7f"', '"\\b\\f"', '"\u0085"', '"\\u009f"', '{"\\ud800":1}', '{"a":1,"a":2}', '["\\ud800"]', "\x00"),
    *('"\\r\\n"', '"\x00"', "\f1", "\u00a01"),
    *('"\ud800"', '"\\ud83d\\ude00"', "[NaN]", '{"a": Infinity}', "[-Infinity]", "[[],[NaN]]", "[1 2]", "\v1"),
)
#: Numbers about which something changes.
_EDGES = (
    *(0, T, LATEST_MS, 315_532_800_000, 10_413_791_999_999, 604_800, 10**11, 10**13),
    *(2**31, 2**53, 2**63, -(2**63), 2**64),
)
_TIME_EDGES = (315_532_800_000, 10_413_791_999_999, LATEST_MS, 253_402_300_800_000, 2**62, -(2**63), 2**63)
_POINTS = ("", "", ".0", ".5")
_LENGTHS = (1, 2, 9, 13, 17, 19, 20, 40, 199, 200, 201, 308, 309, 310, 400, 3000, 4300, 5000)
_SIGNS = ("", "", "+", "-", " ", "￥", "--")
_WHOLES = ("0", "1", "12", "007", "99999999999", "100000000000", "9" * 15, "0" * 15, "9" * 16, "")
_FRACTIONS = ("", ".", ".5", ".01", ".10", ".001", ".99", ".990000", ".999999", ".0000001", ".1.2", "e3", ",5")
#: Of one to four bytes, control characters of old and new, separators, marks, private use, none at all.
_CHARACTERS = (
    *("x", "1", " ", "é", "长", "\U0001f600", "\u0080", "\u009f", "\u00a0", "\u00ad", "\u061c", "\u200b", "\u2029"),
    *("\ufeff", "\ufffe", "\uffff", "\ue000", "\U000e0001", "\U0010ffff", "\x7f", "\x1f", "\x00", "\\u0007", "\\u0085"),
    *("\\n", "\\ud83d", "\\udc00", "\ud800", '\\"', "\\\\", "/", "[", "}", "e", "\u0301"),
)
_EXPONENTS = (
    *("e0", "E2", "e-2", "e+2", "e12", "e99", "E100", "e300", "e308", "e-400", "e400", "e0000002", "e-99999999999"),
)


def number(rng: Random) -> str:
    """A number of any length, with fraction and exponent, or one at the bounds of what is taken."""
    if rng.randrange(2):
        return str(rng.choice(_EDGES) + rng.randrange(-2, 3))
    whole = "0"
    if rng.randrange(2):
        whole = rng.choice("129") + rng.choice("079") * (rng.choice(_LENGTHS) - 1)
    fraction = ""
    if rng.randrange(2):
        fraction = "." + rng.choice("019") * (rng.choice((1, 2, 3, 6, 17, 300)) - 1) + rng.choice("059")
    exponent = rng.choice(_EXPONENTS) if rng.randrange(2) else ""
    return rng.choice(("", "", "-")) + whole + fraction + exponent


def amount(rng: Random) -> str:
    """A decimal text, most likely with more digits than money has."""
    return rng.choice(_SIGNS) + rng.choice(_WHOLES) + rng.choice(_FRACTIONS)


def time_text(rng: Random, odd: int) -> str:
    """A time as text; each part is odd in `odd` of ten draws."""
    text = ""
    for good, bad in ((_DAYS, _ODD_DAYS), ("T ", _ODD_BETWEEN), (_CLOCKS, _ODD_CLOCKS), (_ZONES, _ODD_ZONES)):
        text += rng.choice(bad if rng.randrange(10) < odd else good)
    return text


def good_value(rng: Random, field: Field, form: int) -> str:
    """A value that is accepted; `form` 0 or 1 says whether times and money are texts or numbers."""
    match field.type:
        case FieldType.TEXT:
            text = rng.choice(_TEXTS)
            return f'"{text if len(text) <= field.max_length else "x"}"'
        case FieldType.PARTY:
            return f'"{rng.choice(_NUMBERS)}"'
        case FieldType.CARD:
            return f'"{rng.choice(("phone:", "account:"))}{rng.choice(_NUMBERS)}"'
        case FieldType.TIME:
            return str(T + rng.randrange(-(10**9), 10**9)) if form else f'"{time_text(rng, 0)}"'
        case FieldType.MONEY:
            yuan = rng.choice(("0.01", "0.99", "12.5", "50000", "99999999999.99", "100000000000"))
            return yuan if form else f'"{yuan}"'
        case FieldType.SECONDS:
            return rng.choice(("0", "61", "59.9", "1e3", "604800"))
        case FieldType.FLAG:
            return rng.choice(("true", "false"))
        case _:
            return f'"{rng.choice(field.choices)}"'


def hostile_value(rng: Random, field: Field) -> str:
    """A value for a field that is wrong, or just within what is taken; one in four of any type."""
    if rng.randrange(4) == 0:
        return rng.choice((rng.choice(ODD_VALUES), number(rng), f'"{time_text(rng, 3)}"', f'"{amount(rng)}"'))
    match field.type:
        case FieldType.TIME:
            edge = rng.choice(_TIME_EDGES) + rng.choice((-1, 0, 1))
            return rng.choice((number(rng), f"{edge}{rng.choice(_POINTS)}", f'"{time_text(rng, 2)}"'))
        case FieldType.MONEY:
            return number(rng) if rng.randrange(2) else f'"{amount(rng)}"'
        case FieldType.SECONDS:
            return number(rng)
        case FieldType.FLAG:
            return rng.choice(("null", "0", '"true"', "TRUE", "true"))
        case FieldType.CHOICE:
            choice = rng.choice(field.choices)
            return f'"{rng.choice((choice.upper(), choice + " ", choice[:-1], "", "0", choice))}"'
        case _:
            return f'"{_hostile_text(rng, field)}"'


def _hostile_text(rng: Random, field: Field) -> str:
    if rng.randrange(2):
        text = "".join(rng.choice(_CHARACTERS) for _ in range(rng.randrange(4)))
        return rng.choice(("", "phone:", "account:", "sim:", "Phone:")) + text
    # Lengths about what the field takes, of characters of one to four bytes.
    return rng.choice(_CHARACTERS) * (field.max_length + rng.choice((-1, 0, 1, 3000)))
