"""From typologies, detectors and a learned model to one risk per row, and back to its pieces.

Typologies and detectors are fused by noisy-or, ``e = 1 - (1 - e_1)(1 - e_2)…``: any strong piece
suffices, weak ones add up, none counts twice. Without a learned model the risk is ``1000 e``. With
one, its probability p and e are added on the scale of log-odds,

    z = bias + w_rules * logit(e) + w_model * logit(p),   risk = 1000 / (1 + exp(-z)),

so that a model can also speak for a card. Bias and weights come with the model; fitted on labels
they make the risk a calibrated probability (stacking, Wolpert 1992).
"""

import math
from dataclasses import dataclass

import numba
import numpy as np

from features.roles import ACCOUNT, PHONE
from models.rules import Rules
from models.typologies import TYPOLOGIES

#: The unsupervised detectors of each kind of card, by their names among the typologies' codes.
DETECTOR = "HST"
BURST = "BURST"
DETECTORS = {PHONE: (DETECTOR, BURST), ACCOUNT: (DETECTOR,)}
#: Name of the learned model's piece of evidence, and of what an unremarkable card gets.
MODEL = "MODEL"
BASE = "BASE"
NO_TYPOLOGIES = frozenset({DETECTOR, BURST, MODEL})
#: Evidence and probabilities are held this far from 0 and 1, so that log-odds stay finite (ours).
CLIP = 1e-3


@dataclass(frozen=True)
class Stack:
    """How evidence of the rules and a learned model's probability add up, in log-odds."""

    bias: float
    rules: float
    model: float

    @classmethod
    def unfitted(cls) -> "Stack":
        """Weights when none were fitted (ours): the model as it is, a finding of the rules at half."""
        return cls(bias=-0.5 * _logit(0.05), rules=0.5, model=1.0)


@dataclass(frozen=True)
class Evidence:
    """What speaks for or against n rows of one kind.

    Attributes
    ----------
    codes : tuple of str
        Typologies of that kind, its detectors, then :data:`MODEL`.
    strength : ndarray of float64, shape (n, len(codes)), within [0, 1]
        The model's is its probability; 0 throughout where there is no model.
    """

    codes: tuple[str, ...]
    strength: np.ndarray


def evidence_codes(kind: int) -> tuple[str, ...]:
    """Names of the pieces of evidence about a kind of card, in the order of their columns."""
    return (*(t.code for t in TYPOLOGIES if t.kind == kind), *DETECTORS[kind], MODEL)


def rule_weights(kind: int, rules: Rules) -> np.ndarray:
    """How much each piece but the model counts at full strength, float64, within [0, 1)."""
    mine = [rules.typologies[t.code]["weight"] for t in TYPOLOGIES if t.kind == kind]
    return np.array(mine + [rules.detectors[name]["weight"] for name in DETECTORS[kind]])


def fuse(
    kind: int,
    strength: np.ndarray,
    ranks: np.ndarray,
    rules: Rules,
    probability: np.ndarray | None = None,
    stack: Stack | None = None,
) -> tuple[Evidence, np.ndarray]:
    """Fuse the evidence about rows of one kind.

    Parameters
    ----------
    strength : ndarray of float64, shape (n, typologies of `kind`), within [0, 1]
    ranks : ndarray of float64, shape (n, detectors of `kind`), within [0, 1]
    probability : ndarray of float64, shape (n,), optional
        The learned model's.
    stack : Stack, optional
        Needed with `probability`.

    Returns
    -------
    evidence : Evidence
    risk : ndarray of float64, shape (n,), within [0, 1000]
        A row's risk depends on that row alone.
    """
    codes = evidence_codes(kind)
    evidence = Evidence(codes, np.zeros((len(strength), len(codes))))
    starts = np.array([rules.detectors[name]["start_rank"] for name in DETECTORS[kind]])
    rank_strength = detector_strength(ranks, starts)
    split = strength.shape[1]
    evidence.strength[:, :split] = strength
    evidence.strength[:, split:-1] = rank_strength
    if probability is not None:
        evidence.strength[:, -1] = probability
    return evidence, risk_of(evidence.strength, rule_weights(kind, rules), stack)


