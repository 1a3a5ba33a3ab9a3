"""Reasons in both languages: complete sentences, heaviest first, adding up to the risk."""

import re

import numpy as np
import pytest

from features.roles import ACCOUNT, PHONE
from models.fusion import BASE, DETECTOR, MODEL, Shares
from models.reasons import TYPICAL_OF_PEERS, reasons
from models.rules import default_rules
from models.scorer import FEATURE_NAMES, Scorer
from models.typologies import TYPOLOGIES
from tests.models.strong_rows import STRONG

CODES = {kind: Scorer(default_rules()).codes(kind) for kind in (PHONE, ACCOUNT)}


def values_of(typology) -> dict[str, float]:
    return dict.fromkeys(FEATURE_NAMES[typology.kind], 0.0) | STRONG[typology.code]


def reasons_of(typology, points: dict[str, float], shares: Shares | None = None, names: tuple[str, ...] = ()):
    codes = CODES[typology.kind]
    by_rules = np.array([points.get(code, 0.0) for code in codes[:-1]])
    shares = Shares(shares.base, by_rules, shares.model) if shares else Shares(0.0, by_rules, np.zeros(0))
    return reasons(codes, shares, values_of(typology), names)


@pytest.mark.parametrize("typology", TYPOLOGIES, ids=[t.code for t in TYPOLOGIES])
def test_every_typology_says_why_in_both_languages(typology):
    (reason,) = reasons_of(typology, {typology.code: 500.0})
    assert (reason.code, reason.points) == (typology.code, 500.0)
    assert reason.zh.startswith(f"{typology.zh}：") and reason.en.startswith(f"{typology.en}: ")
    for text in (reason.zh, reason.en):
        assert "{" not in text and "}" not in text and "nan" not in text
        assert re.search(r"\d", text), "a reason without a figure"
    assert re.search("[一-鿿]", reason.zh) and not re.search("[一-鿿]", reason.en)
    figures = [re.findall(r"\d+(?:\.\d+)?%?", text.split("：")[-1].split(": ")[-1]) for text in (reason.zh, reason.en)]
    assert set(figures[0]) == set(figures[1]), "the languages tell different figures"


@pytest.mark.parametrize("typology", TYPOLOGIES, ids=[t.code for t in TYPOLOGIES])
@pytest.mark.parametrize("value", [0.0, 1e6, 3.4e38])
def test_they_hold_for_any_value(typology, value):
    names = FEATURE_NAMES[typology.kind]
    codes = CODES[typology.kind]
    shares = Shares(10.0, np.full(len(codes) - 1, 30.0), np.array([40.0, -5.0]))
    assert len(reasons(codes, shares, dict.fromkeys(names, value), names[:2])) == len(codes) + 2


def test_heaviest_first_and_adding_up():
    typology = next(t for t in TYPOLOGIES if t.code == "D201")
    names = FEATURE_NAMES[PHONE][:7]
    model = Shares(20.0, np.zeros(0), np.array([1.0, -60.0, 5.0, 90.0, 2.0, 0.0, 3.0]))
    given = reasons_of(typology, {"D201": 250.0, "D203": 400.0, DETECTOR: 30.0}, model, names)
    named = [f"{MODEL}.{names[k]}" for k in (3, 1, 2, 6)]
    assert [r.code for r in given] == ["D203", "D201", named[0], named[1], DETECTOR, BASE, named[2], named[3], MODEL]
    assert sum(r.points for r in given) == pytest.approx(741.0)
    assert given[-1].points == pytest.approx(3.0)
    assert "speaks for the card" in given[3].en and "降低风险" in given[3].zh and given[3].points == -60.0
    assert "speaks for" not in given[2].en


def test_nothing_speaks_against_it_and_nothing_is_said():
    assert reasons_of(TYPOLOGIES[0], {}) == []


def test_a_model_speaks_of_features_as_people_do_and_of_peers():
    for name, peers in TYPICAL_OF_PEERS.items():
        assert {name, peers} <= set(FEATURE_NAMES[PHONE])
        values = dict.fromkeys(FEATURE_NAMES[PHONE], 0.0) | {name: 1.14, peers: 6.84}
        shares = Shares(0.0, np.zeros(len(CODES[PHONE]) - 1), np.array([300.0]))
        (reason,) = reasons(CODES[PHONE], shares, values, (name,))
        assert reason.code == f"{MODEL}.{name}" and name not in reason.en + reason.zh
        assert re.search(r" 1(\.1)?( s)?, peers (6\.8|7)$", reason.en) and re.search("同类卡 (6\\.8|7)", reason.zh)
    for kind, names in FEATURE_NAMES.items():
        for name in names:
            shares = Shares(0.0, np.zeros(len(CODES[kind]) - 1), np.array([-3.0]))
            (reason,) = reasons(CODES[kind], shares, dict.fromkeys(names, 2.0), (name,))
            assert "{" not in reason.zh + reason.en and "speaks for the card" in reason.en


def test_figures_are_those_of_the_event():
    typology = next(t for t in TYPOLOGIES if t.code == "D203")
    (reason,) = reasons_of(typology, {"D203": 800.0})
    assert "12" in reason.en and "99%" in reason.en and "12" in reason.zh and "99%" in reason.zh
