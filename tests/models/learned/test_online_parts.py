"""The online learner's parts by themselves: memory, presumption, drift, officers, gate, challenger, model."""

import numpy as np
import pytest
from river.drift import ADWIN

from models.learned.linear import build_linear
from models.learned.log_odds import probability
from models.learned.online_challenger import Challenger
from models.learned.online_drift import LossDrift
from models.learned.online_evaluation import RollingEvaluation
from models.learned.online_gate import Gate
from models.learned.online_memory import CardMemory
from models.learned.online_model import OnlineLogistic
from models.learned.online_officers import OfficerWeights
from models.learned.online_presumption import Presumption, cluster_of, planes
from models.learned.online_rows import Labelled
from models.learned.online_settings import LearnerSettings
from tests.models.learned.verdict_stream import DAY_MS, FEATURES, MASS_CALLING, NORMAL, START_MS, row, sample

RNG = np.random.default_rng(12)
N = len(FEATURES)


def made(day: float, entity: int = 1, risk: float = 20.0, behaviour=NORMAL):
    return sample(RNG, day, entity, row(RNG, behaviour), risk)


def at(day: float) -> int:
    return START_MS + int(day * DAY_MS)


def test_a_card_is_remembered_by_its_riskiest_row_and_its_newest():
    memory = CardMemory(N, cards=10, age_ms=5 * DAY_MS)
    first, peak, last = made(0, 1, 50), made(1, 1, 700), made(2, 1, 10)
    for item in (first, peak, last):
        memory.see(item)
    assert memory.rows(1, at(3)) == [peak, last] and memory.peak_risk(1) == 700
    assert memory.rows(1, at(6.5)) == [last], "too old to be what the verdict is about"
    assert memory.rows(2, at(3)) == [] and memory.peak_risk(2) == 0
    later = made(9, 1, 5)
    memory.see(later)
    assert memory.rows(1, at(9)) == [later], "an old peak gives way"


def test_the_card_silent_for_longest_is_forgotten_first():
    memory = CardMemory(N, cards=2, age_ms=5 * DAY_MS)
    for day, entity in ((0.0, 1), (0.1, 2), (0.2, 1), (0.3, 3)):
        memory.see(made(day, entity))
    assert len(memory) == 2 and not memory.rows(2, at(1)) and memory.rows(1, at(1)) and memory.rows(3, at(1))


@pytest.mark.parametrize(
    ("changes", "own", "reason"),
    [
        ({}, None, ""),
        ({"risk": 160.0}, None, "risk"),
        ({"risk": 149.0, "strength": 0.3}, None, "typology"),
        ({}, 0.6, "like_confirmed"),
        ({}, 0.4, ""),
    ],
)
def test_nothing_suspicious_is_presumed_normal(changes, own, reason):
    drawn = made(0.0)
    values = {name: getattr(drawn, name) for name in drawn.__slots__} | changes
    presumption = Presumption(N, LearnerSettings(risk_below=150.0, strength_below=0.25, own_below=0.5))
    assert presumption.refusal(type(drawn)(**values), 20.0, own, 7) == reason
    assert presumption.refusal(drawn, 200.0, own, 7) == "risk", "the card rose since"


def test_rations_of_a_day_and_of_a_cluster():
    presumption = Presumption(N, LearnerSettings(cluster_per_day=2, presumed_per_day=3))
    got = [presumption.refusal(made(0.5), 0.0, None, cluster) for cluster in (7, 7, 7, 8, 9)]
    assert got == ["", "", "cluster_ration", "", "day_ration"]
    assert presumption.refusal(made(1.5), 0.0, None, 7) == ""


def test_similar_rows_share_a_cluster_and_others_do_not():
    through = planes(N)
    clusters = [[cluster_of(row(RNG, of, 0.03), through) for _ in range(200)] for of in (NORMAL, MASS_CALLING)]
    assert all(np.bincount(np.unique(c, return_inverse=True)[1]).max() > 100 for c in clusters)
    assert not set(clusters[0]) & set(clusters[1])
    assert cluster_of(np.full(N, np.nan, np.float32), through) == cluster_of(np.zeros(N, np.float32), through)


def test_rows_wait_and_when_there_is_no_room_they_are_counted():
    presumption = Presumption(N, LearnerSettings(pending=2, hold_ms=DAY_MS))
    for day in (0.0, 0.1, 0.2):
        presumption.wait(made(day))
    assert presumption.overflow == 1 and presumption.due(at(0.9)) is None
    assert presumption.due(at(1.05)).time_ms == at(0.0) and presumption.due(at(1.05)) is None


def test_drift_is_what_adwin_finds_and_survives_a_restart_anywhere():
    losses = np.concatenate([RNG.uniform(0, 0.2, 300), RNG.uniform(0.4, 0.8, 200)]).tolist()
    plain = ADWIN(delta=0.002, clock=1)
    first = next(k for k, loss in enumerate(losses) if plain.update(loss) or plain.drift_detected)
    whole = LossDrift(0.002, 4096, 1)
    found = {k: drift for k, loss in enumerate(losses) if (drift := whole.update(loss))}
    assert min(found) == first > 300 and found[first].worse
    for cut in (1, 250, 301, first, first + 1, 450):
        halves = LossDrift(0.002, 4096, 1), LossDrift(0.002, 4096, 1)
        early = [halves[0].update(loss) for loss in losses[:cut]]
        halves[1].restore(halves[0].snapshot())
        assert [*early, *(halves[1].update(loss) for loss in losses[cut:])] == [found.get(k) for k in range(500)]


