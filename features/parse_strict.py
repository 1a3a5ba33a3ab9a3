"""Parse records one by one, each decided by itself, with the reason why one is refused."""

import json
import math
import re

import msgspec
import pyarrow as pa

from features.events import Field, FieldType, Topic
from features.lines import MAX_DEPTH, MAX_RECORD_BYTES, Lines
from features.parsed import ParsedColumns
from features.rejects import Reason, Reject

_decode = msgspec.json.Decoder().decode
_STRING = frozenset({FieldType.TEXT, FieldType.PARTY, FieldType.CARD, FieldType.CHOICE})
_INT64 = 2**63
#: The least digits by which a whole number may be beyond a double; msgspec gives it all the same.
_MANY_DIGITS = re.compile(r"\d{309}", re.ASCII)


def parse_strict(topic: Topic, lines: Lines) -> tuple[ParsedColumns, list[int], list[Reject]]:
    """Parse every line.

    Returns
    -------
    columns : ParsedColumns
        Of the accepted records.
    kept : list of int
        Their indices in `lines`.
    rejects : list of Reject
        One for each other record.
    """
    values: dict[tuple[str, str], list] = {
        (f.name, kind): [] for f in topic.fields for kind in _kinds(f)
    }
    kept: list[int] = []
    rejects: list[Reject] = []
    for i in range(len(lines)):
        outcome = _read(topic, lines, i)
        if isinstance(outcome, Reject):
            rejects.append(outcome)
            continue
        kept.append(i)
        for key, column in values.items():
            column.append(outcome.get(key))
    columns = ParsedColumns(len(kept))
    for (name, kind), column in values.items():
        columns.add(name, pa.array(column, _arrow_type(topic.field(name), kind)))
    return columns, kept, rejects


def _read(topic: Topic, lines: Lines, i: int) -> dict | Reject:
    raw = lines.record(i)
    if len(raw) > MAX_RECORD_BYTES:
        return Reject(i, Reason.TOO_LONG, f"{len(raw)} bytes; at most {MAX_RECORD_BYTES}", raw)
    if lines.deep[i]:
        return Reject(i, Reason.TOO_DEEP, f"nested deeper than {MAX_DEPTH}", raw)
    try:
        text = raw.decode("utf-8")
        record = _decode(raw)
        if _MANY_DIGITS.search(text):
            json.loads(text, parse_int=_check_double)
    except UnicodeDecodeError as error:
        return Reject(i, Reason.INVALID_UTF8, f"byte {error.start}", raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        return Reject(i, Reason.MALFORMED_JSON, str(error)[:200], raw)
    if not isinstance(record, dict):
        return Reject(i, Reason.NOT_AN_OBJECT, f"a JSON {_json_kind(record)}", raw)
    out: dict[tuple[str, str], object] = {}
    for field in topic.fields:
        value = record.get(field.name)
        if value is None:
            continue
        kind = _json_kind(value)
        if kind not in _kinds(field):
            return Reject(i, Reason.WRONG_TYPE, f"{field.name}: {kind}", raw)
        if kind == "number":
            value = _number(field, value)
            if value is None:
                return Reject(i, Reason.OUT_OF_RANGE, f"{field.name}: no usable number", raw)
        out[field.name, kind] = value
    return out


def _check_double(digits: str) -> None:
    if math.isinf(float(digits)):
        raise ValueError("Number out of range")


def _kinds(field: Field) -> tuple[str, ...]:
    if field.type in _STRING:
        return ("string",)
    if field.type is FieldType.FLAG:
        return ("boolean",)
    return ("number",) if field.type is FieldType.SECONDS else ("number", "string")


def _json_kind(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
        case None:
            return "null"
        case _:
            return "array"


def _number(field: Field, value: int | float) -> int | float | None:
    if field.type is FieldType.TIME:
        if isinstance(value, float) and not value.is_integer():
            return None
        return int(value) if -_INT64 <= value < _INT64 else None
    return float(value)


def _arrow_type(field: Field, kind: str) -> pa.DataType:
    if kind == "string":
        return pa.string()
    if kind == "boolean":
        return pa.bool_()
    return pa.int64() if field.type is FieldType.TIME else pa.float64()
