"""Fit a model of one kind of card on the earlier part of a stream, and test it on the later."""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from features.errors import DuankaError
from features.roles import ACCOUNT, PHONE
from jobs.model_life.labelled_rows import UNKNOWN, FeatureTable, Knowledge, labels
from models.learned.calibration import brier, fit_isotonic, fit_platt
from models.learned.card_model import CardModel
from models.learned.from_sklearn import from_sklearn
from models.learned.linear import LinearModel
from models.learned.log_odds import BOUND
from models.learned.model_snapshot import Training
from models.learned.online_model import OnlineLogistic
from models.learned.tree_ensemble import TreeEnsemble
from models.ranking_metrics import ranking
from models.scorer import FEATURE_NAMES

FAMILIES = ("trees", "logistic")
KIND_NAMES = {PHONE: "phone", ACCOUNT: "account"}
#: Bad cards without which a model of that kind is not fitted (ours).
FEWEST_BAD_CARDS = 10
#: Bad rows without which it is not calibrated, and hence of no use (ours).
_FEWEST_CALIBRATION_ROWS = 5
#: Boosted trees; small and slow to learn, since labels are few and stream in time (ours, not tuned).
TREES = {"max_iter": 120, "learning_rate": 0.08, "max_leaf_nodes": 12, "min_samples_leaf": 20, "l2_regularization": 1.0}
#: Share of the training window that calibrates and is not learned from, its end (ours).
_CALIBRATION_SHARE = 0.25
#: From so many bad rows on isotonic calibration, before that Platt's (ours).
_ISOTONIC_FROM = 200


class TrainingError(DuankaError):
    """Nothing can be learned from what was given; the message says why and what to do."""


@dataclass(frozen=True)
class Trained:
    """A fitted model, and what is told about it."""

    model: CardModel
    training: Training


def train(
    kind: int, table: FeatureTable, knowledge: Knowledge, family: str, test_share: float, seed: int
) -> Trained:
    """Learn from the earlier part of the time, test on the later; nothing is shuffled.

    ::

        ├── fitted ──┼ calibrated ┼────── tested ──────┤
        first row                cut                last row

    Labels of the first two parts are those known at the cut; those of the last, all that are known
    at the end. Cards are not kept apart: a stream meets the same cards again. What the model says
    of cards without a row before the cut is told beside it (``auc_new_cards``).

    Parameters
    ----------
    kind : {PHONE, ACCOUNT}
    family : {"trees", "logistic"}
    test_share : float
        Share of the time that is tested on.

    Raises
    ------
    TrainingError
        Too few bad cards known at the cut, or in one part only rows of one sort.
    """
    first_ms, last_ms = int(table.time_ms[0]), int(table.time_ms[-1]) + 1
    cut_ms = last_ms - round((last_ms - first_ms) * test_share)
    calibrate_ms = cut_ms - round((cut_ms - first_ms) * _CALIBRATION_SHARE)
    label = labels(table, knowledge, cut_ms)
    fit = (table.time_ms < calibrate_ms) & (label != UNKNOWN)
    calibrate = (table.time_ms >= calibrate_ms) & (table.time_ms < cut_ms) & (label != UNKNOWN)
    bad_cards = np.unique(table.entity[fit & (label == 1)]).size
    if bad_cards < FEWEST_BAD_CARDS or not (label[fit] == 0).any():
        raise TrainingError(
            f"{KIND_NAMES[kind]}: {bad_cards} bad cards known by the cut and {int((label[fit] == 0).sum())} good rows; "
            f"want {FEWEST_BAD_CARDS} bad cards and some good rows: give a longer stream or more verdicts"
        )
    names = FEATURE_NAMES[kind]
    predictor = _fit(family, table.matrix[fit], label[fit], names, seed)
    model = CardModel(kind, names, predictor)
    model = _calibrated(model, table.matrix[calibrate], label[calibrate])

    later = table.time_ms >= cut_ms
    truth = np.where(later, labels(table, knowledge, 2**63 - 1), UNKNOWN)
    tested = truth != UNKNOWN
    new = tested & ~np.isin(table.entity, table.entity[~later])
    counts = {"bad": int((label[fit] == 1).sum()), "good": int((label[fit] == 0).sum()), "bad_cards": int(bad_cards)}
    metrics = _metrics(model, table.matrix[tested], truth[tested] == 1)
    metrics["auc_new_cards"] = _metrics(model, table.matrix[new], truth[new] == 1)["auc"]
    told = {name: round(value, 6) for name, value in metrics.items() if np.isfinite(value)}
    return Trained(model, Training(_FITTED[family], first_ms, cut_ms, last_ms, counts, told))


_FITTED = {"trees": "HistGradientBoostingClassifier", "logistic": "river StandardScaler | LogisticRegression"}


def _fit(family: str, matrix: np.ndarray, label: np.ndarray, names, seed: int) -> LinearModel | TreeEnsemble:
    if family == "trees":
        estimator = HistGradientBoostingClassifier(
            **TREES, class_weight="balanced", early_stopping=False, random_state=seed
        )
        # In one thread: sums of floats must not depend on the machine, and the data are small.
        with threadpool_limits(1):
            return from_sklearn(estimator.fit(matrix, label))
    online = OnlineLogistic(names, learning_rate=0.02, l2=1e-4)
    share = max(float(label.mean()), 1e-6)
    weights = (0.5 / (1 - share), 0.5 / share)
    # In order of time; a bad row weighs like all the good ones it stands against, within reason.
    for values, one in zip(matrix, label.tolist()):
        online.learn_one(values, one, min(weights[one], 50.0))
    return online.linear()


def _calibrated(model: CardModel, matrix: np.ndarray, label: np.ndarray) -> CardModel:
    bad = int((label == 1).sum())
    if bad < _FEWEST_CALIBRATION_ROWS or bad == label.size:
        raise TrainingError(
            f"{KIND_NAMES[model.kind]}: {bad} bad and {label.size - bad} good rows to calibrate with; want "
            f"{_FEWEST_CALIBRATION_ROWS} bad ones and some good: give a longer stream, or test on a smaller share"
        )
    score = np.clip(model.log_odds(matrix, model.features), -BOUND, BOUND)
    fit = fit_isotonic if bad >= _ISOTONIC_FROM else fit_platt
    return CardModel(model.kind, model.features, model.predictor, fit(score, label == 1))


def _metrics(model: CardModel, matrix: np.ndarray, bad: np.ndarray) -> dict[str, float]:
    if bad.size == 0:
        return {"auc": float("nan"), "average_precision": float("nan")}
    share = model.probability(matrix, model.features)
    auc, precision = ranking(share, bad)
    return {
        "auc": auc,
        "average_precision": precision,
        "brier": brier(share, bad),
        "brier_of_base_rate": brier(np.full(bad.size, bad.mean()), bad),
        "rows": float(bad.size),
        "bad_rows": float(bad.sum()),
    }