def test_drift_forgets_when_its_memory_is_full():
    drift = LossDrift(0.002, 100, 32)
    for _ in range(1000):
        assert drift.update(0.3) is None
    assert 50 <= drift.snapshot()["told"].size <= 100


def test_an_officer_s_surprises_count_less_and_less_and_are_forgiven():
    officers = OfficerWeights(10 * DAY_MS)
    assert [officers.weight(1, True, at(d)) for d in (0, 1, 2)] == [1, 1 / 2, 1 / 3]
    assert officers.weight(2, True, at(3)) == 1 and officers.weight(1, False, at(3)) == 1
    assert officers.weight(1, True, at(10.5)) == 1 / 3


def labelled(behaviour, label: int, officer: int = 0, entity: int = 1) -> Labelled:
    return Labelled(made(0.0, entity, behaviour=behaviour), label, officer, 1.0)


def model_of(weight: float):
    """Log-odds rise with the first feature, or fall."""
    weights = np.zeros(N)
    weights[0] = weight
    return build_linear(weights, -10.0 * weight)


def test_the_gate_lets_pass_what_is_no_worse_and_says_why_not():
    gate = Gate(N, LearnerSettings())
    assert "5 of each are needed" in gate.judge(model_of(0.2), None).reason
    for k in range(10):
        gate.hold(labelled(MASS_CALLING, 1, 5, entity=k))
        gate.hold(labelled(NORMAL, 0))
    good, poor, reverse = model_of(0.5), model_of(0.01), model_of(-0.5)
    assert gate.judge(good, None).passed and gate.judge(good, poor).passed
    assert not gate.judge(reverse, None).passed and not gate.judge(poor, good).passed
    answer = gate.judge(reverse, good)
    assert not answer.passed and "worse than the champion in ROC-AUC" in answer.reason
    assert answer.champion.auc == 1.0 and answer.candidate.auc < 0.1
    for k in range(6):
        gate.drop(k)
    assert gate.judge(good, None).candidate.confirmed == 4


def test_candidates_are_calibrated_to_the_share_of_fraud_there_is():
    gate = Gate(N, LearnerSettings(prior=0.02))
    shift = gate.calibration(model_of(0.5)).apply(np.zeros(1))
    assert probability(shift)[0] == pytest.approx(0.02)
    for k in range(40):
        gate.hold(labelled(MASS_CALLING, 1, 5, k))
        gate.hold(labelled(NORMAL, 0))
    rows = np.array([row(RNG, NORMAL) for _ in range(98)] + [row(RNG, MASS_CALLING) for _ in range(2)])
    model = model_of(0.05)
    share = probability(gate.calibration(model).apply(model.log_odds(rows, np.arange(N))))
    assert 0.005 < share.mean() < 0.05


def test_a_challenger_must_be_better_and_forget_nothing():
    def taught(first: int, n: int = 60) -> OnlineLogistic:
        model = OnlineLogistic(FEATURES, 0.1, 0.0)
        for _ in range(n):
            model.learn_one(row(RNG, MASS_CALLING), first, 1.0)
            model.learn_one(row(RNG, NORMAL), 1 - first, 1.0)
        return model

    good, bad = taught(1), taught(0)
    for challenger, other, wins in ((good, bad, True), (bad, good, False), (good, good, False)):
        trial = Challenger(challenger, 20)
        for k in range(20):
            assert trial.verdict is None
            values = row(RNG, MASS_CALLING if k % 2 else NORMAL)
            trial.compare(values, k % 2, other.score_one(values))
        assert trial.verdict is wins
    confirmed = [labelled(MASS_CALLING, 1) for _ in range(20)]
    assert Challenger(bad, 20).forgets(confirmed, good) and not Challenger(good, 20).forgets(confirmed, bad)


def test_rolling_figures_by_hand():
    rolling = RollingEvaluation(window=6, budget=2)
    assert np.isnan(rolling.figures().auc)
    for score, label, judged in ((0.1, 0, True), (0.9, 1, True), (0.2, 0, False), (0.8, 0, False), (0.7, 1, True)):
        rolling.take(score, label, judged)
    figures = rolling.figures()
    assert (figures.confirmed, figures.cleared, figures.presumed) == (2, 1, 2)
    assert figures.auc == pytest.approx(5 / 6) and figures.auc_verdicts == 1.0 and figures.precision_at_budget == 0.5
    losses = [-np.log([0.9, 0.7]).mean(), -np.log([0.9, 0.8, 0.2]).mean()]
    assert figures.log_loss == pytest.approx(np.mean(losses))


def test_missing_values_and_signed_features():
    names = ("novel_calls_1d", "novel_calls_above_peers")
    model = OnlineLogistic(names, 0.1, 0.0)
    for _ in range(100):
        model.learn_one(np.array([3, 4], np.float32), 1, 1.0)
        model.learn_one(np.array([3, -4], np.float32), 0, 1.0)
    assert model.score_one(np.array([np.nan, 4], np.float32)) > 0.9
    assert model.score_one(np.array([np.nan, -4], np.float32)) < 0.1
    rows = np.array([[np.nan, 4], [3, -4], [np.nan, np.nan], [-1, 0]], np.float32)
    exported = probability(model.linear().log_odds(rows, np.arange(2)))
    assert exported == pytest.approx([model.score_one(values) for values in rows], abs=1e-9)
