"""Arrays say what scikit-learn says, and what each feature adds adds up."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from models.learned.bad_model import BadModel
from models.learned.from_sklearn import from_sklearn
from models.learned.log_odds import probability
from tests.models.learned.labelled_rows import labelled_rows, with_gaps

LINEAR = {
    "logistic": LogisticRegression(max_iter=2000),
    "scaled": make_pipeline(StandardScaler(), LogisticRegression()),
    "log, scaled": make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), LogisticRegression()),
    "log alone": make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()),
    "centred": make_pipeline(StandardScaler(with_std=False), LogisticRegression(max_iter=2000)),
}
BLIND_TREES = {
    "boosting": GradientBoostingClassifier(n_estimators=21, max_depth=3, random_state=0),
    "boosting from zero": GradientBoostingClassifier(n_estimators=9, init="zero", subsample=0.5, random_state=0),
}
TREES = {
    "forest": RandomForestClassifier(13, max_leaf_nodes=40, random_state=0),
    "balanced forest": RandomForestClassifier(8, class_weight="balanced", min_samples_leaf=3, random_state=0),
    "extra trees": ExtraTreesClassifier(7, bootstrap=True, random_state=0),
    "histogram boosting": HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=16, random_state=0),
    "monotone": HistGradientBoostingClassifier(max_iter=10, monotonic_cst=[1, -1, 0, 0, 0, 0], random_state=0),
}
ALL = LINEAR | BLIND_TREES | TREES


def fitted(estimator, gaps: bool = False):
    matrix, label = labelled_rows()
    return estimator.fit(with_gaps(matrix) if gaps else matrix, label)


def difference(estimator, matrix):
    columns = np.arange(matrix.shape[1])
    ours = probability(from_sklearn(estimator).log_odds(matrix, columns))
    theirs = estimator.predict_proba(matrix)[:, 1]
    assert np.ptp(theirs) > 0.5
    return np.abs(ours - theirs).max()


@pytest.mark.parametrize("estimator", ALL.values(), ids=ALL)
def test_probabilities_are_scikit_learns(estimator):
    matrix, _ = labelled_rows(seed=5)
    assert difference(fitted(estimator), matrix) < 1e-6


@pytest.mark.parametrize("estimator", TREES.values(), ids=TREES)
def test_missing_values_go_where_scikit_learn_sends_them(estimator):
    matrix, _ = labelled_rows(seed=6)
    trained_on_gaps = fitted(estimator, gaps=True)
    assert difference(trained_on_gaps, with_gaps(matrix, seed=7)) < 1e-6
    assert difference(trained_on_gaps, matrix) < 1e-6


def test_rows_on_the_thresholds_fall_to_the_same_side():
    """Thresholds are float64 there, float32 here: values next to them are the hard ones."""
    estimator = fitted(TREES["histogram boosting"])
    model = from_sklearn(estimator)
    rows = []
    for feature, threshold in zip(model.feature, model.threshold):
        if np.isfinite(threshold):
            for x in (np.nextafter(threshold, -np.inf), threshold, np.nextafter(threshold, np.inf)):
                row = np.ones(6, np.float32)
                row[feature] = x
                rows.append(row)
    assert difference(estimator, np.array(rows, np.float32)) < 1e-6


@pytest.mark.parametrize("estimator", ALL.values(), ids=ALL)
def test_contributions_add_up_to_the_score(estimator):
    model = from_sklearn(fitted(estimator))
    matrix, _ = labelled_rows(seed=8, rows=40)
    score = model.log_odds(matrix, np.arange(6))
    for row, whole in zip(matrix, score):
        base, shares = model.contributions(row)
        assert base + shares.sum() == pytest.approx(whole, abs=1e-9)
        assert np.count_nonzero(shares) > 1


def test_a_feature_that_no_split_reads_contributes_nothing():
    matrix, label = labelled_rows()
    matrix[:, 4] = 1
    model = from_sklearn(TREES["histogram boosting"].fit(matrix, label))
    assert all(model.contributions(row)[1][4] == 0 for row in matrix[:20])
    assert np.abs([model.contributions(row)[1][1] for row in matrix[:20]]).min() > 0


def test_the_second_class_is_the_one():
    matrix, label = labelled_rows()
    words = np.where(label, "fraud", "honest")
    assert LINEAR["scaled"].fit(matrix, words).classes_[1] == "honest"
    assert difference(LINEAR["scaled"], matrix) < 1e-6


@pytest.mark.parametrize(
    ("estimator", "says"),
    [
        (RandomForestClassifier(), "not fitted"),
        (make_pipeline(StandardScaler(), LogisticRegression()), "not fitted"),
        (DummyClassifier().fit([[0], [1]], [0, 1]), "DummyClassifier"),
        (LogisticRegression().fit([[0], [1], [2]], [0, 1, 2]), "two classes"),
        (make_pipeline(MinMaxScaler(), LogisticRegression()).fit([[0], [1]], [0, 1]), "MinMaxScaler"),
        (make_pipeline(StandardScaler(), RandomForestClassifier(2)).fit([[0], [1]], [0, 1]), "ends in Logistic"),
        (make_pipeline(FunctionTransformer(np.sqrt), LogisticRegression()).fit([[0], [1]], [0, 1]), "the step"),
        (GradientBoostingClassifier(loss="exponential", n_estimators=1).fit([[0], [1]], [0, 1]), "log_loss"),
    ],
)
def test_what_arrays_cannot_hold_is_refused(estimator, says):
    with pytest.raises(BadModel, match=says):
        from_sklearn(estimator)


def test_categorical_splits_are_refused():
    rng = np.random.default_rng(0)
    matrix = rng.integers(0, 5, (300, 1)).astype(float)
    estimator = HistGradientBoostingClassifier(max_iter=2, categorical_features=[0]).fit(matrix, matrix[:, 0] % 2 == 0)
    with pytest.raises(BadModel, match="categorical"):
        from_sklearn(estimator)
