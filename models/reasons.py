"""Reasons in words, Chinese and English."""

import re
from dataclasses import dataclass

import numpy as np

from features.catalogue import label
from models.fusion import BASE, BURST, DETECTOR, MODEL, Shares
from models.list_findings import ListFinding, added
from models.typologies import TYPOLOGIES

_BY_CODE = {t.code: t for t in TYPOLOGIES}
_FIXED = {
    DETECTOR: ("整体行为在同类卡中罕见", "behaviour as a whole is rare among cards of its kind"),
    BURST: ("短时间内出现一批相似的呼叫", "part of a sudden burst of similar calls"),
    BASE: ("同类卡的一般风险", "the general risk of cards of its kind"),
    MODEL: ("模型：其余特征", "model: its other features"),
}
#: Features whose typical value among peers is a feature, too.
TYPICAL_OF_PEERS = {
    "novel_calls_1d": "peers_novel_calls_1d",
    "novel_sms_1d": "peers_novel_sms_1d",
    "calls_per_counterpart_28d": "peers_calls_per_counterpart_28d",
    "talk_s_per_counterpart_28d": "peers_talk_s_per_counterpart_28d",
}
#: The place of the value in a feature's label.
_FIGURE = re.compile(r"\{[^}]*\}")
#: Features of a learned model that are named one by one (ours); the others are told as one.
NAMED_FEATURES = 4


@dataclass(frozen=True)
class Reason:
    """One reason of a hit; `points` is its share of the risk, -1000 to 1000.

    Below zero it speaks for the card.
    """

    code: str
    points: float
    zh: str
    en: str


def reasons(
    codes: tuple[str, ...], shares: Shares, values: dict[str, float], model_features: tuple[str, ...] = ()
) -> list[Reason]:
    """Reasons of one row, heaviest first; their points add up to its risk.

    Parameters
    ----------
    codes : tuple of str
        As :attr:`models.fusion.Evidence.codes`.
    shares : Shares
    values : dict
        The row's features by name.
    model_features : tuple of str
        Features of the learned model, in the order of ``shares.model``.
    """
    given = [_rule(code, float(p), values) for code, p in zip(codes, shares.rules) if p != 0]
    given += _model(shares.model, model_features, values)
    if shares.base != 0:
        given.append(Reason(BASE, shares.base, *_FIXED[BASE]))
    return sorted(given, key=lambda reason: -abs(reason.points))


def list_reasons(fused: float, findings: list[ListFinding], told: list[Reason]) -> list[Reason]:
    """What lists say, then the other reasons; their points add up to the risk with the lists' floor.

    A list is told even where it adds nothing.

    Parameters
    ----------
    fused : float
        Risk without the lists, which `told` adds up to.
    """
    if not findings:
        return told
    said = [Reason(f.code, points, *f.words()) for f, points in zip(findings, added(fused, findings))]
    return sorted(said, key=lambda reason: -reason.points) + told


def _rule(code: str, points: float, values: dict[str, float]) -> Reason:
    if code in _FIXED:
        return Reason(code, points, *_FIXED[code])
    typology = _BY_CODE[code]
    return Reason(
        code,
        points,
        f"{typology.zh}：{typology.reason_zh.format(**values)}",
        f"{typology.en}: {typology.reason_en.format(**values)}",
    )


def _model(points: np.ndarray, names: tuple[str, ...], values: dict[str, float]) -> list[Reason]:
    order = np.argsort(-np.abs(points), kind="stable").tolist()
    told = [k for k in order[:NAMED_FEATURES] if points[k] != 0]
    given = [_feature(names[k], float(points[k]), values) for k in told]
    rest = float(points.sum()) - sum(reason.points for reason in given)
    if len(order) > len(told) and rest != 0:
        given.append(Reason(MODEL, rest, *_FIXED[MODEL]))
    return given


def _feature(name: str, points: float, values: dict[str, float]) -> Reason:
    zh, en = (label(name, lang).format(values[name]) for lang in ("zh", "en"))
    peers = TYPICAL_OF_PEERS.get(name)
    if peers in values:
        number = _FIGURE.search(label(name, "en"))[0].format(values[peers])
        zh, en = f"{zh}，同类卡 {number}", f"{en}, peers {number}"
    if points < 0:
        zh, en = f"{zh}（降低风险）", f"{en} (speaks for the card)"
    return Reason(f"{MODEL}.{name}", points, f"模型：{zh}", f"model: {en}")
