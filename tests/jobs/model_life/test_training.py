"""A model learns what was known at the cut and is judged on what came after."""

import numpy as np
import pytest

from features import phone
from features.roles import PHONE
from jobs.model_life.labelled_rows import FeatureTable, Knowledge
from jobs.model_life.training import FAMILIES, TREES, TrainingError, train


@pytest.fixture(autouse=True)
def few_trees(monkeypatch):
    monkeypatch.setitem(TREES, "max_iter", 60)


WIDTH = len(phone.FEATURES)
NEVER = 2**63 - 1


def stream(days=10, cards=300, seed=1, honest=True):
    """A row per card and day; the first tenth of the cards is bad and, if `honest`, looks so."""
    rng = np.random.default_rng(seed)
    time_ms = np.repeat(np.arange(days) * 1000, cards) + np.tile(np.arange(cards), days) % 997
    entity = np.tile(np.arange(1, cards + 1, dtype=np.uint64), days)
    matrix = rng.exponential(2.0, (time_ms.size, WIDTH)).astype(np.float32)
    bad = entity <= cards // 10
    if honest:
        matrix[bad, 3] += 4
    order = np.argsort(time_ms, kind="stable")
    return FeatureTable(time_ms[order], entity[order], matrix[order])


def truth(cards=30, known_ms=0) -> Knowledge:
    zero = np.zeros(cards, np.int64)
    entity = np.arange(1, cards + 1, dtype=np.uint64)
    return Knowledge(entity, np.ones(cards, bool), zero, zero + NEVER, zero + known_ms, True)


@pytest.mark.parametrize("family", FAMILIES)
def test_it_finds_what_tells_and_says_how_well(family):
    done = train(PHONE, stream(), truth(), family, 0.4, seed=1)
    told = done.training
    assert told.metrics["auc"] > 0.9 and told.metrics["brier"] < told.metrics["brier_of_base_rate"]
    assert (told.from_ms, told.to_ms, told.tested_to_ms) == (0, 5580, 9300)
    assert told.labels["bad_cards"] == 30 and told.labels["bad"] + told.labels["good"] < 0.5 * 3000
    again = train(PHONE, stream(), truth(), family, 0.4, seed=1)
    matrix = stream(seed=9).matrix
    assert again.model.probability(matrix, phone.FEATURES).tobytes() == done.model.probability(
        matrix, phone.FEATURES).tobytes()  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_where_nothing_tells_it_is_no_better_than_chance(family):
    """Or the test would be on what was learned."""
    try:
        told = train(PHONE, stream(honest=False), truth(), family, 0.4, seed=1).training
    except Exception as error:
        assert "of no use" in str(error)  # calibration saw that
        return
    assert abs(told.metrics["auc"] - 0.5) < 0.12


def test_what_was_not_known_at_the_cut_is_not_learned():
    with pytest.raises(TrainingError, match="0 bad cards known by the cut"):
        train(PHONE, stream(), truth(known_ms=6500), "logistic", 0.4, seed=1)
    assert train(PHONE, stream(), truth(known_ms=5500), "logistic", 0.4, seed=1).training.metrics["auc"] > 0.9


def test_the_later_rows_change_only_the_metrics():
    whole = stream()
    changed = FeatureTable(whole.time_ms, whole.entity, whole.matrix.copy())
    changed.matrix[whole.time_ms >= 5580] = 1.0
    one, other = (train(PHONE, t, truth(), "trees", 0.4, seed=1) for t in (whole, changed))
    assert one.model.to_arrays()[1] == other.model.to_arrays()[1]
    for name, array in one.model.to_arrays()[0].items():
        assert array.tobytes() == other.model.to_arrays()[0][name].tobytes()
    assert other.training.metrics["auc"] == 0.5 < one.training.metrics["auc"]


def test_too_little_is_said():
    with pytest.raises(TrainingError, match="phone: 9 bad cards .* want 10"):
        train(PHONE, stream(cards=90), truth(9), "trees", 0.4, seed=1)
