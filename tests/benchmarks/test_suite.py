"""The suite: every set it names can be run, a missing one is skipped, and every bar can be written."""

import importlib
import inspect
from dataclasses import replace

import pytest

from benchmarks.detection import suite
from benchmarks.detection.suite import SETS, SetResult, run_sets
from tests.architecture.test_imports import ROOT

DATA = ROOT.parent / "shared" / "data"


@pytest.mark.parametrize("chosen", SETS, ids=suite.names())
def test_its_function_exists(chosen):
    module = importlib.import_module(f"benchmarks.detection.{chosen.module}")
    assert inspect.getdoc(getattr(module, chosen.function))


def test_sets_whose_files_are_missing_are_skipped_and_say_so(tmp_path):
    results = list(run_sets(tmp_path, [chosen.name for chosen in SETS if chosen.needs]))
    assert len(results) == 5
    assert all(result.skipped and next(result.rows())["bar"].startswith("skipped") for result in results)


def test_a_set_is_run_and_told_beside_its_bars():
    if not DATA.exists():
        pytest.skip(f"{DATA} is not there")
    (smtp,) = run_sets(DATA, ["kdd_smtp"])
    rows = list(smtp.rows())
    assert rows[0]["metric"] == "roc_auc" and float(rows[0]["value"]) > 0.9 and "river" in rows[0]["bar"]
    low, high = (float(end) for end in rows[0]["interval"].split(" to "))
    assert low < float(rows[0]["value"]) < high
    chance = next(row for row in rows if row["metric"] == "random_roc_auc")
    assert 0.3 < float(chance["value"]) < 0.7


def test_half_space_trees_are_rivers():
    (trees,) = run_sets(DATA, ["half_space_trees"])
    assert trees.metrics["largest_difference"] < 1e-12


def test_a_figure_that_is_not_there_is_no_number_and_no_crash():
    result = SetResult(replace(SETS[0]), {"roc_auc": 0.5}, 1.0)
    assert [row["value"] for row in result.rows()][:2] == ["0.5000", "nan"]
