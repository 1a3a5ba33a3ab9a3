"""Learning on a simulated city: the same samples and learners however the stream is cut."""

import json

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from features.card_features import FeatureRows
from features.roles import ACCOUNT, OUT, PHONE
from features.snapshot import BadSnapshot
from jobs.engine import END_OF_TIME_MS
from jobs.evaluation import read_truth
from jobs.learning.learner_shard import LearnerShard
from jobs.learning.replay import learn, payloads
from jobs.learning.report_rows import model_from_row
from jobs.learning.sampling import FEATURE_SETS, SampleRates, feature_set, sample_rows, store_columns
from jobs.replay import replay
from models.learned.online_settings import DAY_MS, LearnerSettings
from models.scorer import FEATURE_NAMES, Scored
from simulation.city import CityConfig, simulate
from tests.jobs.replays import engine_settings

SETTINGS = LearnerSettings(snapshot_labels=8, hold_ms=DAY_MS, gate_least=3)
#: A small city has few rows: keep more of them.
RATES = {PHONE: SampleRates(40, 16, 8), ACCOUNT: SampleRates(20, 4, 1)}


@pytest.fixture(scope="module")
def dense_city(tmp_path_factory):
    """1,000 people and six days with far more fraud than in life, most of it judged."""
    folder = tmp_path_factory.mktemp("dense") / "bus"
    config = CityConfig(people=1000, days=6, seed=5, verdict_share=0.8, fraud_phones_per_1000=25, mules_per_1000=25)
    simulate(config, folder)
    return folder


@pytest.fixture(scope="module")
def cut_up(dense_city):
    """The rows for the learners, step by step, with their watermarks: one replay for all tests."""
    return [
        (step.watermark_ms, list(payloads(step, RATES)), step.outcomes)
        for step in replay(dense_city, engine_settings(), step_records=20_000)
    ]


@pytest.fixture(scope="module")
def learned(dense_city):
    """Learners and all they said, at the replay's own batch sizes."""
    reports = []
    for step in learn(dense_city, engine_settings(), SETTINGS, RATES):
        reports += step.reports
    return step.learners, reports


def test_prequential_auc_rises_above_what_knows_nothing(learned):
    learners, reports = learned
    figures = learners[PHONE].learner.figures
    assert figures.confirmed > 10 and figures.presumed > 300
    assert figures.auc > 0.8 and figures.log_loss < np.log(2.0), "0.5 and ln 2 are what knows nothing"
    mine = [r["figures"] for r in reports if r["what"] == "candidate" and r["kind"] == PHONE]
    assert len(mine) >= 3 and mine[-1]["prequential_presumed"] > mine[0]["prequential_presumed"]


def test_what_was_learned_tells_fraud_that_nobody_judged(dense_city, learned, cut_up):
    """Rows of the last day, by the truth; verdicts reached only some of these cards."""
    learners, _ = learned
    bad = read_truth(dense_city / "truth.csv").since_ms
    end_ms = max(int(f.rows["time"].max()) for _, _, outcomes in cut_up for _, o in outcomes for f, _ in o.scored)
    scores, truth = [], []
    names = hashes_of(bad)
    for _, _, outcomes in cut_up:
        for _, outcome in outcomes:
            for features, _ in outcome.scored:
                late = (features.rows["time"] > end_ms - DAY_MS) & (features.rows["role"] >= OUT)
                if features.kind == PHONE and late.any():
                    scores.append(learners[PHONE].learner.score_many(features.matrix[late]))
                    truth.append(np.isin(features.rows["entity"][late], names))
    truth = np.concatenate(truth)
    assert truth.sum() > 100
    assert roc_auc_score(truth, np.concatenate(scores)) > 0.8
    untrained = LearnerShard(PHONE, SETTINGS).learner
    assert set(untrained.score_many(np.ones((5, len(FEATURE_NAMES[PHONE])), np.float32)).tolist()) == {0.0}


def hashes_of(cards) -> np.ndarray:
    from jobs.learning.rows import verdict_columns

    names = list(cards)
    blank = [0] * len(names)
    return verdict_columns(blank, blank, names, [True] * len(names), [""] * len(names), PHONE)["entity"]


