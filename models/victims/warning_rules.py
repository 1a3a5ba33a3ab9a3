"""Parameters of victim warnings: the table ``[warnings]`` of the rules file.

They have no part in the version of the rules that hits carry: no hit depends on them.
"""

import difflib
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from features.errors import DuankaError

#: All ours, no published value; `warn_from` lets about one false warning per 10,000 people and day through in
#: simulated cities.
DEFAULTS: Mapping[str, float] = MappingProxyType({
    "warn_from": 110.0,  # least risk of a payment that is warned of, 0 to 1000
    "urgent_from": 800.0,
    "talk_s": 45.0,  # a payment without so long a talk is not judged
    "drained_share": 0.7,  # D302: the payment takes so much of what is there
    "growing_payments": 2.0,  # D302: or so many payments to new payees, each larger
    "gathered_share": 0.8,  # D303: so much of the payment came in within about a day
    "targeted_risk": 400.0,  # D304: a caller of this risk
    "targeted_talk_s": 300.0,  # talked for so long, and nothing was paid yet
})


class BadWarningRules(DuankaError, ValueError):
    """The table ``[warnings]`` is not usable; the message says what is wrong and what was given."""


@dataclass(frozen=True)
class WarningRules:
    """What a person may tune; `values` as in `DEFAULTS`."""

    values: Mapping[str, float] = field(default_factory=lambda: DEFAULTS)

    @cached_property
    def version(self) -> str:
        """Short hash of every value: equal rules, equal version."""
        return hashlib.blake2b(json.dumps(dict(self.values), sort_keys=True).encode(), digest_size=6).hexdigest()


def warning_rules(given: object) -> WarningRules:
    """Read the table ``[warnings]``; what it leaves out keeps its default.

    Raises
    ------
    BadWarningRules

    Examples
    --------
    >>> warning_rules({"warn_from": 500}).values["warn_from"]
    500.0
    """
    if not isinstance(given, dict):
        raise BadWarningRules(f"[warnings] must be a table, got {given!r}")
    for name, value in given.items():
        if name not in DEFAULTS:
            near = difflib.get_close_matches(name, list(DEFAULTS), 1, 0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(DEFAULTS)}"
            raise BadWarningRules(f"unknown parameter of [warnings]: {name!r}; {hint}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise BadWarningRules(f"[warnings] {name} must be a number of at least 0, got {value!r}")
        if name.endswith(("_from", "_risk")) and value > 1000:
            raise BadWarningRules(f"[warnings] {name} must be 0 to 1000, got {value:g}")
        if name.endswith("_share") and value > 1:
            raise BadWarningRules(f"[warnings] {name} must be 0 to 1, got {value:g}")
    return WarningRules(MappingProxyType({n: float(given.get(n, v)) for n, v in DEFAULTS.items()}))


def write_warning_rules(rules: WarningRules) -> str:
    """The table as TOML, every value spelled out."""
    return "\n".join(["[warnings]", *(f"{name} = {value:g}" for name, value in rules.values.items()), ""])
