"""A blend says what its parts say, weighted and added up."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from features.roles import ACCOUNT, PHONE
from models.learned.bad_model import BadModel
from models.learned.blend import blend
from models.learned.card_model import CardModel
from models.learned.from_sklearn import from_sklearn
from tests.models.learned.small_snapshots import card_model

NAMES = ("a", "b", "c", "d", "e")


def boosted(kind: int, names: tuple[str, ...], seed: int) -> CardModel:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(300, len(names)))
    y = x[:, 0] + x[:, -1] ** 2 + rng.normal(size=300) > 1
    return CardModel(kind, names, from_sklearn(GradientBoostingClassifier(n_estimators=7, random_state=0).fit(x, y)))


def test_log_odds_and_contributions_are_the_weighted_sum():
    one, two = boosted(PHONE, ("a", "c", "b"), 1), boosted(PHONE, ("d", "a"), 2)
    both = blend([(one, 0.8), (two, 0.3)])
    assert both.features == ("a", "c", "b", "d") and both.kind == PHONE
    matrix = np.random.default_rng(3).normal(size=(50, 5)).astype(np.float32)
    want = 0.8 * one.log_odds(matrix, NAMES) + 0.3 * two.log_odds(matrix, NAMES)
    np.testing.assert_allclose(both.log_odds(matrix, NAMES), want, atol=1e-9)
    made = both.contributions(matrix[0], NAMES)
    parts = [model.contributions(matrix[0], NAMES) for model in (one, two)]
    assert made.base == pytest.approx(0.8 * parts[0].base + 0.3 * parts[1].base)
    assert made.shares[0] == pytest.approx(0.8 * parts[0].shares[0] + 0.3 * parts[1].shares[1])
    again = CardModel.from_arrays(*both.to_arrays())
    assert np.array_equal(again.log_odds(matrix, NAMES), both.log_odds(matrix, NAMES))


def test_what_cannot_be_blended_is_refused():
    for parts in (
        [],
        [(boosted(PHONE, NAMES, 1), 1.0), (boosted(ACCOUNT, NAMES, 1), 1.0)],
        [(boosted(PHONE, NAMES, 1), 1.0), (card_model(PHONE, 0.0), 1.0)],
    ):
        with pytest.raises(BadModel):
            blend(parts)
