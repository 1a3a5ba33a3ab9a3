"""Why a row got its risk, recomputed from what is stored of it."""

from dataclasses import dataclass

import numpy as np

from models.fusion import Shares, evidence_codes, risk_of, rule_weights, shares
from models.list_findings import ListFinding
from models.reasons import Reason, list_reasons, reasons
from models.rules import Rules
from models.scorer import FEATURE_NAMES, typology_kernel
from models.scoring_model import ScoringModel


@dataclass(frozen=True)
class Explanation:
    """A row's risk and level, and the reasons that add up to it; `shares` are those of the fused risk."""

    risk: float
    level: int
    strength: list[float]
    shares: Shares
    reasons: list[Reason]


def explain(
    kind: int,
    values: list[float],
    strength: list[float],
    rules: Rules,
    model: ScoringModel | None,
    findings: list[ListFinding] | None = None,
) -> Explanation:
    """Take a row's risk apart.

    Parameters
    ----------
    values : list of float
        The row's features, in the order of ``FEATURE_NAMES[kind]``, as float32 held them.
    strength : list of float
        The row's evidence, in the order of :func:`models.fusion.evidence_codes`.
    findings : list of ListFinding, optional
        What lists say of the card; as told, since the lists of that time are not kept.
    """
    names = FEATURE_NAMES[kind]
    row = np.array(values, np.float32)
    weights = rule_weights(kind, rules)
    stack = model.stack(kind) if model is not None else None
    pieces = np.array(strength)
    base, parts, used = 0.0, None, ()
    if stack is not None:
        card_model = model.cards[kind]
        made_of = card_model.contributions(row, names)
        base, parts, used = made_of.base, made_of.shares, card_model.features
    made = shares(pieces, weights, stack, base, parts)
    risk = risk_of(pieces[np.newaxis], weights, stack)
    fused = float(risk[0])
    for finding in findings or ():
        risk = np.maximum(risk, finding.floor)
    level = int(rules.level_of(risk, stack is not None)[0])
    told = list_reasons(fused, findings or [], reasons(evidence_codes(kind), made, dict(zip(names, values)), used))
    return Explanation(float(risk[0]), level, list(strength), made, told)


def recompute(
    kind: int,
    values: list[float],
    strength: list[float],
    rules: Rules,
    model: ScoringModel | None,
    findings: list[ListFinding] | None = None,
) -> Explanation:
    """Score a stored row again from its features, rules and model.

    Typologies and the learned model are computed anew; the detectors' findings are taken as stored,
    since they depend on all that their shard had seen by then; so are those of lists.
    """
    names = FEATURE_NAMES[kind]
    matrix = np.array([values], np.float32)
    again = np.array(strength)
    typologies = typology_kernel(kind, rules).strengths(matrix)[0]
    again[: typologies.size] = typologies
    again[-1] = 0.0
    if model is not None and kind in model.cards:
        again[-1] = model.cards[kind].probability(matrix, names)[0]
    return explain(kind, values, again.tolist(), rules, model, findings)
