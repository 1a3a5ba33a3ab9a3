"""A stored row scored again from its features, evidence, rules and model: the same to the last bit."""

import numpy as np
import pytest

from features.card_features import FeatureRows
from features.roles import ACCOUNT, CARD_ROW, PHONE
from models.explanation import explain, recompute
from models.rules import default_rules
from models.scorer import FEATURE_NAMES, Scorer
from models.typologies import TYPOLOGIES
from tests.models.learned.small_snapshots import snapshot
from tests.models.strong_rows import STRONG

RULES = default_rules()


@pytest.fixture(params=[PHONE, ACCOUNT])
def scored_rows(request):
    kind = request.param
    rng = np.random.default_rng(kind)
    names = FEATURE_NAMES[kind]
    matrix = rng.lognormal(0, 2, (2000, len(names))).astype(np.float32)
    for k, typology in enumerate(t for t in TYPOLOGIES if t.kind == kind):
        for name, value in STRONG[typology.code].items():
            matrix[k::97, names.index(name)] = value
    return FeatureRows(kind, np.zeros(2000, CARD_ROW), np.zeros(2000, np.int64), matrix, np.zeros(2000, np.uint8))


@pytest.mark.parametrize("model", [None, snapshot(-2.0).scoring_model])
def test_the_same_risk_level_and_reasons(scored_rows, model):
    scorer = Scorer(RULES)
    scorer.model = model
    scored = scorer.score(scored_rows)
    assert scored.evidence.strength[:, :-1].any(axis=0).sum() > 3, "hardly any evidence: the test says nothing"
    for k in [*range(12), *range(12, 2000, 97)]:
        values = scored_rows.matrix[k].tolist()
        strength = scored.evidence.strength[k].tolist()
        told = explain(scored_rows.kind, values, strength, RULES, model)
        again = recompute(scored_rows.kind, values, strength, RULES, model)
        assert (again.risk, again.level, again.strength) == (scored.risk[k], scored.level[k], strength)
        assert again.reasons == told.reasons
        assert sum(r.points for r in told.reasons) == pytest.approx(told.risk, abs=1e-6)


def test_another_model_or_a_changed_value_is_noticed(scored_rows):
    model = snapshot(-2.0).scoring_model
    scorer = Scorer(RULES)
    scorer.model = model
    scored = scorer.score(scored_rows)
    values, strength = scored_rows.matrix[5].tolist(), scored.evidence.strength[5].tolist()
    risk = scored.risk[5]
    assert recompute(scored_rows.kind, values, strength, RULES, snapshot(-1.0).scoring_model).risk != risk
    changed = [values[0] + 1.0, *values[1:]]
    assert recompute(scored_rows.kind, changed, strength, RULES, model).risk != risk
