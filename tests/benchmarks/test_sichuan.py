"""The Sichuan figures: what may be read, what chance gives, what the real half gives."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from benchmarks.detection.mixed_ensemble import fit_predict
from benchmarks.detection.sichuan import Scores, figures_of, main, recall_at_precision
from benchmarks.detection.sichuan_contrasts import contrasts
from benchmarks.detection.sichuan_features import CALL_COLUMNS, SMS_COLUMNS, all_features, stream_features
from benchmarks.detection.sichuan_table import BadPhones, Phones, read_phones
from tests.benchmarks.made_up_phones import made_up_phones

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
FILE = DATA / "sichuan/phones_dev.csv.gz"
needs_data = pytest.mark.skipif(not FILE.exists(), reason="shared/data/sichuan is not there")


def test_nothing_that_measures_lifetime_or_money_is_read():
    phones = made_up_phones()
    allowed = CALL_COLUMNS + SMS_COLUMNS
    forbidden = ("day", "month", "arpu", "flow", "busi", "sms_count", "calltype_2")
    assert not [name for name in allowed if any(part in name for part in forbidden)]
    poor = Phones({name: phones.columns[name] for name in allowed}, phones.fraud)
    assert stream_features(poor).tobytes() == stream_features(phones).tobytes()
    assert contrasts(poor).tobytes() == contrasts(phones).tobytes()
    with pytest.raises(KeyError):
        stream_features(poor, with_bar_columns=True)
    assert all_features(phones).shape[1] > stream_features(phones, True).shape[1] > stream_features(phones).shape[1]


def test_phones_without_calls_are_missing_values_not_infinite_ones():
    matrix = stream_features(made_up_phones())
    assert not np.isinf(matrix).any()
    assert np.isnan(matrix[7, :20]).any() and not np.isnan(matrix[8]).any()


def test_recall_at_precision_by_hand():
    score, fraud = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([1, 1, 0, 1, 0], bool)
    assert recall_at_precision(score, fraud, 1.0) == pytest.approx(2 / 3)
    assert recall_at_precision(score, fraud, 0.75) == 1
    assert recall_at_precision(-score, fraud, 0.9) == 0
    # Rows of one score are flagged together or not at all.
    assert recall_at_precision(np.array([0.9, 0.7, 0.7, 0.1]), np.array([1, 1, 0, 0], bool), 0.9) == 0.5


def test_chance_and_constant_miss_the_bars():
    rng = np.random.default_rng(1)
    fraud = rng.random(3000) < 0.31
    by_lot = figures_of(Scores(rng.random(3000), rng.random(3000) < 0.31), fraud)
    assert by_lot["roc_auc_low"] < 0.5 < by_lot["roc_auc_high"] < 0.54
    assert by_lot["macro_f1"] < 0.55 and by_lot["recall_at_precision_95"] < 0.02
    flat = figures_of(Scores(np.zeros(3000), np.zeros(3000, bool)), fraud)
    assert flat["roc_auc"] == 0.5 and flat["macro_f1"] < 0.5 and flat["recall_at_precision_95"] == 0


def test_no_table_is_an_error_that_says_so(tmp_path, capsys):
    with pytest.raises(BadPhones, match="got 0 files"):
        read_phones(tmp_path)
    (tmp_path / "sichuan").mkdir()
    (tmp_path / "sichuan/phones_x.csv.gz").write_bytes(b"no gzip")
    assert main(tmp_path) == 2
    assert "want tables of phones, got 1 files" in capsys.readouterr().err


@needs_data
def test_one_fold_of_the_real_half():
    phones = read_phones(DATA / "sichuan", FILE.name)
    assert (phones.fraud.size, phones.fraud.sum()) == (3016, 948)
    further, fraud = contrasts(phones), phones.fraud
    matrix, trees = np.column_stack([stream_features(phones), further]), further.shape[1]
    learn, test = next(StratifiedKFold(5, shuffle=True, random_state=0).split(matrix, fraud))
    learn = learn[:500]  # fewer than the figures have, for speed
    assert roc_auc_score(fraud[test], fit_predict(matrix[learn], fraud[learn], matrix[test], for_trees=trees)) > 0.92
    by_lot = np.random.default_rng(0).permutation(fraud[learn])
    assert 0.3 < roc_auc_score(fraud[test], fit_predict(matrix[learn], by_lot, matrix[test], for_trees=trees)) < 0.7
