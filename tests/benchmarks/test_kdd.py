"""The bars on KDD'99 in natural order, and a random scorer that must miss them."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from benchmarks.detection.kdd import BadRecords, figures_of, main, read_records
from benchmarks.detection.kdd import smtp as smtp_figures
from benchmarks.detection.ranking_figures import ranking_figures
from models.detectors.online_isolation_forest import OnlineIsolationForest

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
needs_data = pytest.mark.skipif(not (DATA / "kdd99/http.zip").exists(), reason="shared/data/kdd99 is not there")


@needs_data
def test_http_in_natural_order():
    rows, bad = read_records(DATA / "kdd99", "http")
    assert rows.shape == (567_498, 3) and bad.sum() == 2211
    figures = ranking_figures(OnlineIsolationForest(3).score_learn_many(rows), bad)
    assert figures["roc_auc_low"] >= 0.99 and figures["average_precision_low"] >= 0.60


@needs_data
def test_smtp_in_natural_order():
    figures = smtp_figures(DATA)
    assert figures["roc_auc"] >= 0.92 and figures["worst_seed_roc_auc"] > 0.90
    assert figures["roc_auc_low"] < figures["roc_auc"] < figures["roc_auc_high"] <= 1
    assert figures["random_roc_auc_low"] < 0.5 < figures["random_roc_auc_high"] < figures["roc_auc"]
    assert figures["random_average_precision"] < 0.01


def records(rng: np.random.Generator) -> str:
    lines = [f"{a:.3f},{b:.3f},0" for a, b in rng.normal(size=(900, 2))]
    lines[400:440] = ["9,9,1"] * 40
    return "\n".join(["a,b,service", *lines]) + "\n"


def test_any_table_of_the_same_form(tmp_path):
    text = records(np.random.default_rng(1))
    (tmp_path / "smtp.csv").write_text(text)
    with zipfile.ZipFile(tmp_path / "http.zip", "w") as archive:
        archive.writestr("folder/records.csv", text)
        archive.writestr("__MACOSX/folder/._records.csv", "resource fork")
    for name in ("http", "smtp"):
        rows, bad = read_records(tmp_path, name)
        assert rows.shape == (900, 2) and bad.sum() == 40
    figures = figures_of(rows, bad)
    assert figures["roc_auc"] == 1 and figures["events_per_s"] > 0
    assert 0.3 < figures["random_roc_auc"] < 0.7


def test_what_is_no_table_is_refused(tmp_path, capsys):
    (tmp_path / "kdd99").mkdir()
    with pytest.raises(BadRecords, match="neither"):
        read_records(tmp_path, "http")
    (tmp_path / "http.csv").write_text("a,service\n1,0\n2,0\n")
    with pytest.raises(BadRecords, match="both"):
        read_records(tmp_path, "http")
    (tmp_path / "http.csv").write_text("a,service\nx,0\ny,1\n")
    with pytest.raises(BadRecords, match="no table of numbers"):
        read_records(tmp_path, "http")
    (tmp_path / "http.zip").write_bytes(b"not an archive")
    with pytest.raises(BadRecords, match="no table of numbers"):
        read_records(tmp_path, "http")
    assert main(tmp_path) == 2 and "neither" in capsys.readouterr().err
