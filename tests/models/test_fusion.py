"""Evidence fused to one risk: within its bounds, rising with each piece, and told apart again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.roles import ACCOUNT, PHONE
from models.fusion import DETECTOR, contributions, fuse
from models.rules import default_rules
from models.typologies import TYPOLOGIES

RULES = default_rules()
COUNT = {kind: sum(t.kind == kind for t in TYPOLOGIES) for kind in (PHONE, ACCOUNT)}
KINDS = st.sampled_from([PHONE, ACCOUNT])
_UNIT = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 1e-300, 1e-12, 0.97, 0.970001]))


@st.composite
def evidence(draw, rows: int = 4):
    kind = draw(KINDS)
    strength = draw(arrays(np.float64, (rows, COUNT[kind]), elements=_UNIT))
    return kind, strength, draw(arrays(np.float64, rows, elements=_UNIT))


def weights_of(kind: int) -> list[float]:
    return [RULES.typologies[t.code]["weight"] for t in TYPOLOGIES if t.kind == kind] + [RULES.detector["weight"]]


@settings(deadline=None, max_examples=80)
@given(evidence())
def test_risk_is_noisy_or_of_weighted_evidence(given_evidence):
    kind, strength, rank = given_evidence
    before = strength.copy()
    fused, risk = fuse(kind, strength, rank, RULES)
    assert np.array_equal(before, strength)
    assert fused.codes == (*(t.code for t in TYPOLOGIES if t.kind == kind), DETECTOR)
    assert np.array_equal(fused.strength[:, :-1], strength)
    for row, r in zip(fused.strength.tolist(), risk.tolist()):
        innocent = 1.0
        for s, w in zip(row, weights_of(kind)):
            innocent *= 1 - s * w
        assert r == pytest.approx(1000 * (1 - innocent), abs=1e-9)
    assert ((risk >= 0) & (risk <= 1000)).all()


@settings(deadline=None, max_examples=80)
@given(evidence())
def test_contributions_add_up_to_the_risk(given_evidence):
    fused, risk = fuse(*given_evidence, RULES)
    for weighted, total in zip(fused.weighted, risk.tolist()):
        points = contributions(weighted, total)
        assert (points >= 0).all()
        assert points.sum() == pytest.approx(total, rel=1e-9, abs=1e-9)
        assert ((points > 0) <= (weighted > 0)).all(), "points for nothing"
        # More evidence, more points; equal evidence, equal points.
        order = np.argsort(weighted)
        assert (np.diff(points[order]) >= -1e-9).all()


@settings(deadline=None, max_examples=60)
@given(evidence(rows=1), st.data())
def test_more_evidence_never_lowers_the_risk(given_evidence, data):
    kind, strength, rank = given_evidence
    _, risk = fuse(kind, strength, rank, RULES)
    which = data.draw(st.integers(0, COUNT[kind]))
    if which == COUNT[kind]:
        rank = np.maximum(rank, data.draw(_UNIT))
    else:
        strength = strength.copy()
        strength[0, which] = max(strength[0, which], data.draw(_UNIT))
    assert fuse(kind, strength, rank, RULES)[1][0] >= risk[0]


@pytest.mark.parametrize("kind", [PHONE, ACCOUNT])
def test_one_strong_typology_suffices_and_weak_ones_add_up(kind):
    none, rank = np.zeros((1, COUNT[kind])), np.zeros(1)
    assert fuse(kind, none, rank, RULES)[1][0] == 0
    for k, weight in enumerate(weights_of(kind)[:-1]):
        one = none.copy()
        one[0, k] = 1
        assert fuse(kind, one, rank, RULES)[1][0] == pytest.approx(1000 * weight)
    halves = fuse(kind, none + 0.5, rank, RULES)[1][0]
    assert max(1000 * w / 2 for w in weights_of(kind)) < halves < 1000 * sum(weights_of(kind)) / 2


@pytest.mark.parametrize("kind", [PHONE, ACCOUNT])
def test_the_detector_alone_orders_cards_and_alarms_nobody(kind):
    rank = np.linspace(0, 1, 101)
    _, risk = fuse(kind, np.zeros((101, COUNT[kind])), rank, RULES)
    assert (np.diff(risk) > 0).all()
    start = RULES.detector["start_rank"]
    assert risk[rank < start].max() <= 100 * RULES.detector["weight"]
    assert risk[-1] == pytest.approx(1000 * RULES.detector["weight"])
    assert RULES.level_of(risk).max() == 0


@settings(deadline=None, max_examples=20)
@given(evidence())
def test_a_rows_risk_does_not_depend_on_its_neighbours(given_evidence):
    kind, strength, rank = given_evidence
    together = fuse(kind, strength, rank, RULES)[1].tolist()
    assert together == [fuse(kind, strength[k : k + 1], rank[k : k + 1], RULES)[1][0] for k in range(len(rank))]
