"""A card model through its arrays, its refusals, its sums."""

import json

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from features.roles import ACCOUNT, PHONE
from features.snapshot import pack, unpack
from models.learned.bad_model import BadModel
from models.learned.calibration import fit_isotonic, fit_platt
from models.learned.card_model import CardModel
from models.learned.from_sklearn import from_sklearn
from tests.models.learned.labelled_rows import labelled_rows, with_gaps

NAMES = tuple("abcdef")
MATRIX, LABEL = labelled_rows(rows=800)


def build(estimator, fit=None, kind=PHONE) -> CardModel:
    predictor = from_sklearn(estimator.fit(MATRIX, LABEL))
    held_back, label = labelled_rows(seed=3, rows=500)
    calibration = fit(predictor.log_odds(held_back, np.arange(6)), label) if fit else None
    return CardModel(kind, NAMES, predictor, calibration)


MODELS = {
    "linear": build(make_pipeline(StandardScaler(), LogisticRegression())),
    "linear, platt": build(LogisticRegression(max_iter=1000), fit_platt, ACCOUNT),
    "trees": build(HistGradientBoostingClassifier(max_iter=12, max_leaf_nodes=8)),
    "trees, isotonic": build(HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=16), fit_isotonic),
    "forest, platt": build(RandomForestClassifier(9, max_leaf_nodes=20, random_state=0), fit_platt),
}
EVERY = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@EVERY
def test_through_bytes_and_back_it_scores_the_same_to_the_bit(model):
    arrays, meta = model.to_arrays()
    back = CardModel.from_arrays(*unpack(pack("model", 1, arrays, meta), "model", 1))
    assert json.loads(json.dumps(meta)) == meta
    assert (back.kind, back.features) == (model.kind, model.features)
    rows = with_gaps(MATRIX)
    assert back.log_odds(rows, NAMES).tobytes() == model.log_odds(rows, NAMES).tobytes()
    for row in MATRIX[:5]:
        ours, theirs = (m.contributions(row, NAMES) for m in (model, back))
        assert ours.base == theirs.base and ours.shares.tobytes() == theirs.shares.tobytes()


@EVERY
def test_a_row_scores_alone_as_among_others(model):
    rows = with_gaps(MATRIX[:60], share=0.05)
    alone = np.concatenate([model.log_odds(row[np.newaxis], NAMES) for row in rows])
    assert alone.tobytes() == model.log_odds(rows, NAMES).tobytes()
    assert model.log_odds(rows[:0], NAMES).shape == (0,)


@EVERY
def test_contributions_add_up(model):
    rows = with_gaps(MATRIX[:60], share=0.1)
    for row, whole in zip(rows, model.log_odds(rows, NAMES)):
        given = model.contributions(row, NAMES)
        assert given.base + given.shares.sum() == pytest.approx(whole, abs=1e-9)
    assert np.abs(given.shares).max() > 0.01


@EVERY
def test_columns_are_found_by_name(model):
    order = np.array([7, 3, 0, 5, 1, 6, 2, 4])
    wide = np.column_stack([MATRIX, np.full(len(MATRIX), np.nan), np.zeros(len(MATRIX))]).astype(np.float32)
    names = (*NAMES, "g", "h")
    shuffled = tuple(names[k] for k in order)
    assert model.probability(wide[:, order], shuffled).tobytes() == model.probability(MATRIX, NAMES).tobytes()
    ours = model.contributions(wide[3, order], shuffled)
    assert ours.shares.tolist() == model.contributions(MATRIX[3], NAMES).shares.tolist()


@EVERY
def test_no_value_makes_a_score_that_is_no_number(model):
    rows = np.array([[v] * 6 for v in (np.inf, -np.inf, np.nan, 3e38, -3e38, 0)], np.float32)
    score = model.log_odds(rows, NAMES)
    assert np.isfinite(score).all() and np.abs(score).max() < 21
    assert all(np.isfinite(model.contributions(row, NAMES).shares).all() for row in rows)


def test_a_feature_that_is_not_there_is_named():
    with pytest.raises(BadModel, match="reads e, f, which this release does not compute"):
        MODELS["trees"].probability(MATRIX[:, :4], NAMES[:4])
    with pytest.raises(BadModel, match="6 named columns"):
        MODELS["trees"].probability(MATRIX[:, :4], NAMES)


def spoiled(name, **changes):
    arrays, meta = MODELS[name].to_arrays()
    arrays = {n: a.copy() for n, a in arrays.items()}
    meta = json.loads(json.dumps(meta))
    for key, value in changes.items():
        if key in meta:
            meta[key] = value
        else:
            arrays[key.replace("__", ".")] = value(arrays[key.replace("__", ".")])
    return arrays, meta


def put(index, value):
    def change(array):
        array[index] = value
        return array

    return change


@pytest.mark.parametrize(
    ("name", "changes", "says"),
    [
        ("linear", {"kind": "device"}, "phone or account"),
        ("linear", {"kind": ["phone"]}, "phone or account"),
        ("linear", {"features": list("abcde")}, "shape"),
        ("linear", {"features": list("aacdef")}, "once"),
        ("linear", {"features": "abcdef"}, "list of names"),
        ("linear", {"predictor": "pickle"}, "linear, trees"),
        ("linear", {"predictor": "trees"}, "base"),
        ("linear", {"values": {"bias": "0"}}, "bias"),
        ("linear", {"values": {"bias": float("nan")}}, "bias"),
        ("linear", {"values": None}, "predictor"),
        ("linear", {"calibrated": True}, "lacks the array 'knots'"),
        ("linear", {"calibrated": 1}, "true or false"),
        ("linear", {"predictor__slope": put(0, np.nan)}, "not finite"),
        ("linear", {"predictor__slope": lambda a: a.astype(np.float32)}, "float64"),
        ("linear", {"predictor__slope": lambda a: a.tolist()}, "lacks"),
        ("linear", {"predictor__transform": put(0, 9)}, "transforms"),
        ("linear", {"predictor__low": put(0, 2), "predictor__high": put(0, 1)}, "low <= high"),
        ("trees", {"values": {"base": 0.0, "link": "probit"}}, "link"),
        ("trees", {"predictor__value": put(3, np.inf)}, "not finite"),
        ("trees", {"predictor__value": lambda a: a[:-1]}, "shape"),
        ("trees", {"predictor__feature": put(0, 6)}, "does not have"),
        ("trees", {"predictor__feature": put(0, -1)}, "does not have"),
        ("trees", {"predictor__left": put(1, 0)}, "circle"),
        ("trees", {"predictor__left": put(0, 3)}, "parent"),
        ("trees", {"predictor__left": put(0, 10**6)}, "leave it"),
        ("trees", {"predictor__threshold": put(0, np.nan)}, "thresholds"),
        ("trees", {"predictor__missing_right": put(0, 2)}, "missing_right"),
        ("trees", {"predictor__roots": put(0, 1)}, "roots"),
        ("trees", {"predictor__roots": lambda a: a[:-1]}, "roots"),
        ("trees", {"predictor__roots": lambda a: a[:0]}, "roots"),
        ("trees, isotonic", {"calibration__values": lambda a: a[::-1].copy()}, "rise"),
    ],
)  # fmt: skip
def test_bad_arrays_are_refused(name, changes, says):
    with pytest.raises(BadModel, match=says):
        CardModel.from_arrays(*spoiled(name, **changes))


def test_arrays_as_they_were_are_taken():
    """Or the refusals above would prove nothing."""
    for name in MODELS:
        CardModel.from_arrays(*spoiled(name))
