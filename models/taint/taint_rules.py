"""Parameters of taint: the table ``[taint]`` of the rules file.

They have no part in the version of the rules that hits carry: no hit depends on them.
"""

import difflib
import json
import math
from dataclasses import replace

from features.decay import DAY_MS
from features.errors import DuankaError
from models.taint.limits import BadLimits, Limits

#: Of each key the field of :class:`Limits`, and how many of its units one of the file's is.
_NUMBERS = {
    "max_hops": ("max_hops", 1),
    "least_yuan": ("least_fen", 100),
    "least_share": ("least_share", None),
    "longest_days": ("max_age_ms", DAY_MS),
    "silence_days": ("silence_ms", DAY_MS),
    "max_accounts": ("max_accounts", 1),
    "max_lots": ("max_lots", 1),
}
_KEYS = ("rule", *_NUMBERS)


class BadTaintRules(DuankaError, ValueError):
    """The table ``[taint]`` is not usable; the message says what is wrong and what was given."""


def taint_rules(given: object) -> Limits:
    """Read the table ``[taint]``; what it leaves out keeps its default.

    Raises
    ------
    BadTaintRules

    Examples
    --------
    >>> taint_rules({"rule": "proportional", "least_yuan": 500}).least_fen
    50000
    """
    if not isinstance(given, dict):
        raise BadTaintRules(f"[taint] must be a table, got {given!r}")
    chosen = {}
    for name, value in given.items():
        if name not in _KEYS:
            near = difflib.get_close_matches(name, _KEYS, 1, 0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(_KEYS)}"
            raise BadTaintRules(f"unknown parameter of [taint]: {name!r}; {hint}")
        chosen |= {"rule": value} if name == "rule" else _number(name, value)
    try:
        return replace(Limits(), **chosen)
    except BadLimits as error:
        raise BadTaintRules(f"[taint] {error}") from error


def _number(name: str, value: object) -> dict[str, float]:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadTaintRules(f"[taint] {name} must be a number, got {value!r}")
    field, units = _NUMBERS[name]
    return {field: value if units is None else round(value * units)}


def write_taint_rules(limits: Limits) -> str:
    """The table as TOML, every value spelled out."""
    lines = ["[taint]", f"rule = {json.dumps(limits.rule)}"]
    for name, (field, units) in _NUMBERS.items():
        lines.append(f"{name} = {getattr(limits, field) / (units or 1):.15g}")
    return "\n".join([*lines, ""])
