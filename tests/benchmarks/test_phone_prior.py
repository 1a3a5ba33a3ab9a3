"""The phone prior: what it reads, what few calls may say, and that what ships is what is trained."""

from importlib.resources import files

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from benchmarks.detection.phone_prior import PRIOR_FEATURES, engine_features, fit_prior, thinned
from features.phone import FEATURES
from features.roles import PHONE
from models.learned.bad_model import BadModel
from models.learned.phone_prior import read_phone_prior, write_phone_prior
from tests.benchmarks.made_up_phones import made_up_phones

NAMES = tuple(PRIOR_FEATURES)
SHIPPED = files("models") / "priors" / "phone.dks"


def column(matrix: np.ndarray, name: str) -> np.ndarray:
    return matrix[:, NAMES.index(name)]


def test_the_mapping_by_hand():
    phones = made_up_phones(rows=8)
    phones.columns.update(
        {
            "opposite_count": np.full(8, 120.0), "opposite_unique": np.full(8, 40.0),
            "phone2opposite_max": np.full(8, 30.0), "call_dur_mean": np.full(8, 50.0),
            "voccalltype1": np.full(8, 90.0), "voc_hour_mode_count": np.full(8, 24.0), "imeis": np.full(8, 90.0),
            "sms_rate": np.full(8, 5.0), "sms_nunique": np.full(8, 6.0), "calltype_rate": np.full(8, 0.9),
        }
    )  # fmt: skip
    row = dict(zip(NAMES, engine_features(phones)[0].tolist()))
    assert row["calls_per_counterpart_28d"] == 3 and row["most_with_one_share_28d"] == 0.25
    assert row["talk_s_per_counterpart_28d"] == 150 and row["mean_talk_s_28d"] == 50
    assert row["out_share_28d"] == 0.75 and row["busiest_hour_share_28d"] == pytest.approx(0.2)
    assert row["sms_share_28d"] == pytest.approx(0.2) and row["sms_in_share_28d"] == pytest.approx(0.9)
    assert row["handsets_28d"] == 25, "as many as 32 bits can tell"


def test_a_phone_without_calls_is_all_zero_but_for_its_messages():
    row = dict(zip(NAMES, engine_features(made_up_phones())[7].tolist()))
    assert all(value == 0 for name, value in row.items() if "sms" not in name)
    assert row["sms_per_counterpart_28d"] > 0 and row["sms_share_28d"] == 1


def test_thinning_keeps_what_is_kept():
    phones = made_up_phones()
    with_calls = ~np.isnan(phones.columns["opposite_count"])
    whole = engine_features(phones)
    copy = thinned(phones, np.full(len(whole), 10**6), np.random.default_rng(0))
    for name in ("calls_28d", "out_share_28d"):
        assert np.abs(column(copy, name) - column(whole, name)).max() < 1e-6
    # Drawn with replacement, counterparts come back a little more often than in the whole.
    repeated = "calls_per_counterpart_28d"
    assert 1 <= np.median(column(copy, repeated)[with_calls] / column(whole, repeated)[with_calls]) < 1.6
    few = thinned(phones, np.full(len(whole), 4), np.random.default_rng(0))
    assert (column(few, "calls_28d")[with_calls] == 4).all()
    assert (column(few, repeated)[with_calls] >= 1).all()
    assert column(few, repeated).mean() < column(whole, repeated).mean() / 1.3
    assert (column(few, "hours_active_28d") <= 4).all()


def test_the_prior_learns_and_one_call_says_little():
    phones, others = made_up_phones(seed=1), made_up_phones(seed=2)
    prior = fit_prior(phones)
    assert prior.kind == PHONE and prior.features == NAMES
    matrix = engine_features(others)
    assert roc_auc_score(others.fraud, prior.log_odds(matrix, NAMES)) > 0.9
    one_call = thinned(others, np.ones(len(matrix), int), np.random.default_rng(3))
    assert np.std(prior.log_odds(one_call, NAMES)) < 0.6 * np.std(prior.log_odds(matrix, NAMES))


def test_training_repeats_itself_to_the_bit():
    first, second = (write_phone_prior(fit_prior(made_up_phones(90)), {"phones": 90}) for _ in range(2))
    assert first == second


def test_bytes_that_are_no_prior_are_refused():
    blob = SHIPPED.read_bytes()
    for bad in (b"", blob[:-1], blob[:300] + b"x" + blob[301:], b"DKS1" + bytes(40)):
        with pytest.raises(BadModel):
            read_phone_prior(bad)


def test_what_ships_reads_what_the_engine_computes_and_is_small():
    blob = SHIPPED.read_bytes()
    prior = read_phone_prior(blob)
    assert len(blob) < 200 * 1024
    assert prior.features == NAMES and set(NAMES) <= set(FEATURES)


def test_what_ships_moves_only_in_the_directions_that_it_should():
    prior = read_phone_prior(SHIPPED.read_bytes())
    phones = made_up_phones(seed=4)
    matrix = thinned(phones, np.full(phones.fraud.size, 60), np.random.default_rng(0))
    before = prior.log_odds(matrix, NAMES)
    moved = 0
    for name, direction in PRIOR_FEATURES.items():
        more = matrix.copy()
        more[:, NAMES.index(name)] *= 1.7
        change = prior.log_odds(more, NAMES) - before
        if direction:
            assert (direction * change >= -1e-12).all(), name
            moved += (change != 0).any()
    assert moved >= 4


def test_what_ships_does_not_condemn_a_phone_for_its_first_call():
    prior = read_phone_prior(SHIPPED.read_bytes())
    row = dict.fromkeys(NAMES, 0.0) | {
        "calls_28d": 1, "calls_per_counterpart_28d": 1, "most_with_one_share_28d": 1, "talk_s_per_counterpart_28d": 40,
        "mean_talk_s_28d": 40, "out_share_28d": 1, "busiest_hour_share_28d": 1, "hours_active_28d": 1,
        "areas_28d": 1, "handsets_28d": 1,
    }  # fmt: skip
    first_call = prior.probability(np.array([list(row.values())], np.float32), NAMES)[0]
    hundredth = row | {"calls_28d": 100, "busiest_hour_share_28d": 0.3, "most_with_one_share_28d": 0.02}
    mass_caller = prior.probability(np.array([list(hundredth.values())], np.float32), NAMES)[0]
    assert first_call < 0.8 < 0.9 < mass_caller
    no_call = dict.fromkeys(NAMES, 0.0) | {"sms_per_counterpart_28d": 1, "sms_in_share_28d": 1, "sms_share_28d": 1}
    assert prior.probability(np.array([list(no_call.values())], np.float32), NAMES)[0] < 0.5
