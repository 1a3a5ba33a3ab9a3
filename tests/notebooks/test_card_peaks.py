"""The row at which each card's risk was highest, whatever the steps it came in."""

import numpy as np
import pytest

from benchmarks.detection.card_peaks import PeakKeeper
from benchmarks.detection.card_scores import entities
from features.card_features import FeatureRows
from features.roles import CARD_ROW, IN, NOTE, OUT, PHONE
from jobs.outcome import ShardCounts, StepOutcome
from models.fusion import Evidence
from models.scorer import Scored

#: Card, time, role, risk, shadow's risk.
ROWS = (
    ("phone:1", 10, OUT, 300.0, 1.0), ("phone:2", 20, IN, 50.0, 900.0), ("phone:1", 30, IN, 700.0, 2.0),
    ("phone:1", 40, OUT, 700.0, 3.0), ("phone:1", 50, NOTE, 999.0, 4.0), ("phone:2", 60, OUT, 20.0, 5.0),
)  # fmt: skip


def outcome(rows, shadow: bool = True) -> StepOutcome:
    table = np.zeros(len(rows), CARD_ROW)
    table["entity"] = entities([row[0] for row in rows])
    table["time"], table["role"] = [row[1] for row in rows], [row[2] for row in rows]
    matrix = np.array([[row[1]] for row in rows], np.float32)
    risk, shadow_risk = (np.array([row[k] for row in rows]) for k in (3, 4))
    evidence = Evidence(("D201",), risk[:, np.newaxis] / 1000)
    scored = Scored(risk, np.zeros(len(rows), np.uint8), evidence, shadow_risk=shadow_risk if shadow else None)
    features = FeatureRows(PHONE, table, np.zeros(len(rows), int), matrix, np.zeros(len(rows), np.uint8))
    return StepOutcome([], [], ShardCounts(), [(features, scored)])


def peaks(keeper: PeakKeeper) -> dict[str, tuple[int, float]]:
    """Time and risk of each card's peak, checked against the features and evidence kept beside it."""
    found = keeper.peaks(PHONE)
    assert found.matrix[:, 0].tolist() == found.time_ms.tolist()
    names = {entities([card])[0]: card for card in ("phone:1", "phone:2")}
    assert found.of(["phone:2"]).tolist() == [names[e] == "phone:2" for e in found.entity]
    return {names[e]: (t, r) for e, t, r in zip(found.entity, found.time_ms.tolist(), found.risk.tolist())}


@pytest.mark.parametrize("size", [1, 2, 6])
def test_the_first_of_the_highest_rows_is_kept(size):
    keeper = PeakKeeper()
    for start in range(0, len(ROWS), size):
        keeper.take(outcome(ROWS[start : start + size]))
    assert peaks(keeper) == {"phone:1": (30, 700.0), "phone:2": (20, 50.0)}


def test_many_steps_are_folded():
    keeper = PeakKeeper()
    for _ in range(300):
        for row in ROWS:
            keeper.take(outcome([row]))
    assert peaks(keeper) == {"phone:1": (30, 700.0), "phone:2": (20, 50.0)}


def test_rows_before_a_time_do_not_count():
    keeper = PeakKeeper(from_ms=40)
    keeper.take(outcome(ROWS))
    assert peaks(keeper) == {"phone:1": (40, 700.0), "phone:2": (60, 20.0)}


def test_the_shadow_is_asked_on_request_and_may_be_absent():
    keeper = PeakKeeper(shadow=True)
    keeper.take(outcome(ROWS, shadow=False))
    keeper.take(outcome(ROWS))
    assert peaks(keeper) == {"phone:1": (40, 3.0), "phone:2": (20, 900.0)}
