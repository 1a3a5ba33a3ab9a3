"""Reasons in both languages: complete sentences, heaviest first, adding up to the risk."""

import re

import numpy as np
import pytest

from features.roles import ACCOUNT, PHONE
from models.fusion import DETECTOR
from models.reasons import reasons
from models.rules import default_rules
from models.scorer import FEATURE_NAMES, Scorer
from models.typologies import TYPOLOGIES
from tests.models.strong_rows import STRONG

CODES = {kind: Scorer(default_rules()).codes(kind) for kind in (PHONE, ACCOUNT)}


def values_of(typology) -> dict[str, float]:
    return dict.fromkeys(FEATURE_NAMES[typology.kind], 0.0) | STRONG[typology.code]


def reasons_of(typology, weighted: dict[str, float], risk: float):
    codes = CODES[typology.kind]
    return reasons(codes, np.array([weighted.get(code, 0.0) for code in codes]), risk, values_of(typology))


@pytest.mark.parametrize("typology", TYPOLOGIES, ids=[t.code for t in TYPOLOGIES])
def test_every_typology_says_why_in_both_languages(typology):
    (reason,) = reasons_of(typology, {typology.code: 0.5}, 500.0)
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
    weighted = np.array([0.3] * len(codes))
    assert len(reasons(codes, weighted, 900.0, dict.fromkeys(names, value))) == len(codes)


def test_heaviest_first_and_adding_up():
    typology = next(t for t in TYPOLOGIES if t.code == "D201")
    given = reasons_of(typology, {"D201": 0.4, "D203": 0.7, DETECTOR: 0.1}, 838.0)
    assert [r.code for r in given] == ["D203", "D201", DETECTOR]
    assert sum(r.points for r in given) == pytest.approx(838.0)
    assert given[0].points > given[1].points > given[2].points > 0


def test_nothing_speaks_against_it_and_nothing_is_said():
    assert reasons_of(TYPOLOGIES[0], {}, 0.0) == []


def test_figures_are_those_of_the_event():
    typology = next(t for t in TYPOLOGIES if t.code == "D203")
    (reason,) = reasons_of(typology, {"D203": 0.8}, 800.0)
    assert "12" in reason.en and "99%" in reason.en and "12" in reason.zh and "99%" in reason.zh
