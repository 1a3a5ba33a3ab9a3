"""Arrays say what river says."""

import numpy as np
import pytest
from river import linear_model, optim, preprocessing

from models.learned.bad_model import BadModel
from models.learned.from_river import from_river
from models.learned.log_odds import probability
from tests.models.learned.labelled_rows import labelled_rows

NAMES = tuple("abcdef")


def trained(pipeline, rows=300):
    matrix, label = labelled_rows(rows=rows)
    matrix[:, 5] = 7  # never varies
    for row, y in zip(matrix.tolist(), label.tolist()):
        pipeline.learn_one(dict(zip(NAMES, row)), y)
    return pipeline, matrix


def both(pipeline, matrix, names=NAMES):
    model = from_river(pipeline, names)
    ours = probability(model.log_odds(matrix, np.arange(len(names))))
    theirs = [pipeline.predict_proba_one(dict(zip(NAMES, row)))[True] for row in matrix.tolist()]
    return ours, np.array(theirs)


@pytest.mark.parametrize(
    "pipeline",
    [
        preprocessing.StandardScaler() | linear_model.LogisticRegression(optimizer=optim.Adam(0.05)),
        preprocessing.StandardScaler(with_std=False) | linear_model.LogisticRegression(l2=0.1),
        linear_model.LogisticRegression(optimizer=optim.SGD(0.002)),
    ],
    ids=["scaled", "centred", "bare"],
)
def test_probabilities_are_rivers(pipeline):
    ours, theirs = both(*trained(pipeline))
    assert np.abs(ours - theirs).max() < 1e-9
    assert np.ptp(theirs) > 0.3


def test_the_order_of_the_columns_is_ours():
    pipeline, matrix = trained(preprocessing.StandardScaler() | linear_model.LogisticRegression())
    _, theirs = both(pipeline, matrix)
    ours = from_river(pipeline, NAMES[::-1]).log_odds(matrix, np.arange(6)[::-1])
    assert np.abs(probability(ours) - theirs).max() < 1e-9


def test_a_feature_not_met_yet_counts_nothing_and_a_fresh_pipeline_is_undecided():
    fresh = preprocessing.StandardScaler() | linear_model.LogisticRegression()
    matrix, _ = labelled_rows(rows=4)
    assert probability(from_river(fresh, NAMES).log_odds(matrix, np.arange(6))).tolist() == [0.5] * 4


@pytest.mark.parametrize(
    ("pipeline", "says"),
    [
        (preprocessing.MinMaxScaler() | linear_model.LogisticRegression(), "StandardScaler"),
        (preprocessing.StandardScaler() | linear_model.Perceptron(), "log loss"),
        (preprocessing.StandardScaler(), "StandardScaler"),
        (preprocessing.StandardScaler() | preprocessing.StandardScaler() | linear_model.LogisticRegression(), "want"),
    ],
)
def test_other_pipelines_are_refused(pipeline, says):
    with pytest.raises(BadModel, match=says):
        from_river(pipeline, NAMES)


def test_features_that_are_not_given_are_named():
    pipeline, _ = trained(preprocessing.StandardScaler() | linear_model.LogisticRegression())
    with pytest.raises(BadModel, match="besides those given: e, f"):
        from_river(pipeline, NAMES[:4])
