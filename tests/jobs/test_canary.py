"""Canaries: scorers that know nothing must fail the detection test that the real one passes."""

import numpy as np
import pyarrow as pa
import pytest

from jobs.evaluation import Truth, evaluate, read_scores, read_truth
from tests.jobs.score_tables import write_scores


@pytest.fixture(scope="module")
def truth(city) -> Truth:
    return read_truth(city / "truth.csv")


@pytest.fixture(scope="module")
def scores(city, tmp_path_factory) -> pa.Table:
    path = tmp_path_factory.mktemp("canary") / "scores.parquet"
    write_scores(city, path)
    return read_scores(path)


def check_detects(table: pa.Table, truth: Truth) -> None:
    """The detection test: fraud cards rank far above the others, and fill the first hundred."""
    found = evaluate(table, truth, [100])
    assert found.roc_auc > 0.85, f"ROC-AUC {found.roc_auc:.3f}"
    assert found.average_precision > 0.3, f"average precision {found.average_precision:.3f}"
    assert found.budgets[0].recall > 0.3, f"recall among the first hundred {found.budgets[0].recall:.3f}"


def with_scores(table: pa.Table, score: np.ndarray) -> pa.Table:
    return table.set_column(table.schema.get_field_index("score"), "score", pa.array(score))


def by_lot(table: pa.Table, seed: int) -> pa.Table:
    """A score for each card by lot."""
    cards, which = np.unique(np.array(table["card"].to_pylist(), object), return_inverse=True)
    return with_scores(table, np.random.default_rng(seed).random(len(cards))[which])


def test_the_real_scorer_detects(scores, truth):
    assert len(truth.since_ms) > 30
    check_detects(scores, truth)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_scorer_is_chance_and_fails(scores, truth, seed):
    table = by_lot(scores, seed)
    assert 0.4 < evaluate(table, truth, [100]).roc_auc < 0.6
    with pytest.raises(AssertionError, match="ROC-AUC"):
        check_detects(table, truth)


def test_a_constant_scorer_is_chance_and_fails(scores, truth):
    table = with_scores(scores, np.full(len(scores), 0.5))
    found = evaluate(table, truth, [100])
    assert found.roc_auc == 0.5
    assert found.average_precision < 0.1 and found.budgets[0].precision < 0.1
    with pytest.raises(AssertionError, match="ROC-AUC"):
        check_detects(table, truth)


def test_a_lot_for_each_event_is_told_from_the_real_scorer(scores, truth):
    """The highest of many lots is high: busy cards gain. The bar of the detection test is above that."""
    table = with_scores(scores, np.random.default_rng(1).random(len(scores)))
    with pytest.raises(AssertionError):
        check_detects(table, truth)
    cards = scores.group_by("card").aggregate([("score", "count")])
    busy = dict(zip(cards["card"].to_pylist(), cards["score_count"].to_pylist()))
    by_count = with_scores(scores, np.array([busy[c] for c in scores["card"].to_pylist()], float))
    assert evaluate(table, truth, [100]).roc_auc == pytest.approx(evaluate(by_count, truth, [100]).roc_auc, abs=0.15)
