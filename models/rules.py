"""The rules in force: typology parameters, levels and the detector's share, from one TOML file."""

import difflib
import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np

from features.errors import DuankaError
from models.levels import Level
from models.opening_rules import BadOpeningRules, OpeningRules, opening_rules
from models.taint.limits import Limits
from models.taint.taint_rules import BadTaintRules, taint_rules
from models.typologies import TYPOLOGIES
from models.victims.warning_rules import BadWarningRules, WarningRules, warning_rules

_DETECTORS = {"HST": {"weight": 0.3, "start_rank": 0.97}, "BURST": {"weight": 0.3, "start_rank": 0.995}}
_LEVELS = {"blue": 450.0, "yellow": 600.0, "orange": 750.0, "red": 850.0}
#: With a learned model the risk is a calibrated probability, so lower figures say as much: these let
#: about 6, 5, 4 and 3 cards per 10,000 people and day through in simulated cities.
_MODEL_LEVELS = {"blue": 100.0, "yellow": 200.0, "orange": 400.0, "red": 700.0}
_EPISODE = {"gap_hours": 24.0, "hold_share": 0.1, "cool_down_hours": 12.0, "snooze_hours": 168.0,
            "snooze_points": 100.0}
#: Least level by code of a list, 0 for none to 4 for red (all ours); see :mod:`models.list_findings`.
_WATCHLISTS = {"case_involved": 3.0, "victim_reported": 3.0, "bank_reported": 2.0, "attempted": 2.0,
               "payee_involved": 1.0, "payer_involved": 2.0}
#: The first release's values with lists; stays as it is when the values above change.
_UNHASHED_WATCHLISTS = {"case_involved": 3.0, "victim_reported": 3.0, "bank_reported": 2.0, "attempted": 2.0,
                        "payee_involved": 1.0, "payer_involved": 2.0}

_SECTIONS = ("typologies", "detectors", "levels", "model_levels", "episode", "watchlists", "openings", "warnings",
             "taint")


class BadRules(DuankaError, ValueError):
    """The rules file is not usable; the message says what is wrong, what was given, what to do."""


