"""What must become of a record: a slow and plain reading of ``docs/events.md``, record by record.

It takes the fields from :data:`features.events.TOPICS` and shares nothing else with the decoder:
the standard library's ``json``, ``decimal``, ``datetime`` and ``re`` read the values. So a mistake
in one of the two shows as a disagreement.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, InvalidOperation

from benchmarks.production.strict_json import Number, read_json
from features.events import TOPICS, Field, FieldType, Topic

#: Stands for an absent number, as in the decoder's columns.
ABSENT = -(2**63)
EARLIEST_MS = 315_532_800_000  # 1980-01-01
LATEST_STORED_MS = 10_413_791_999_999  # 2299-12-31T23:59:59.999Z

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(?:Z|([+-])(\d{2}):?(\d{2}))", re.ASCII
)
_DECIMAL = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?", re.ASCII)
#: Wide enough for every digit of the longest record.
_WIDE = Context(prec=70_000, Emin=MIN_EMIN, Emax=MAX_EMAX)
_PREFIXES = ("phone:", "account:")
#: What is wrong with a value, and what it becomes.
_Outcome = tuple[frozenset[str], object]


@dataclass(frozen=True)
class Ruling:
    """What may become of a record.

    Attributes
    ----------
    reasons : frozenset of str
        Reasons of which the refusal may name any: the page promises "the first thing that is
        wrong", not which of two is first. Empty where the record must be accepted.
    values : dict or None
        What each field becomes where the record is accepted; None where it must be refused. Both
        are given for the few numbers that a double cannot tell from an acceptable one.
    """

    reasons: frozenset[str]
    values: dict[str, object] | None


def rule(topic_name: str, raw: bytes, latest_ms: int) -> Ruling:
    """Say what must become of a record.

    Parameters
    ----------
    raw : bytes
        Surrounding spaces, tabs and carriage returns cut off.
    latest_ms : int
        Latest time of an event that is accepted, UTC ms.

    Examples
    --------
    >>> rule("txn", b'{"event_id":"1"}', 0).reasons
    frozenset({'missing_field'})
    """
    reading = read_json(raw)
    if reading.reasons:
        return Ruling(reading.reasons, None)
    topic = TOPICS[topic_name]
    reasons: set[str] = set()
    values: dict[str, object] = {}
    certain = False
    for field in topic.fields:
        wrong, value = _field(topic, field, reading.value.get(field.name), latest_ms)
        reasons |= wrong
        certain |= bool(wrong) and value is None
        values[field.name] = value
    return Ruling(frozenset(reasons), None if certain else values)


def _field(topic: Topic, field: Field, value: object, latest_ms: int) -> _Outcome:
    if value is None:
        return _absent(field)
    match field.type, value:
        case FieldType.TIME, Number() | str():
            return _time(topic, field, value, latest_ms)
        case FieldType.MONEY, Number() | str():
            return _money(field, value)
        case FieldType.SECONDS, Number():
            return _seconds(field, value)
        case FieldType.FLAG, bool():
            return _good(int(value))
        case FieldType.CHOICE, str():
            return _choice(field, value)
        case FieldType.TEXT | FieldType.PARTY | FieldType.CARD, str():
            return _text(field, value)
        case _:
            return _bad("wrong_type")


def _good(value: object) -> _Outcome:
    return frozenset(), value


def _bad(*reasons: str) -> _Outcome:
    return frozenset(reasons), None


def _absent(field: Field) -> _Outcome:
    if field.required:
        return _bad("missing_field")
    match field.type:
        case FieldType.TIME | FieldType.MONEY | FieldType.SECONDS:
            return _good(ABSENT)
        case FieldType.FLAG | FieldType.CHOICE:
            return _good(-1)
        case _:
            return _good("")


def _time(topic: Topic, field: Field, value: Number | str, latest_ms: int) -> _Outcome:
    if isinstance(value, str):
        ms = _iso_ms(value)
        if ms is None:
            return _bad("bad_time")
    elif value.whole:
        ms = int(value.text)
    elif value.double.is_integer():
        ms = int(value.double)
    else:
        return _bad("out_of_range")
    if not -(2**63) <= ms < 2**63:
        return _bad("out_of_range")
    if ms < EARLIEST_MS:
        return _bad("too_far_past")
    if ms > (latest_ms if field.name == topic.time_field else LATEST_STORED_MS):
        return _bad("too_far_future")
    return _good(ms)


def _iso_ms(text: str) -> int | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, sign, offset_h, offset_min = found.groups()
    try:
        zone = UTC
        if sign:
            if int(offset_min) > 59:
                return None
            zone = timezone((-1 if sign == "-" else 1) * timedelta(hours=int(offset_h), minutes=int(offset_min)))
        # Python's calendar begins with year 1; 0 is a leap year, and too far past like 4.
        known = int(year) or 4
        local = datetime(known, int(month), int(day), int(hour), int(minute), int(second or 0))
    except ValueError:
        return None
    since = local.replace(tzinfo=UTC) - _EPOCH - (zone.utcoffset(None) or timedelta())
    return since // timedelta(milliseconds=1) + int((fraction or "0").ljust(6, "0")) // 1000


def _money(field: Field, value: Number | str) -> _Outcome:
    if isinstance(value, str):
        return _exact_money(field, Decimal(value)) if _DECIMAL.fullmatch(value) else _bad("bad_value")
    # A number is read as a double, which may be the very one of an amount with two decimals.
    near = round(value.double * 100) if abs(value.double) < 2**50 else None
    try:
        exact = _WIDE.create_decimal(value.text)
    except InvalidOperation:  # an exponent beyond all bounds: the double is 0
        exact = Decimal("1e-9")
    wrong, fen = _exact_money(field, exact)
    if wrong and near is not None and near / 100 == value.double and field.low <= near <= field.high:
        return wrong | {"bad_value", "out_of_range"}, near
    return wrong, fen


def _exact_money(field: Field, yuan: Decimal) -> _Outcome:
    fen = _WIDE.multiply(yuan, Decimal(100))
    wrong = set()
    if fen != _WIDE.to_integral_value(fen):
        wrong.add("bad_value")
    if not field.low <= fen <= field.high:
        wrong.add("out_of_range")
    return _bad(*wrong) if wrong else _good(int(fen))


def _seconds(field: Field, value: Number) -> _Outcome:
    seconds = value.double
    if not field.low <= seconds <= field.high:
        return _bad("out_of_range")
    return _good(int(seconds))


def _choice(field: Field, value: str) -> _Outcome:
    if value in field.choices:
        return _good(field.choices.index(value))
    return _bad("bad_value", *(["missing_field"] if field.required and not value else []))


def _text(field: Field, value: str) -> _Outcome:
    if not value:
        return _absent(field)
    bad = len(value) > field.max_length
    if field.type is FieldType.TEXT:
        bad |= any(unicodedata.category(character) == "Cc" for character in value)
    else:
        bad |= not all("!" <= character <= "~" for character in value)
    if field.type is FieldType.CARD:
        bad |= not any(value.startswith(prefix) and len(value) > len(prefix) for prefix in _PREFIXES)
    return _bad("bad_value") if bad else _good(value)