def detector_strength(ranks: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Strength of a detector's finding, rising from its start rank on.

    A trace of the rank below the start remains, so that cards without a finding have an order.
    """
    unusual = np.clip((ranks - starts) / (1.0 - starts), 0.0, 1.0)
    return 0.9 * unusual + 0.1 * ranks


def risk_of(strength: np.ndarray, weights: np.ndarray, stack: Stack | None) -> np.ndarray:
    """Risk of rows of evidence, shape (n,); the last column counts only with a stack."""
    risk = np.empty(len(strength))
    if stack is None:
        _risk(strength, weights, False, 0.0, 0.0, 0.0, risk)
    else:
        _risk(strength, weights, True, stack.bias, stack.rules, stack.model, risk)
    return risk


@numba.njit(cache=True, nogil=True)
def _risk(strength, weights, stacked, bias, by_rules, by_model, risk):
    for r in range(risk.size):
        innocent = 1.0
        for k in range(weights.size):
            innocent *= 1.0 - strength[r, k] * weights[k]
        e = 1.0 - innocent
        if stacked:
            e = min(max(e, CLIP), 1.0 - CLIP)
            p = min(max(strength[r, weights.size], CLIP), 1.0 - CLIP)
            z = bias + by_rules * math.log(e / (1.0 - e)) + by_model * math.log(p / (1.0 - p))
            e = 1.0 / (1.0 + math.exp(-z))
        risk[r] = 1000.0 * e


@dataclass(frozen=True)
class Shares:
    """What a row's risk is made of; everything adds up to the risk.

    Attributes
    ----------
    base : float
        What a card without any finding and with the model's average gets; 0 without a model.
    rules : ndarray of float64, shape (pieces but the model,)
    model : ndarray of float64, shape (features of the model,)
        Below zero where a feature speaks for the card.
    """

    base: float
    rules: np.ndarray
    model: np.ndarray


def shares(
    strength: np.ndarray,
    weights: np.ndarray,
    stack: Stack | None = None,
    model_base: float = 0.0,
    model_parts: np.ndarray | None = None,
) -> Shares:
    """Take a row's risk apart.

    Noisy-or is a sum in ``-log(1 - e_k)``: each piece's share of that sum is its share of what the
    rules add. In log-odds rules and features add up; each one's share of the way from the base's
    log-odds to the row's is its share of the risk above the base.

    Parameters
    ----------
    strength : ndarray of float64, shape (pieces,)
        A row of :attr:`Evidence.strength`.
    model_base, model_parts : float, ndarray of float64
        Log-odds of the model's average, and what each feature adds to it in this row.
    """
    bits = -np.log1p(-strength[:-1] * weights)
    whole = bits.sum()
    part = bits / whole if whole > 0 else np.zeros_like(bits)
    risk = float(risk_of(strength[np.newaxis], weights, stack)[0])
    if stack is None:
        return Shares(0.0, part * risk, np.zeros(0))
    e = min(max(-math.expm1(-whole), CLIP), 1.0 - CLIP)
    p = min(max(float(strength[-1]), CLIP), 1.0 - CLIP)
    parts = np.zeros(0) if model_parts is None else model_parts
    # Calibration and clipping bend the model's log-odds; its features share what came out of it.
    raw, moved = parts.sum(), _logit(p) - model_base
    scaled = parts * (moved / raw) if raw != 0 else parts
    by_rules = stack.rules * (_logit(e) - _logit(CLIP)) * part
    by_model = stack.model * scaled
    start = stack.bias + stack.rules * _logit(CLIP) + stack.model * (_logit(p) - scaled.sum())
    base = 1000.0 / (1.0 + math.exp(-start))
    way = by_rules.sum() + by_model.sum()
    if way == 0:
        return Shares(risk, by_rules * 0, by_model * 0)
    scale = (risk - base) / way
    return Shares(base, by_rules * scale, by_model * scale)


def _logit(p: float) -> float:
    return math.log(p / (1.0 - p))
