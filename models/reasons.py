"""Reasons in words, Chinese and English."""

from dataclasses import dataclass

import numpy as np

from models.fusion import DETECTOR, contributions
from models.typologies import TYPOLOGIES

_BY_CODE = {t.code: t for t in TYPOLOGIES}
_UNUSUAL_ZH = "整体行为在同类卡中罕见"
_UNUSUAL_EN = "behaviour as a whole is rare among cards of its kind"


@dataclass(frozen=True)
class Reason:
    """One reason of a hit; `points` is its share of the risk, 0 to 1000."""

    code: str
    points: float
    zh: str
    en: str


def reasons(codes: tuple[str, ...], weighted: np.ndarray, risk: float, values: dict[str, float]) -> list[Reason]:
    """Reasons of one row, heaviest first; their points add up to `risk`.

    Parameters
    ----------
    codes : tuple of str
    weighted : ndarray of float64, shape (len(codes),)
    risk : float
    values : dict
        The row's features by name.
    """
    points = contributions(weighted, risk)
    given = []
    for k in np.argsort(-points, kind="stable").tolist():
        if points[k] <= 0:
            continue
        code = codes[k]
        if code == DETECTOR:
            zh, en = _UNUSUAL_ZH, _UNUSUAL_EN
        else:
            typology = _BY_CODE[code]
            zh = f"{typology.zh}：{typology.reason_zh.format(**values)}"
            en = f"{typology.en}: {typology.reason_en.format(**values)}"
        given.append(Reason(code, float(points[k]), zh, en))
    return given
