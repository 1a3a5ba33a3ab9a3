"""The slow, plain reading of one record's bytes as a JSON object, by the standard library alone.

It shares no code with the decoder: it is one half of the oracle that the fuzzer holds the decoder
to, and says what ``docs/events.md`` says about bytes and JSON.
"""

import json
import math
import re
from dataclasses import dataclass

MAX_RECORD_BYTES = 65_536
MAX_DEPTH = 32
#: Python and msgspec read no whole number of more digits; far beyond a double in any case.
_MAX_DIGITS = 4_000
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class _NotJson(ValueError):
    """Well formed for the standard library's lenient reader, and no JSON all the same."""


@dataclass(frozen=True)
class Number:
    """A JSON number as it was spelled."""

    text: str

    @property
    def whole(self) -> bool:
        return self.text.lstrip("-").isdigit()

    @property
    def double(self) -> float:
        return float(self.text)


@dataclass(frozen=True)
class Reading:
    """The value, or the reasons for which there is none; any of them is right."""

    value: object = None
    reasons: frozenset[str] = frozenset()


def read_json(raw: bytes) -> Reading:
    """Read a record, surrounding white space already cut off.

    Examples
    --------
    >>> read_json(b'{"a":[1]}').value
    {'a': [Number(text='1')]}
    >>> sorted(read_json(b'{"a":NaN}').reasons)
    ['malformed_json']
    """
    if len(raw) > MAX_RECORD_BYTES:
        return Reading(reasons=frozenset({"too_long"}))
    # In what is no JSON, nobody can say which brackets nest.
    maybe_deep = {"too_deep"} if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH else set()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Reading(reasons=frozenset({"invalid_utf8"} | maybe_deep))
    try:
        value = json.loads(
            text,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_refuse,
            object_pairs_hook=_object,
        )
        _check_texts(value)
    except (ValueError, RecursionError):
        return Reading(reasons=frozenset({"malformed_json"} | maybe_deep))
    if _depth(text) > MAX_DEPTH:
        return Reading(reasons=frozenset({"too_deep"}))
    if not isinstance(value, dict):
        return Reading(reasons=frozenset({"not_an_object"}))
    return Reading(value)


def _refuse(word: str) -> None:
    raise _NotJson(f"{word} is no JSON")


def _number(text: str) -> Number:
    if len(text) > _MAX_DIGITS and Number(text).whole or math.isinf(float(text)):
        raise _NotJson("beyond a double")
    return Number(text)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # Here and not afterwards: of a key that stands twice the last value counts, but all are checked.
    for key, value in pairs:
        _check_texts(key)
        _check_texts(value)
    return dict(pairs)


def _check_texts(value: object) -> None:
    """Refuse half surrogate pairs, which the standard library lets through."""
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, list):
        for item in value:
            _check_texts(item)


def _depth(text: str) -> int:
    """Deepest nesting of valid JSON."""
    depth = deepest = 0
    for character in _STRINGS.sub('""', text):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest
