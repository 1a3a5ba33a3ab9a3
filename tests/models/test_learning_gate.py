"""What the gate lets into learning: quiet times, bursts, a new normal."""

import numpy as np
import pytest

from models.detectors.learning_gate import admits, allocate


class Gate:
    """A gate with its state."""

    def __init__(self, flagged: float = 0.02, memory: float = 2000.0):
        self.state, self.settings = allocate(), (flagged, memory)

    def admit(self, scores) -> np.ndarray:
        return np.array([admits(score, *self.state, *self.settings) for score in scores])


def usual(seed: int, rows: int) -> np.ndarray:
    return np.random.default_rng(seed).beta(8, 10, rows)


@pytest.mark.parametrize("flagged", [0.01, 0.02, 0.1])
def test_in_quiet_times_the_given_share_is_kept_out(flagged):
    gate = Gate(flagged)
    gate.admit(usual(1, 5000))
    scores = usual(2, 20_000)
    admitted = gate.admit(scores)
    assert (~admitted).mean() == pytest.approx(flagged, rel=0.3)
    assert scores[~admitted].min() > np.quantile(scores, 1 - 2 * flagged)


def test_while_warming_up_everything_is_learned():
    assert Gate().admit(np.linspace(0, 1, 256)).all()


def test_a_burst_is_kept_out_to_its_end_and_opens_nothing():
    gate = Gate()
    gate.admit(usual(3, 5000))
    assert not gate.admit(np.full(1300, 0.95)).any()
    after = gate.admit(usual(4, 3000))
    assert after.mean() == pytest.approx(0.98, abs=0.015)
    assert not gate.admit(np.full(100, 0.95)).any()


def test_what_lasts_is_learned_after_a_while():
    gate = Gate()
    gate.admit(usual(5, 5000))
    admitted = gate.admit(np.full(4000, 0.95))
    assert np.argmax(admitted) == pytest.approx(2000 * np.log(2), rel=0.1)
    assert admitted[np.argmax(admitted) :].all()


def test_bursts_that_alternate_with_usual_rows_are_kept_out_for_good():
    gate = Gate()
    gate.admit(usual(6, 5000))
    scores = usual(7, 20_000)
    scores[::3] = 0.95
    assert not gate.admit(scores)[::3].any()


def test_a_burst_early_in_life_is_kept_out_too():
    gate = Gate()
    gate.admit(usual(8, 400))
    assert not gate.admit(np.full(1000, 0.95)).any()
