"""From the strengths of typologies and the detector's rank to one risk per row."""

from dataclasses import dataclass

import numba
import numpy as np

from models.rules import Rules
from models.typologies import TYPOLOGIES

#: The detector's name among the typologies' codes.
DETECTOR = "HST"


@dataclass(frozen=True)
class Evidence:
    """What speaks against n rows of one kind.

    Attributes
    ----------
    codes : tuple of str
        Typologies of that kind, then the detector.
    strength : ndarray of float64, shape (n, len(codes)), within [0, 1]
    weighted : ndarray of float64, same shape
        Strength times weight: the chance that this evidence alone is right, as the rules put it.
    """

    codes: tuple[str, ...]
    strength: np.ndarray
    weighted: np.ndarray


def fuse(kind: int, strength: np.ndarray, rank: np.ndarray, rules: Rules) -> tuple[Evidence, np.ndarray]:
    """Put the typologies' strengths and the detector's rank on one scale and fuse them.

    Parameters
    ----------
    strength : ndarray of float64, shape (n, typologies of `kind`), within [0, 1]
    rank : ndarray of float64, shape (n,), within [0, 1]

    Returns
    -------
    evidence : Evidence
    risk : ndarray of float64, shape (n,), within [0, 1000]
        Noisy-or, ``1 - (1 - e_1)(1 - e_2)…``: any strong piece suffices, weak ones add up, none
        counts twice.
    """
    mine = [t for t in TYPOLOGIES if t.kind == kind]
    weights = np.array([rules.typologies[t.code]["weight"] for t in mine] + [rules.detector["weight"]])
    shape = (len(strength), len(weights))
    evidence = Evidence((*(t.code for t in mine), DETECTOR), np.empty(shape), np.empty(shape))
    risk = np.empty(len(strength))
    start = rules.detector["start_rank"]
    _fuse(strength, rank, start, weights, evidence.strength, evidence.weighted, risk)
    return evidence, risk


@numba.njit(cache=True, nogil=True)
def _fuse(given, rank, start, weights, strength, weighted, risk):
    last = weights.size - 1
    for r in range(rank.size):
        innocent = 1.0
        for k in range(last):
            strength[r, k] = given[r, k]
        unusual = min(max((rank[r] - start) / (1.0 - start), 0.0), 1.0)
        # A trace of the rank below `start` remains, so that cards without a finding have an order.
        strength[r, last] = 0.9 * unusual + 0.1 * rank[r]
        for k in range(last + 1):
            weighted[r, k] = strength[r, k] * weights[k]
            innocent *= 1.0 - weighted[r, k]
        risk[r] = 1000.0 * (1.0 - innocent)


def contributions(weighted: np.ndarray, total: float) -> np.ndarray:
    """Share of each piece of evidence in a row's risk; the shares add up to `total`.

    Noisy-or is a sum in ``-log(1 - e)``: each piece's share of that sum is its share of the risk.
    """
    bits = -np.log1p(-weighted)
    whole = bits.sum()
    return bits / whole * total if whole > 0 else np.zeros_like(bits)
