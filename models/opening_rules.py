"""Parameters of openings: the table ``[openings]`` of the rules file, with a version of its own.

They stand beside the typologies' since the same people tune them in the same file. The version of the rules that
hits carry leaves them out: no hit depends on them, and a quota that changes must not make hits look as if they had
been decided by other rules.
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
from features.openings.shared_values import MAX_IDENTITIES, SHARED

#: Defaults. 1001 and 1002: parameters seen in use on the police–bank platform. Debit and phone cards: press.
#: All others ours, no published value.
DEFAULTS: Mapping[str, float] = MappingProxyType({
    "frequent_cards": 3.0,  # 1001: so many cards of a kind
    "frequent_days": 5.0,  # within so many working days
    "cumulative_cards": 10.0,  # 1002: so many accounts ever opened at one bank
    "debit_cards": 4.0,  # held by a person at one bank, at most
    "phone_cards": 5.0,  # held by a person at one operator, at most
    "address_identities": 10.0,  # behind one address
    "address_days": 30.0,  # within so many days
    "agent_identities": 50.0,
    "agent_days": 30.0,
    "linked_phone_identities": 2.0,  # one phone, one identity: the second is one too many
    "linked_phone_days": 365.0,
    "home_digits": 2.0,  # far from home: another province (2) or another prefecture (4)
    "hit_level": 3.0,  # a hit of this level (1 blue to 4 red) on a card that is held asks for a check
    "hit_days": 90.0,  # if alive within so many days
})
_LEAST_TWO = ("frequent_cards", "cumulative_cards", *(f"{name}_identities" for name in SHARED))


class BadOpeningRules(DuankaError, ValueError):
    """The table ``[openings]`` is not usable; the message says what is wrong and what was given."""


@dataclass(frozen=True)
class OpeningRules:
    """What a person may tune.

    Attributes
    ----------
    values : mapping of str to float
        Those of `DEFAULTS`.
    issuers : mapping of prefix to name
        Banks by the first digits of their cards; see :mod:`features.openings.institutions`.
    """

    values: Mapping[str, float] = field(default_factory=lambda: DEFAULTS)
    issuers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """Short hash of every value: equal rules, equal version."""
        text = json.dumps([dict(self.values), dict(self.issuers)], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()

    def whole(self, name: str) -> int:
        """A parameter that is a whole number."""
        return int(self.values[name])

    @property
    def window_days(self) -> tuple[int, ...]:
        """Of each of `SHARED`."""
        return tuple(self.whole(f"{name}_days") for name in SHARED)


def opening_rules(given: object) -> OpeningRules:
    """Read the table ``[openings]``; what it leaves out keeps its default.

    Raises
    ------
    BadOpeningRules

    Examples
    --------
    >>> opening_rules({"debit_cards": 5, "issuers": {"622262": "BOCOM"}}).whole("debit_cards")
    5
    """
    if not isinstance(given, dict):
        raise BadOpeningRules(f"[openings] must be a table, got {given!r}")
    given = dict(given)
    issuers = given.pop("issuers", {})
    for name, value in given.items():
        if name not in DEFAULTS:
            near = difflib.get_close_matches(name, list(DEFAULTS), 1, 0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(DEFAULTS)}, issuers"
            raise BadOpeningRules(f"unknown parameter of [openings]: {name!r}; {hint}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value % 1:
            raise BadOpeningRules(f"[openings] {name} must be a whole number, got {value!r}")
        low = 2 if name in _LEAST_TWO else 1
        high = MAX_IDENTITIES - 1 if name.endswith("_identities") else 10_000
        if not low <= value <= high:
            raise BadOpeningRules(f"[openings] {name} must be {low} to {high}, got {value:g}")
    if given.get("home_digits", 2) not in (2, 4):
        raise BadOpeningRules(f"[openings] home_digits must be 2 (province) or 4 (prefecture), "
                              f"got {given['home_digits']}")
    if given.get("hit_level", 1) > 4:
        raise BadOpeningRules(f"[openings] hit_level must be 1 (blue) to 4 (red), got {given['hit_level']}")
    for prefix, name in issuers.items() if isinstance(issuers, dict) else [(issuers, None)]:
        if not (isinstance(prefix, str) and prefix.isascii() and prefix.isdigit() and len(prefix) <= 12
                and isinstance(name, str) and name):
            raise BadOpeningRules(f"[openings.issuers] wants digits = \"name\", got {prefix!r} = {name!r}")
    return OpeningRules(MappingProxyType({n: float(given.get(n, v)) for n, v in DEFAULTS.items()}),
                        MappingProxyType(dict(issuers)))


def write_opening_rules(rules: OpeningRules) -> str:
    """The table as TOML, every value spelled out."""
    lines = ["[openings]", *(f"{name} = {value:g}" for name, value in rules.values.items())]
    if rules.issuers:
        lines += ["", "[openings.issuers]", *(f'{prefix} = {json.dumps(name, ensure_ascii=False)}'
                                             for prefix, name in rules.issuers.items())]
    return "\n".join([*lines, ""])
