"""A stored hit, recomputed from its stored values with the rules and the model of its time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.clickhouse import Store
from connectors.errors import RegistryError
from connectors.model_registry import ModelRegistry
from connectors.model_registry.mirror import mirrored_snapshot
from connectors.queries.hit_record import hit_record, stored_rules
from features.errors import DuankaError
from features.roles import ACCOUNT, PHONE
from jobs.model_life.load import load_entry
from models.explanation import Explanation, recompute
from models.fusion import evidence_codes
from models.learned.model_snapshot import BadModelSnapshot, ModelSnapshot
from models.levels import Level
from models.list_findings import ListFinding
from models.rules import Rules, parse_rules
from models.scorer import BUILT_IN, FEATURE_NAMES
from models.scoring_model import ScoringModel

_KINDS = {"phone": PHONE, "account": ACCOUNT}


class CannotExplain(DuankaError):
    """Something that the hit was decided on is not there any more; the message says what."""


@dataclass(frozen=True)
class Difference:
    """A field of a hit that came out otherwise."""

    field: str
    stored: Any
    recomputed: Any


@dataclass(frozen=True)
class Recomputed:
    """A hit as it is stored, and where the recomputation says otherwise: nowhere, if all is well.

    Attributes
    ----------
    again : Explanation
        What came out this time.
    levels : mapping of level name to float
        The least risk of each level, as it was in force for the hit.
    """

    hit: dict[str, Any]
    differences: list[Difference]
    again: Explanation
    levels: Mapping[str, float]


def explain_hit(store: Store, registry: ModelRegistry, hit_id: str, card: str = "") -> Recomputed:
    """Recompute a stored hit, whatever is in force today.

    Parameters
    ----------
    card : str
        Whose hit it must be; finds it without a look at all others.

    Raises
    ------
    CannotExplain
        No such hit, or its rules, its model or its evidence are not to be had.
    """
    hit = hit_record(store, hit_id, card)
    if hit is None:
        raise CannotExplain(f"the store has no hit {hit_id!r}; ids are in: duanka hits --format json")
    rules = rules_of(store, hit["typology_version"])
    return recompute_hit(hit, rules, model_of(store, registry, hit["model_version"]))


def rules_of(store: Store, version: str) -> Rules:
    """The rules of a version, from the store."""
    text = stored_rules(store, version)
    if text is None:
        raise CannotExplain(f"the store lacks the rules of version {version}; they are kept since schema 7")
    rules = parse_rules(text)
    if rules.version != version:
        raise CannotExplain(
            f"the rules of version {version} are {rules.version} for this release, whose typologies are others; "
            "explain the hit with the release that made it"
        )
    return rules


def model_of(store: Store, registry: ModelRegistry, version: str) -> ScoringModel | None:
    """The model of a version, from the registry or else from the store's copy; None for none."""
    if version == BUILT_IN:
        return None
    try:
        return load_entry(registry, registry.of_version(version))[0].scoring_model
    except (RegistryError, BadModelSnapshot) as error:
        blob = mirrored_snapshot(store, version)
        if blob is None:
            raise CannotExplain(f"the model of the hit is not to be had: {error}") from error
    snapshot = ModelSnapshot.from_bytes(blob)
    if snapshot.version != version:
        raise CannotExplain(f"the store's copy of model {version} is that of {snapshot.version}")
    return snapshot.scoring_model


def recompute_hit(hit: dict[str, Any], rules: Rules, model: ScoringModel | None) -> Recomputed:
    """Score the hit's values again and compare, to the last bit.

    Parameters
    ----------
    hit : dict
        A row of :func:`connectors.queries.hit_record.hit_record`.
    rules, model
        Those of the hit's versions.

    Raises
    ------
    CannotExplain
        It was stored without evidence, or on other features than this release computes.
    """
    kind = _KINDS[hit["card"].partition(":")[0]]
    for what, kept, known in (
        ("features", hit["feature_names"], FEATURE_NAMES[kind]),
        ("evidence", hit["evidence_codes"], evidence_codes(kind)),
    ):
        if tuple(kept) != tuple(known):
            why = "was stored without its" if not kept else "was decided on other"
            raise CannotExplain(f"the hit {why} {what}; explain it with the release that made it")
    findings = [ListFinding(*json.loads(text)) for text in hit["list_findings"]]
    again = recompute(kind, list(hit["feature_values"]), list(hit["evidence_strength"]), rules, model, findings)
    computed = {
        "risk": round(again.risk),
        "level": Level(again.level).label,
        "evidence_strength": again.strength,
        "reason_codes": [r.code for r in again.reasons],
        "reason_points": [r.points for r in again.reasons],
        "reasons_zh": [r.zh for r in again.reasons],
        "reasons_en": [r.en for r in again.reasons],
    }
    differences = []
    for name, value in computed.items():
        stored = list(hit[name]) if isinstance(value, list) else hit[name]
        if stored != value:
            differences.append(Difference(name, stored, value))
    is_learned = model is not None and model.stack(kind) is not None
    return Recomputed(hit, differences, again, rules.model_levels if is_learned else rules.levels)