@dataclass(frozen=True)
class Rules:
    """Everything a person may tune without touching code.

    Attributes
    ----------
    typologies : mapping of code to mapping of parameter to float
    detectors : mapping of name to mapping
        ``weight``: how much an unsupervised detector counts at most, 0 to 1; ``start_rank``: share
        of rows that it leaves unmentioned.
    levels : mapping of level name to the least risk, 0 to 1000
        Of cards that no learned model scores.
    model_levels : mapping
        The same of cards that one does.
    episode : mapping
        See :class:`models.episodes.Patience`.
    watchlists : mapping of what a list stands for to the number of the least level
        See :mod:`models.list_findings`.
    warnings : WarningRules
        Of victims; they, `openings` and `taint` are no part of the version, since no hit depends on them.
    openings : OpeningRules
    taint : Limits
        How money is followed in the stream.
    """

    typologies: Mapping[str, Mapping[str, float]]
    detectors: Mapping[str, Mapping[str, float]]
    levels: Mapping[str, float]
    model_levels: Mapping[str, float]
    episode: Mapping[str, float]
    watchlists: Mapping[str, float]
    warnings: WarningRules = field(default_factory=WarningRules)
    openings: OpeningRules = field(default_factory=OpeningRules)
    taint: Limits = field(default_factory=Limits)

    @cached_property
    def version(self) -> str:
        """Short hash of every value: equal rules, equal version."""
        values = self._plain()
        # Releases before lists hashed the others alone, and what they stored must stay explainable.
        if values["watchlists"] == _UNHASHED_WATCHLISTS:
            del values["watchlists"]
        text = json.dumps(values, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()

    def _plain(self) -> dict:
        return {
            "typologies": {code: dict(p) for code, p in self.typologies.items()},
            "detectors": {name: dict(p) for name, p in self.detectors.items()},
            "levels": dict(self.levels),
            "model_levels": dict(self.model_levels),
            "episode": dict(self.episode),
            "watchlists": dict(self.watchlists),
        }

    def level_of(self, risk: np.ndarray, learned: bool = False) -> np.ndarray:
        """Level of each risk (0 to 1000), uint8; `learned` where a learned model had a part in it."""
        levels = self.model_levels if learned else self.levels
        bounds = [levels[level.label] for level in Level if level]
        return np.searchsorted(bounds, risk, side="right").astype(np.uint8)

    def hold_from(self, learned: bool) -> float:
        """Least risk of a row that holds an open episode."""
        blue = (self.model_levels if learned else self.levels)["blue"]
        return blue * (1.0 - self.episode["hold_share"])


def default_rules() -> Rules:
    """The rules that ship."""
    return parse_rules("")


def parse_rules(text: str) -> Rules:
    """Read a TOML text; what it leaves out keeps its default.

    Raises
    ------
    BadRules
        Not TOML, an unknown name (the nearest valid one is named), or a value out of range.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRules(f"the rules are not TOML: {error}") from error
    _known("section", given, _SECTIONS)
    rules = Rules(
        _merge_all("typologies", "typology", {t.code: t.parameters for t in TYPOLOGIES}, given),
        _merge_all("detectors", "detector", _DETECTORS, given),
        _merge("levels", _LEVELS, given.get("levels", {})),
        _merge("model_levels", _MODEL_LEVELS, given.get("model_levels", {})),
        _merge("episode", _EPISODE, given.get("episode", {})),
        _merge("watchlists", _WATCHLISTS, given.get("watchlists", {})),
        *_of_no_hit(given),
    )
    _check(rules)
    return rules


def _of_no_hit(given: Mapping) -> tuple[WarningRules, OpeningRules, Limits]:
    try:
        return (
            warning_rules(given.get("warnings", {})),
            opening_rules(given.get("openings", {})),
            taint_rules(given.get("taint", {})),
        )
    except (BadWarningRules, BadOpeningRules, BadTaintRules) as error:
        raise BadRules(str(error)) from error


def _merge_all(section: str, what: str, defaults: Mapping, given: Mapping) -> Mapping[str, Mapping[str, float]]:
    chosen = given.get(section, {})
    if not isinstance(chosen, dict):
        raise BadRules(f"[{section}] must be a table, got {chosen!r}")
    _known(what, chosen, defaults)
    return MappingProxyType(
        {name: _merge(f"{section}.{name}", d, chosen.get(name, {})) for name, d in defaults.items()}
    )


def _merge(where: str, defaults: Mapping[str, float], given: object) -> Mapping[str, float]:
    if not isinstance(given, dict):
        raise BadRules(f"[{where}] must be a table, got {given!r}")
    _known(f"parameter of [{where}]", given, defaults)
    for name, value in given.items():
        if isinstance(value, bool) or not _is_number(value):
            raise BadRules(f"[{where}] {name} must be a number, got {value!r}")
    return MappingProxyType({name: float(given.get(name, value)) for name, value in defaults.items()})


def _is_number(value: object) -> bool:
    if not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _known(what: str, given: Mapping, valid) -> None:
    for name in given:
        if name not in valid:
            near = difflib.get_close_matches(name, list(valid), 1, 0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(valid)}"
            raise BadRules(f"unknown {what}: {name!r}; {hint}")


def _check(rules: Rules) -> None:
    weights = {f"typologies.{c}": p["weight"] for c, p in rules.typologies.items()}
    weights |= {f"detectors.{name}": p["weight"] for name, p in rules.detectors.items()}
    for where, weight in weights.items():
        if not 0 <= weight < 1:
            raise BadRules(f"[{where}] weight must be at least 0 and below 1, got {weight:g}")
    for code, parameters in rules.typologies.items():
        _check_ramps(code, parameters)
    for section, levels in (("levels", rules.levels), ("model_levels", rules.model_levels)):
        bounds = [levels[level.label] for level in Level if level]
        if sorted(set(bounds)) != bounds or bounds[0] <= 0 or bounds[-1] > 1000:
            raise BadRules(f"[{section}] must rise from above 0 to at most 1000, got {bounds}")
    if rules.episode["hold_share"] >= 1:
        raise BadRules(f"[episode] hold_share must be below 1, got {rules.episode['hold_share']:g}")
    for name, parameters in rules.detectors.items():
        if not 0 <= parameters["start_rank"] < 1:
            raise BadRules(f"[detectors.{name}] start_rank must be in [0, 1), got {parameters['start_rank']:g}")
    for name, value in rules.watchlists.items():
        if value not in (0, 1, 2, 3, 4):
            raise BadRules(f"[watchlists] {name} must be a level, 1 (blue) to 4 (red), or 0 for none, got {value:g}")
    for name, value in rules.episode.items():
        if value < 0 or (name == "gap_hours" and value == 0):
            least = "above 0" if name == "gap_hours" else "at least 0"
            raise BadRules(f"[episode] {name} must be {least}, got {value:g}")


def _check_ramps(code: str, parameters: Mapping[str, float]) -> None:
    for typology in TYPOLOGIES:
        if typology.code != code:
            continue
        for term in typology.terms:
            if parameters[term.none] == parameters[term.full]:
                raise BadRules(
                    f"[typologies.{code}] {term.none} and {term.full} must differ, "
                    f"both are {parameters[term.full]:g}"
                )


def write_rules(rules: Rules) -> str:
    """The rules as TOML, every value spelled out."""
    lines = []
    for section, values in rules._plain().items():
        tables = values.items() if section in ("typologies", "detectors") else [(None, values)]
        for name, table in tables:
            lines.append(f"[{section}.{name}]" if name else f"[{section}]")
            lines += [f"{key} = {value!r}" for key, value in table.items()]
            lines.append("")
    return "\n".join(lines)
