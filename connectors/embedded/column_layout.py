"""How a column of each ClickHouse type lies in a Native block, as far as its end must be found.

A layout has two verbs, as in the engine: `copy_prefix`, written once for a column before its
data, and `copy_data` for a number of rows. Both pass the bytes on to a sink unchanged.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from connectors.embedded.byte_cursor import ByteCursor, Sink

_U64 = struct.Struct("<Q")

_WIDTHS = {
    "Nothing": 1, "Bool": 1, "Int8": 1, "UInt8": 1, "Enum8": 1,
    "Int16": 2, "UInt16": 2, "Enum16": 2, "Date": 2, "BFloat16": 2,
    "Int32": 4, "UInt32": 4, "Float32": 4, "Date32": 4, "DateTime": 4, "Time": 4, "IPv4": 4,
    "Int64": 8, "UInt64": 8, "Float64": 8, "DateTime64": 8, "Time64": 8,
    "Int128": 16, "UInt128": 16, "UUID": 16, "IPv6": 16, "Int256": 32, "UInt256": 32,
}
_DECIMALS = ((9, 4), (18, 8), (38, 16), (76, 32))
_LABEL = re.compile(r"(?:`(?:[^`\\]|\\.|``)+`|\w+)\s+(?=\w)")


class UnsupportedType(ValueError):
    """A type whose end in a block cannot be found, for instance an aggregate state."""


@dataclass(frozen=True)
class Layout:
    """`copy_prefix(cursor, sink)` and `copy_data(cursor, rows, sink)` of one type."""

    copy_prefix: Callable[[ByteCursor, Sink], None]
    copy_data: Callable[[ByteCursor, int, Sink], None]


def _no_prefix(cursor: ByteCursor, sink: Sink) -> None:
    pass


def _copy_u64(cursor: ByteCursor, sink: Sink) -> int:
    raw = cursor.read(8)
    sink(memoryview(raw))
    return _U64.unpack(raw)[0]


def _fixed(width: int) -> Layout:
    return Layout(_no_prefix, lambda cursor, rows, sink: cursor.copy(width * rows, sink))


def _array(inner: Layout) -> Layout:
    def data(cursor: ByteCursor, rows: int, sink: Sink) -> None:
        if rows:
            cursor.copy(8 * (rows - 1), sink)
            inner.copy_data(cursor, _copy_u64(cursor, sink), sink)

    return Layout(inner.copy_prefix, data)


def _tuple(inners: list[Layout]) -> Layout:
    def prefix(cursor: ByteCursor, sink: Sink) -> None:
        for inner in inners:
            inner.copy_prefix(cursor, sink)

    def data(cursor: ByteCursor, rows: int, sink: Sink) -> None:
        for inner in inners:
            inner.copy_data(cursor, rows, sink)

    return Layout(prefix, data)


def _nullable(inner: Layout) -> Layout:
    def data(cursor: ByteCursor, rows: int, sink: Sink) -> None:
        cursor.copy(rows, sink)
        inner.copy_data(cursor, rows, sink)

    return Layout(inner.copy_prefix, data)


def _low_cardinality(dictionary: Layout) -> Layout:
    def prefix(cursor: ByteCursor, sink: Sink) -> None:
        cursor.copy(8, sink)  # version of the keys' serialization

    def data(cursor: ByteCursor, rows: int, sink: Sink) -> None:
        if not rows:
            return
        flags = _copy_u64(cursor, sink)  # low byte: width of a key; the Native format has one dictionary
        dictionary.copy_data(cursor, _copy_u64(cursor, sink), sink)
        cursor.copy(_copy_u64(cursor, sink) << (flags & 0xF), sink)

    return Layout(prefix, data)


def split_arguments(text: str) -> list[str]:
    """Split at the commas that are in no bracket and no quotes.

    >>> split_arguments("a Tuple(UInt8, String), Enum8('x, y' = 1)")
    ['a Tuple(UInt8, String)', "Enum8('x, y' = 1)"]
    """
    parts, depth, quote, start = [], 0, "", 0
    escaped = False
    for i, char in enumerate(text):
        if quote:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == quote:
                quote = ""
        elif char in "'`":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "," and not depth:
            parts.append(text[start:i].strip())
            start = i + 1
    return [*parts, text[start:].strip()]


@lru_cache(maxsize=512)
def layout_of(spec: str) -> Layout:
    """Return the layout of the type written `spec`, or raise `UnsupportedType`."""
    name, _, rest = spec.partition("(")
    inside = rest[:-1]
    if name in _WIDTHS:
        return _fixed(_WIDTHS[name])
    if name == "String":
        return Layout(_no_prefix, lambda cursor, rows, sink: cursor.copy_strings(rows, sink))
    if name == "FixedString":
        return _fixed(int(inside))
    if name == "Decimal":
        precision = int(split_arguments(inside)[0])
        return _fixed(next(width for limit, width in _DECIMALS if precision <= limit))
    if name.startswith("Interval"):
        return _fixed(8)
    if name == "Nullable":
        return _nullable(layout_of(inside))
    if name == "LowCardinality":
        inner = inside[len("Nullable("):-1] if inside.startswith("Nullable(") else inside
        return _low_cardinality(layout_of(inner))
    if name == "Array":
        return _array(layout_of(inside))
    if name in ("Tuple", "Map", "Nested"):
        inner = _tuple([layout_of(_LABEL.sub("", part, count=1) if _LABEL.match(part) else part)
                        for part in split_arguments(inside)] if inside else [])
        return inner if name == "Tuple" else _array(inner)
    if name == "SimpleAggregateFunction":
        return layout_of(split_arguments(inside)[1])
    raise UnsupportedType(f"a column of type {spec} cannot be sent over the embedded store's port; "
                          "cast it, for instance with toString() or finalizeAggregation()")
