"""scikit-learn's fitted classifiers as arrays."""

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from models.learned.bad_model import BadModel
from models.learned.linear import IDENTITY, LOG1P, LinearModel, build_linear
from models.learned.log_odds import log_odds
from models.learned.tree_ensemble import LOG_ODDS, PROBABILITY, TreeEnsemble, build_ensemble

_KNOWN = (
    "LogisticRegression, a Pipeline of FunctionTransformer(numpy.log1p), StandardScaler and LogisticRegression, "
    "RandomForestClassifier, ExtraTreesClassifier, GradientBoostingClassifier, HistGradientBoostingClassifier"
)


def from_sklearn(estimator) -> LinearModel | TreeEnsemble:
    """A fitted two-class classifier as arrays, with the same probabilities to 1e-6.

    Parameters
    ----------
    estimator
        One of `_KNOWN`; the second of its classes is the one whose probability is given.

    Raises
    ------
    BadModel
        Not one of them, not fitted, not of two classes, or with a part that arrays cannot hold
        (categorical splits, another loss or link).
    """
    if isinstance(estimator, Pipeline):
        return _from_pipeline(estimator)
    if getattr(estimator, "classes_", None) is None:
        raise BadModel(f"want a fitted classifier ({_KNOWN}), got {type(estimator).__name__}, not fitted or none")
    if len(estimator.classes_) != 2:
        raise BadModel(f"want a classifier of two classes, got {len(estimator.classes_)}")
    if isinstance(estimator, LogisticRegression):
        return build_linear(estimator.coef_[0].astype(np.float64), float(estimator.intercept_[0]))
    if isinstance(estimator, RandomForestClassifier | ExtraTreesClassifier):
        trees = [_tree(t.tree_, _share_of_second(t.tree_), 1 / len(estimator.estimators_)) for t in estimator]
        return build_ensemble(trees, estimator.n_features_in_, 0.0, PROBABILITY)
    if isinstance(estimator, GradientBoostingClassifier):
        return _from_boosting(estimator)
    if isinstance(estimator, HistGradientBoostingClassifier):
        return _from_histogram_boosting(estimator)
    raise BadModel(f"cannot take over a {type(estimator).__name__}; known: {_KNOWN}")


def _from_pipeline(pipeline: Pipeline) -> LinearModel:
    steps = [step for _, step in pipeline.steps if step not in (None, "passthrough")]
    if not steps or not isinstance(steps[-1], LogisticRegression):
        raise BadModel(f"want a Pipeline that ends in LogisticRegression, got {pipeline!r}; known: {_KNOWN}")
    model = from_sklearn(steps[-1])
    centre, scale = np.zeros(model.features), np.ones(model.features)
    transform = np.full(model.features, IDENTITY, np.uint8)
    for place, step in enumerate(steps[:-1]):
        if isinstance(step, FunctionTransformer) and step.func is np.log1p and place == 0:
            transform[:] = LOG1P
        elif isinstance(step, StandardScaler) and place == len(steps) - 2:
            centre = centre if step.mean_ is None else step.mean_
            scale = scale if step.scale_ is None else step.scale_
        else:
            raise BadModel(f"cannot take over the step {step!r} of a Pipeline; known: {_KNOWN}")
    return build_linear(model.slope, model.bias, centre, scale, transform)


def _from_boosting(estimator: GradientBoostingClassifier) -> TreeEnsemble:
    if estimator.loss != "log_loss":
        raise BadModel(f"want boosting with loss='log_loss', got {estimator.loss!r}")
    base = 0.0
    if estimator.init is None:
        base = float(log_odds(estimator.init_.class_prior_[1]))
    elif estimator.init != "zero":
        raise BadModel(f"want boosting that starts from the prior or from zero, got init={estimator.init!r}")
    trees = [
        _tree(t.tree_, t.tree_.value[:, 0, 0], estimator.learning_rate) for t in estimator.estimators_[:, 0]
    ]
    return build_ensemble(trees, estimator.n_features_in_, base, LOG_ODDS)


def _from_histogram_boosting(estimator: HistGradientBoostingClassifier) -> TreeEnsemble:
    trees = []
    # The fitted trees are kept nowhere in public; tests hold this against predict_proba.
    for (predictor,) in estimator._predictors:
        nodes = predictor.nodes
        if nodes["is_categorical"].any():
            raise BadModel("cannot take over categorical splits: code such features as numbers")
        leaf = nodes["is_leaf"] == 1
        trees.append(
            {
                "feature": nodes["feature_idx"],
                "threshold": nodes["num_threshold"],
                "left": np.where(leaf, -1, nodes["left"].astype(np.int64)),
                "right": np.where(leaf, -1, nodes["right"].astype(np.int64)),
                "missing_right": nodes["missing_go_to_left"] == 0,
                "value": nodes["value"],
                "count": nodes["count"],
            }
        )
    return build_ensemble(trees, estimator.n_features_in_, float(estimator._baseline_prediction.item()), LOG_ODDS)


def _share_of_second(tree) -> np.ndarray:
    return tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1)


def _tree(tree, value: np.ndarray, weight: float) -> dict[str, np.ndarray]:
    return {
        "feature": tree.feature,
        "threshold": tree.threshold,
        "left": tree.children_left,
        "right": tree.children_right,
        "missing_right": tree.missing_go_to_left == 0,
        "value": value * weight,
        "count": tree.weighted_n_node_samples,
    }
