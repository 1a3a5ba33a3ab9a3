"""Who floods the stream, or gives wrong verdicts, does not teach the learner that fraud is normal."""

import numpy as np
import pytest

from models.learned.log_odds import probability
from models.learned.online_learner import OnlineLearner
from models.learned.online_report import Candidate
from models.learned.online_settings import LearnerSettings
from tests.models.learned.verdict_stream import (
    DAY_MS,
    FEATURES,
    MASS_CALLING,
    NORMAL,
    OFFICERS,
    SMS_BLAST,
    city,
    row,
    rows_like,
    run,
    sample,
    verdict,
)

SETTINGS = {"snapshot_labels": 15, "hold_ms": 2 * DAY_MS}
ALL_OFF = {"own_below": 2.0, "cluster_per_day": 10**9, "presumed_per_day": 10**9}
BURST = 3000


def taught(**changes) -> OnlineLearner:
    """A learner that knows mass calling."""
    learner = OnlineLearner(FEATURES, LearnerSettings(**SETTINGS | changes))
    run(learner, city(days=7, honest=60))
    assert score(learner, MASS_CALLING) > 0.9 and score(learner, NORMAL) < 0.1
    return learner


def score(learner: OnlineLearner, behaviour) -> float:
    """Median score of rows that the learner never saw."""
    return float(np.median(probability(learner.score_many(rows_like(behaviour)))))


def burst(behaviour, spread: float = 0.35, day: float = 10.0, rows: int = BURST) -> list:
    """Drawn rows of new cards within some hours, which no typology speaks against and nobody judges."""
    rng = np.random.default_rng(17)
    flood = [sample(rng, day + k / rows / 4, 5_000 + k, row(rng, behaviour, spread)) for k in range(rows)]
    return [*flood, sample(rng, day + 3.0, 4_999, row(rng, NORMAL), drawn=False)]


def test_a_burst_of_known_fraud_without_verdicts_stays_fraud():
    learner = taught()
    before = score(learner, MASS_CALLING)
    run(learner, burst(MASS_CALLING))
    assert learner.counts["presumption_refused_like_confirmed"] > 0.9 * BURST
    assert score(learner, MASS_CALLING) > before - 0.02


@pytest.mark.parametrize("left", ["cluster_per_day", "own_below"])
def test_each_protection_alone_holds_and_none_does_not(left):
    """A burst of much the same rows, as a robot makes them; the ration is for such."""
    undefended = taught(**ALL_OFF)
    run(undefended, burst(MASS_CALLING, spread=0.1))
    protected = taught(**{name: value for name, value in ALL_OFF.items() if name != left})
    run(protected, burst(MASS_CALLING, spread=0.1))
    assert score(protected, MASS_CALLING) > 0.8
    assert score(undefended, MASS_CALLING) < 0.6


def test_the_gate_refuses_what_a_burst_has_spoilt_says_so_and_goes_back():
    """Every protection off but the gate: verdicts held back still know what was confirmed."""
    learner = taught(**ALL_OFF, snapshot_labels=4, gate_least=3)
    champion = score(learner, MASS_CALLING)
    run(learner, burst(MASS_CALLING))
    spoilt = score(learner, MASS_CALLING)
    rng = np.random.default_rng(5)
    reports = []
    for k in range(14):
        seen = [sample(rng, 13.5 + k / 100, 900 + k, row(rng, NORMAL), 160.0, False)]
        reports += run(learner, [*seen, verdict(rng, 13.505 + k / 100, 900 + k, False, OFFICERS[k % 6])])
    answers = [report.gate if isinstance(report, Candidate) else report.action for report in reports]
    back = answers.index("went back to the champion")
    refused = [answer for answer in answers[:back] if not isinstance(answer, str)]
    assert len(refused) == 3 and not any(answer.passed for answer in refused)
    assert all("worse than the champion in log loss of confirmed cards" in answer.reason for answer in refused)
    assert score(learner, MASS_CALLING) > champion - 0.1 > spoilt


def test_what_a_burst_has_made_normal_can_be_taught_to_be_fraud():
    """A pattern that nobody confirmed before: rationed, so that some verdicts outweigh it."""
    rng = np.random.default_rng(23)
    learner = taught()
    run(learner, burst(SMS_BLAST))
    assert learner.counts["presumption_refused_cluster_ration"] > 0.6 * BURST
    before = score(learner, SMS_BLAST)
    for k in range(24):
        at, officer = 14.0 + k / 50, OFFICERS[k % len(OFFICERS)]
        caught = sample(rng, at, 9_000 + k, row(rng, SMS_BLAST), 300.0, drawn=False)
        run(learner, [caught, verdict(rng, at + 0.01, 9_000 + k, True, officer)])
    run(learner, city(seed=6, days=4, honest=60, first_day=15.0))
    assert score(learner, SMS_BLAST) > 0.5 > before
    assert score(learner, NORMAL) < 0.2


def wrong(officers, cards: int = 10) -> list:
    """Mass callers that alerted and were cleared all the same."""
    rng = np.random.default_rng(31)
    items = []
    for k in range(cards):
        at = 10.0 + k / 50
        items.append(sample(rng, at, 7_000 + k, row(rng, MASS_CALLING), 700.0, drawn=False))
        items.append(verdict(rng, at + 0.01, 7_000 + k, False, officers[k % len(officers)]))
    return items


def test_a_handful_of_wrong_verdicts_by_one_officer_weighs_little():
    one, many, none = taught(), taught(), taught()
    run(one, wrong([101]))
    run(many, wrong(list(range(201, 211))))
    assert one.counts["cleared"] == many.counts["cleared"] > none.counts["cleared"]
    assert score(one, MASS_CALLING) > max(score(none, MASS_CALLING) - 0.1, 0.85)
    assert score(one, MASS_CALLING) > score(many, MASS_CALLING)


def test_one_officer_cannot_take_what_others_confirmed_out_of_rehearsal():
    rng = np.random.default_rng(41)
    learner = taught()
    confirmed = [row.sample for row in learner._confirmed][:20]
    before = len(learner._confirmed)
    run(learner, [verdict(rng, 10.0 + k / 100, s.entity, False, 101) for k, s in enumerate(confirmed)])
    assert before - len(learner._confirmed) <= 2
    assert score(learner, MASS_CALLING) > 0.85