def test_batches_change_nothing(learned, cut_up):
    learners, reports = learned
    others = {kind: LearnerShard(kind, SETTINGS) for kind in learners}
    told = feed(others, cut_up)
    assert told == in_kinds(reports)
    for kind, shard in learners.items():
        assert shard.snapshot() == others[kind].snapshot()


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_learner_killed_and_restored_says_and_becomes_the_same(learned, cut_up, share):
    learners, reports = learned
    at = int(len(cut_up) * share)
    first = {kind: LearnerShard(kind, SETTINGS) for kind in learners}
    told = feed(first, cut_up[:at])
    # Rows that wait for the watermark are part of the state.
    for kind, payload in cut_up[at][1]:
        first[kind].push(payload)
    second = {kind: LearnerShard(kind, SETTINGS) for kind in learners}
    for kind, shard in second.items():
        shard.restore(first[kind].snapshot())
        assert shard.held_from_ms == first[kind].held_from_ms
    rest = [(cut_up[at][0], [], None), *cut_up[at + 1 :]]
    told += feed(second, rest)
    assert in_kinds(told) == in_kinds(reports)
    assert all(second[kind].snapshot() == shard.snapshot() for kind, shard in learners.items())
    with pytest.raises(BadSnapshot, match="damaged"):
        second[PHONE].restore(first[PHONE].snapshot()[:-1] + b"x")


def feed(learners, steps) -> list[dict]:
    told = []
    for watermark_ms, rows, _ in steps:
        for kind, payload in rows:
            learners[kind].push(payload)
        told += [row for shard in learners.values() for row in shard.step(watermark_ms)]
    return in_kinds(told)


def in_kinds(reports: list[dict]) -> list[dict]:
    return sorted(reports, key=lambda row: row["kind"])


def test_later_verdicts_change_no_earlier_report(learned, cut_up):
    _, reports = learned
    middle = reports[len(reports) // 2]["event_time"]
    cut = LearnerShard(PHONE, SETTINGS)
    told = []
    for watermark_ms, rows, _ in cut_up:
        for kind, payload in rows:
            if kind == PHONE:
                cut.push(payload)
        told += cut.step(min(watermark_ms, middle))
    mine = [row for row in reports if row["kind"] == PHONE]
    assert told == mine[: len(told)] and told
    assert all(row["event_time"] > middle for row in mine[len(told) :] if row["what"] == "candidate")


def test_reports_are_plain_json_and_candidates_score_like_the_learner(learned):
    learners, reports = learned
    assert json.loads(json.dumps(reports)) == reports
    last = [row for row in reports if row["what"] == "candidate" and row["kind"] == PHONE][-1]
    model = model_from_row(last)
    rng = np.random.default_rng(1)
    matrix = rng.gamma(1.0, 5.0, (50, len(FEATURE_NAMES[PHONE]))).astype(np.float32)
    odds = model.predictor.log_odds(matrix, np.arange(matrix.shape[1]))
    assert last["event_time"] > 0 and np.array_equal(odds, learners[PHONE].learner.score_many(matrix))


def test_the_lot_is_of_the_row_alone_and_keeps_the_shares_it_says(cut_up):
    rates = {kind: SampleRates(20, 3, 2) for kind in (PHONE, ACCOUNT)}
    kept = drawn = rows = suspects = 0
    for _, _, outcomes in cut_up[:2]:
        for _, outcome in outcomes:
            for features, scored in outcome.scored:
                got = sample_rows(features, scored, rates)
                event = features.rows["role"] >= OUT
                alerting, watched = event & (scored.level > 0), event & (scored.level == 0) & (scored.risk >= 100)
                rows, drawn, kept = rows + event.sum(), drawn + got.drawn.sum(), kept + (~got.drawn).sum()
                suspects += alerting.sum() / 2 + watched.sum() / 3
                assert (got.strength <= 1).all() and (got.role >= OUT).all()
                half = np.arange(len(features.rows)) % 2 == 0
                again = sample_rows(*part_of(features, scored, half), rates)
                assert set(again.uid.tolist()) <= set(got.uid.tolist())
    assert drawn == pytest.approx(rows / 20, rel=0.1) and kept == pytest.approx(suspects * 0.95, rel=0.2)


def part_of(features: FeatureRows, scored: Scored, which: np.ndarray) -> tuple[FeatureRows, Scored]:
    evidence = type(scored.evidence)(scored.evidence.codes, scored.evidence.strength[which])
    return features.part(which), Scored(scored.risk[which], scored.level[which], evidence)


def test_samples_are_stored_with_their_feature_set(cut_up):
    features, scored = next(pair for _, o in cut_up[0][2] for pair in o.scored)
    columns = store_columns(sample_rows(features, scored, RATES))
    assert set(map(len, columns.values())) == {len(columns["uid"])}
    assert set(columns["feature_set"]) == {FEATURE_SETS[features.kind]}
    assert json.loads(json.dumps(columns)) == columns
    assert feature_set(("a", "b")) != feature_set(("b", "a"))


def test_the_end_of_time_may_come_twice(cut_up):
    shard = LearnerShard(PHONE, SETTINGS)
    feed({PHONE: shard}, [(w, [r for r in rows if r[0] == PHONE], None) for w, rows, _ in cut_up])
    assert shard.step(END_OF_TIME_MS) == []
