"""How likely a payment is one that a swindler talks somebody into: a logistic model of call and payment.

Weights are those of a logistic regression on four simulated cities with more fraud than others (seeds 701 to 704,
ten fraud phones and mules per 1,000 people, 164 victims); what they bring on a city of usual fraud is in
docs/warnings.md. Every piece is a logarithm or a share, so that its part in the risk can be named.
"""

from dataclasses import dataclass

import numpy as np

#: Pieces of evidence, in the order of the columns of :func:`evidence`.
PIECES = ("caller", "payee", "talk", "hour", "day", "again", "grew", "shared")
#: Weights of the pieces and of what an unremarkable payment gets, in log-odds.
WEIGHTS = np.array((0.89, 1.42, 3.35, 3.02, 1.30, 2.93, 1.59, 2.43))
BASE = -17.32
#: Payments of this risk and above are held against others to the same payee (ours): one in sixteen that are judged.
TOLD_FROM = 0.09
_CALLER_FLOOR, _PAYEE_FLOOR, _TALK_FLOOR_S = 0.002, 0.02, 30.0
_HOUR_MIN, _DAY_MIN = 60.0, 480.0
#: A payment so many times the one before has grown (ours).
_GREW = (1.25, 8.0)


@dataclass(frozen=True)
class VictimRisk:
    """Risks of n judged payments.

    Attributes
    ----------
    risk : ndarray of float64, shape (n,), 0 to 1000
    parts : ndarray of float64, shape (n, len(PIECES))
        Of the log-odds; with :data:`BASE` they add up to them.
    """

    risk: np.ndarray
    parts: np.ndarray


def evidence(judged: np.ndarray) -> np.ndarray:
    """What speaks for each judged payment, shape (n, len(PIECES)).

    Parameters
    ----------
    judged : ndarray of JUDGED_ROW, shape (n,)
    """
    since = np.maximum(judged["since_min"].astype(float), 0.0)
    yuan, before = judged["yuan"].astype(float), judged["before_yuan"].astype(float)
    grown = np.divide(yuan, before, out=np.zeros(len(judged)), where=before > 0)
    # Of a thousand others who paid the payee so many talked with the same number.
    others = np.maximum(judged["together"].astype(float) - 1.0, 0.0) / np.maximum(judged["payers"] - 1.0, 1.0)
    return np.column_stack((
        np.log10(np.maximum(judged["caller_risk"], _CALLER_FLOOR) / _CALLER_FLOOR),
        np.log10(np.maximum(judged["payee_risk"], _PAYEE_FLOOR) / _PAYEE_FLOOR),
        np.log10(np.maximum(judged["talk_s"], _TALK_FLOOR_S) / _TALK_FLOOR_S),
        np.exp(-since / _HOUR_MIN),
        np.exp(-since / _DAY_MIN),
        judged["calls"] >= 2,
        (grown > _GREW[0]) & (grown < _GREW[1]),
        np.log10(np.maximum(1000.0 * others, 1.0)),
    )).astype(float)


def victim_risk(judged: np.ndarray) -> VictimRisk:
    """Judge payments; a call without a payment is not this model's to judge.

    Parameters
    ----------
    judged : ndarray of JUDGED_ROW, shape (n,)
    """
    parts = evidence(judged) * WEIGHTS
    return VictimRisk(1000.0 / (1.0 + np.exp(-(BASE + parts.sum(axis=1)))), parts)
