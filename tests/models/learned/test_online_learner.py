"""The online learner: it learns what verdicts say, when they say it, and a restored one goes on."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.learned.bad_model import BadModel
from models.learned.log_odds import probability
from models.learned.online_learner import OnlineLearner
from models.learned.online_report import Candidate, DriftReport
from models.learned.online_rows import Verdict
from models.learned.online_settings import LearnerSettings
from tests.models.learned.verdict_stream import (
    BUSY,
    DAY_MS,
    FEATURES,
    MASS_CALLING,
    NORMAL,
    START_MS,
    city,
    in_order,
    row,
    rows_like,
    run,
    same,
    sample,
    verdict,
)

SETTINGS = LearnerSettings(snapshot_labels=15, hold_ms=2 * DAY_MS, trial=100)


def fresh(settings: LearnerSettings = SETTINGS) -> OnlineLearner:
    return OnlineLearner(FEATURES, settings)


def auc(learner: OnlineLearner, fraud=MASS_CALLING) -> float:
    """On rows that the learner never saw."""
    matrix = np.concatenate([rows_like(fraud, 5), rows_like(NORMAL, 6)])
    return roc_auc_score(np.arange(len(matrix)) < 300, learner.score_many(matrix))


def test_it_knows_nothing_before_it_was_told():
    learner = fresh()
    run(learner, [item for item in city() if not isinstance(item, Verdict)])
    assert np.allclose(probability(learner.score_many(rows_like(MASS_CALLING))), 0.5, atol=0.02)


def test_it_learns_from_verdicts_and_its_prequential_figures_say_so():
    learner = fresh()
    candidates = [report for report in run(learner, city()) if isinstance(report, Candidate)]
    assert auc(learner) > 0.99
    figures = learner.figures
    assert figures.auc > 0.9 and figures.auc_verdicts > 0.9 and figures.log_loss < 0.5 < np.log(2)
    assert figures.precision_at_budget > 0.7
    assert candidates[-1].gate.passed and candidates[-1].figures.auc > candidates[0].figures.auc - 0.05
    assert candidates[-1].since_ms >= START_MS and candidates[-1].learned["confirmed"] > 30


def test_verdicts_without_sense_teach_nothing():
    """The canary: the same stream with the findings dealt anew."""
    rng = np.random.default_rng(3)
    items = city()
    findings = rng.permutation([item.confirmed for item in items if isinstance(item, Verdict)])
    dealt = iter(findings.tolist())
    entities = np.unique([item.entity for item in items])
    mixed = [
        Verdict(i.time_ms, i.uid, int(rng.choice(entities)), next(dealt), i.officer) if isinstance(i, Verdict) else i
        for i in items
    ]
    learner = fresh()
    run(learner, mixed)
    assert learner.figures.auc < 0.75


@pytest.mark.parametrize("day", [2.5, 5.3])
def test_scores_up_to_a_time_do_not_depend_on_later_verdicts(day):
    until_ms = START_MS + int(day * DAY_MS)
    items = city(days=8, honest=50)
    with_them, without, scores = fresh(), fresh(), ([], [])
    early = [item for item in items if item.time_ms <= until_ms]
    assert any(isinstance(item, Verdict) for item in items[len(early) :])
    for learner, stream, kept in ((with_them, items, scores[0]), (without, early, scores[1])):
        for item in stream:
            if not isinstance(item, Verdict) and item.time_ms <= until_ms:
                kept.append(float(learner.score_many(item.values[np.newaxis])[0]))
            run(learner, [item])
    assert scores[0] == scores[1] and len(scores[0]) > 100


def test_a_verdict_is_learned_on_what_was_known_when_the_card_was_scored():
    """The card falls silent after its calls: what it looks like at the verdict is not what it did."""
    rng = np.random.default_rng(8)
    calls, silence = row(rng, MASS_CALLING), row(rng, NORMAL)
    told = [sample(rng, 0.1, 7, calls, 600.0, drawn=False), verdict(rng, 2.0, 7, True, 101)]
    after = sample(rng, 2.5, 7, silence, 5.0, drawn=False)
    one, other = fresh(), fresh()
    run(one, told)
    run(other, [*told, after])
    probe = rows_like(MASS_CALLING)
    assert np.array_equal(one.score_many(probe), other.score_many(probe))
    run(one, [verdict(rng, 3.0, 8, True, 101)])  # a card without a row
    assert one.counts["verdicts_without_row"] == 1
    assert np.array_equal(one.score_many(probe), other.score_many(probe))


def test_presumption_waits_and_a_verdict_forestalls_it():
    rng = np.random.default_rng(2)
    learner = fresh()
    run(learner, city(days=6))

    def presumed_by(day: float) -> int:
        run(learner, [sample(rng, day, 1, row(rng, NORMAL), drawn=False)])
        return sum(n for name, n in learner.counts.items() if name.startswith("presum"))

    before = presumed_by(19.9)
    run(learner, [sample(rng, 20.0, entity, row(rng, NORMAL)) for entity in (55, 56)])
    run(learner, [verdict(rng, 21.0, 55, False, 101)])
    assert presumed_by(21.9) == before > 100
    assert presumed_by(22.1) == before + 1 == presumed_by(30.0)


def test_saying_it_again_teaches_nothing_and_a_later_finding_overrules():
    rng = np.random.default_rng(4)
    learner = fresh()
    run(learner, city(days=5))
    calls, silence = row(rng, MASS_CALLING), sample(rng, 10.5, 1, row(rng, NORMAL), drawn=False)
    run(learner, [sample(rng, 10.0, 9, calls, 500.0, False), silence, verdict(rng, 11.0, 9, True, 101)])
    once, rehearsed = learner.score_many(rows_like(MASS_CALLING)), len(learner._confirmed)
    run(learner, [verdict(rng, 11.1 + k / 10, 9, True, 101) for k in range(5)])
    assert np.array_equal(learner.score_many(rows_like(MASS_CALLING)), once)
    assert learner.counts["verdicts_repeated"] == 5
    run(learner, [verdict(rng, 12.0, 9, False, 102)])
    assert learner.counts["overruled"] == 1 and len(learner._confirmed) == rehearsed - 1


CUTS = (0.0, 0.3, 0.75, 0.8, 0.95)


@pytest.fixture(scope="module")
def quiet_run():
    """A stream whose normal changes in the middle, what an undisturbed learner said and became, its states."""
    items = in_order(city(days=7, honest=60) + city(2, 5, honest=60, normal=BUSY, first_day=7))
    learner, states, reports = fresh(), {}, []
    for at, item in enumerate(items):
        states |= {cut: (learner.snapshot(), len(reports)) for cut in CUTS if at == int(len(items) * cut)}
        reports += run(learner, [item])
    return items, reports, learner, states


@pytest.mark.parametrize("cut", CUTS)
def test_a_restored_learner_goes_on_bit_for_bit(quiet_run, cut):
    items, reports, learner, states = quiet_run
    (arrays, meta), said = states[cut]
    assert {array.dtype.kind for array in arrays.values()} <= set("biuf")
    restored = fresh()
    restored.restore(arrays, meta)
    assert same(run(restored, items[int(len(items) * cut) :]), reports[said:])
    probe = np.concatenate([rows_like(MASS_CALLING), rows_like(NORMAL)])
    assert np.array_equal(restored.score_many(probe), learner.score_many(probe))
    one, other = restored.snapshot(), learner.snapshot()
    assert one[1] == other[1]
    assert all(np.array_equal(one[0][name], array) for name, array in other[0].items())


def test_the_run_that_is_cut_meets_everything(quiet_run):
    """Candidates, a champion and a challenger on trial are in some state that is restored."""
    _, reports, learner, states = quiet_run
    assert any(isinstance(report, DriftReport) for report in reports)
    names = [set(arrays) for (arrays, _), _ in states.values()]
    assert any("challenger.count" in known for known in names)
    assert any("champion.weights" in known for known in names)
    assert learner.counts["presumption_refused_like_confirmed"] > 10


def test_state_of_other_features_is_refused():
    with pytest.raises(BadModel, match="other features"):
        OnlineLearner(("a", "b")).restore(*fresh().snapshot())


def test_memory_is_bounded():
    small = LearnerSettings(memory_cards=50, pending=60, rehearsed=10, recent=20, held=5, window=40, drift_memory=64)
    learner = fresh(small)
    sizes = []
    for k in range(4):
        run(learner, city(seed=k + 1, days=4, honest=60, first_day=4.0 * k))
        sizes.append(sum(array.nbytes for array in learner.snapshot()[0].values()))
    assert sizes[-1] < 1.3 * sizes[1] < 60_000
    assert learner.counts["samples"] > 1000


def test_the_candidate_is_what_river_says():
    learner = fresh()
    run(learner, city())
    for values in rows_like(MASS_CALLING, n=20):
        assert probability(learner.score_many(values[np.newaxis]))[0] == pytest.approx(
            learner._model.score_one(values), abs=1e-9
        )
