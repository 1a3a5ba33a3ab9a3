"""Evidence fused to one risk: within its bounds, rising with each piece, and told apart again."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.roles import ACCOUNT, PHONE
from models.fusion import CLIP, DETECTORS, MODEL, Stack, fuse, rule_weights, shares
from models.rules import default_rules
from models.typologies import TYPOLOGIES

RULES = default_rules()
COUNT = {kind: sum(t.kind == kind for t in TYPOLOGIES) for kind in (PHONE, ACCOUNT)}
KINDS = st.sampled_from([PHONE, ACCOUNT])
STACKS = st.one_of(
    st.none(), st.builds(Stack, bias=st.floats(-5, 5), rules=st.floats(0.1, 2), model=st.floats(0.1, 2))
)
_UNIT = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 1e-300, 1e-12, 0.97, 0.970001]))


@st.composite
def evidence(draw, rows: int = 4):
    """Arguments of `fuse` but the rules; a model's probability only with a stack."""
    kind = draw(KINDS)
    strength = draw(arrays(np.float64, (rows, COUNT[kind]), elements=_UNIT))
    ranks = draw(arrays(np.float64, (rows, len(DETECTORS[kind])), elements=_UNIT))
    stack = draw(STACKS)
    probability = draw(arrays(np.float64, rows, elements=_UNIT)) if stack else None
    return kind, strength, ranks, probability, stack


def fused(given_evidence):
    kind, strength, ranks, probability, stack = given_evidence
    return fuse(kind, strength, ranks, RULES, probability, stack)


def logit(p: float) -> float:
    p = min(max(p, CLIP), 1 - CLIP)
    return math.log(p / (1 - p))


@settings(deadline=None, max_examples=80)
@given(evidence())
def test_risk_is_noisy_or_of_the_rules_stacked_with_the_model(given_evidence):
    kind, strength, _, _, stack = given_evidence
    before = strength.copy()
    all_evidence, risk = fused(given_evidence)
    assert np.array_equal(before, strength)
    assert all_evidence.codes == (*(t.code for t in TYPOLOGIES if t.kind == kind), *DETECTORS[kind], MODEL)
    assert np.array_equal(all_evidence.strength[:, : COUNT[kind]], strength)
    weights = rule_weights(kind, RULES).tolist()
    for row, r in zip(all_evidence.strength.tolist(), risk.tolist()):
        innocent = 1.0
        for s, w in zip(row, weights):
            innocent *= 1 - s * w
        e = 1 - innocent
        if stack:
            e = 1 / (1 + math.exp(-stack.bias - stack.rules * logit(e) - stack.model * logit(row[-1])))
        assert r == pytest.approx(1000 * e, abs=1e-9)
    assert ((risk >= 0) & (risk <= 1000)).all()


@settings(deadline=None, max_examples=80)
@given(evidence(), st.floats(-6, 0), st.lists(st.floats(-3, 3), min_size=1, max_size=5))
def test_shares_add_up_to_the_risk(given_evidence, model_base, parts):
    kind, _, _, _, stack = given_evidence
    all_evidence, risk = fused(given_evidence)
    weights = rule_weights(kind, RULES)
    for row, total in zip(all_evidence.strength, risk.tolist()):
        made = shares(row, weights, stack, model_base, np.array(parts))
        assert made.base + made.rules.sum() + made.model.sum() == pytest.approx(total, rel=1e-9, abs=1e-6)
        assert (made.rules >= -1e-12).all()
        assert ((made.rules > 0) <= (row[:-1] * weights > 0)).all(), "points for nothing"
        # More evidence, more points; equal evidence, equal points.
        assert (np.diff(made.rules[np.argsort(row[:-1] * weights)]) >= -1e-9).all()
        if stack is None:
            assert made.base == 0 and made.model.size == 0


@settings(deadline=None, max_examples=60)
@given(evidence(rows=1), st.data())
def test_more_evidence_never_lowers_the_risk(given_evidence, data):
    kind, strength, ranks, probability, stack = given_evidence
    _, risk = fused(given_evidence)
    which = data.draw(st.integers(0, COUNT[kind] + len(DETECTORS[kind]) - 1))
    more = data.draw(_UNIT)
    strength, ranks = strength.copy(), ranks.copy()
    if which < COUNT[kind]:
        strength[0, which] = max(strength[0, which], more)
    else:
        ranks[0, which - COUNT[kind]] = max(ranks[0, which - COUNT[kind]], more)
    assert fused((kind, strength, ranks, probability, stack))[1][0] >= risk[0] - 1e-9
    if stack:
        assert fused((kind, strength, ranks, np.maximum(probability, more), stack))[1][0] >= risk[0] - 1e-9


@pytest.mark.parametrize("kind", [PHONE, ACCOUNT])
def test_one_strong_typology_suffices_and_weak_ones_add_up(kind):
    none, ranks = np.zeros((1, COUNT[kind])), np.zeros((1, len(DETECTORS[kind])))
    assert fuse(kind, none, ranks, RULES)[1][0] == 0
    weights = rule_weights(kind, RULES)[: COUNT[kind]].tolist()
    for k, weight in enumerate(weights):
        one = none.copy()
        one[0, k] = 1
        assert fuse(kind, one, ranks, RULES)[1][0] == pytest.approx(1000 * weight)
    halves = fuse(kind, none + 0.5, ranks, RULES)[1][0]
    assert max(1000 * w / 2 for w in weights) < halves < 1000 * sum(weights) / 2


@pytest.mark.parametrize("kind", [PHONE, ACCOUNT])
def test_the_detectors_alone_order_cards_and_alarm_nobody(kind):
    for k, name in enumerate(DETECTORS[kind]):
        ranks = np.zeros((101, len(DETECTORS[kind])))
        rank = ranks[:, k] = np.linspace(0, 1, 101)
        _, risk = fuse(kind, np.zeros((101, COUNT[kind])), ranks, RULES)
        parameters = RULES.detectors[name]
        assert (np.diff(risk) > 0).all()
        assert risk[rank < parameters["start_rank"]].max() <= 100 * parameters["weight"]
        assert risk[-1] == pytest.approx(1000 * parameters["weight"])
    ones = np.ones((1, len(DETECTORS[kind])))
    assert RULES.level_of(fuse(kind, np.zeros((1, COUNT[kind])), ones, RULES)[1])[0] <= 1


def test_a_sure_model_decides_alone_and_an_unsure_one_leaves_it_to_the_rules():
    nothing, ranks = np.zeros((3, COUNT[ACCOUNT])), np.zeros((3, 1))
    p = np.array([0.001, 0.05, 0.999])
    _, risk = fuse(ACCOUNT, nothing, ranks, RULES, p, Stack.unfitted())
    assert risk[0] < 10 and risk[1] < 60 and risk[2] > 900
    _, found = fuse(ACCOUNT, nothing + 1, ranks, RULES, p, Stack.unfitted())
    assert (found > risk).all()


@settings(deadline=None, max_examples=20)
@given(evidence())
def test_a_rows_risk_does_not_depend_on_its_neighbours(given_evidence):
    kind, strength, ranks, probability, stack = given_evidence
    together = fused(given_evidence)[1].tolist()
    for k, risk in enumerate(together):
        one = slice(k, k + 1)
        alone = (kind, strength[one], ranks[one], None if probability is None else probability[one], stack)
        assert fused(alone)[1][0] == risk
