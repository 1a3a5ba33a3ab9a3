"""The harness of the performance benchmark: what is kept, in which order things run, what the page says."""

import doctest
import importlib
import io
import json
import os
import random
import sys
from pathlib import Path

import pytest
import typer
from rich.console import Console

from benchmarks.performance import __main__ as harness
from benchmarks.performance import page, plots
from benchmarks.performance.arithmetic import PLACES, needs
from benchmarks.performance.child import MeasurementFailed, last_object, run_child
from benchmarks.performance.comparisons import COMPARISONS, compare
from benchmarks.performance.interleaving import rounds
from benchmarks.performance.journal import Journal
from benchmarks.performance.lane_run import checked
from benchmarks.performance.profile.process_tree import run_watched
from benchmarks.performance.profile.stage_clock import StageClock
from benchmarks.performance.profile.watched_parts import PARTS
from benchmarks.performance.scenario import Scenario
from benchmarks.performance.scenarios import BY_NAME, SCENARIOS
from benchmarks.performance.scenarios.long import latency_figures
from benchmarks.performance.sizes import QUICK, Sizes
from benchmarks.performance.stamps import Stamp, span_s
from benchmarks.performance.summary import summarise
from benchmarks.performance.table import show
from benchmarks.performance.targets import TARGETS

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = _ROOT / "docs" / "performance.md"
#: What a run would leave, with two repetitions of a few scenarios.
_RUNS = {
    "flink_job_events": [{"events_per_s": 40_000.0}],
    "flink_job": [{"events_per_s": 50_000.0, "first_score_s": 9.0, "cpu_us": 30.0},
                  {"events_per_s": 60_000.0, "first_score_s": 11.0, "cpu_us": 28.0}],
    "pyflink_process": [{"events_per_s": 1_000.0, "hits": 20}, {"events_per_s": 1_000.0, "hits": 20}],
    "jvm_decode": [{"events_per_s": 200_000.0}, {"events_per_s": 200_000.0}],
    "replay": [{"events_per_s": 200_000.0}, {"events_per_s": 240_000.0}],
    "flink_job_stages": [{"us_decode": 3.0, "us_JVM": 4.0, "us_idle": 1.0, "whole_us": 8.0}],
}  # fmt: skip


@pytest.fixture(scope="module")
def figures() -> dict:
    return summarise(_RUNS) | compare(_RUNS)


def test_figures_are_numbers_by_scenario_and_metric(figures):
    again = json.loads(json.dumps(figures))
    assert all(isinstance(value, int | float) for found in again.values() for value in found.values())
    assert figures["flink_job"]["events_per_s"] == 55_000
    assert (figures["flink_job"]["events_per_s_min"], figures["flink_job"]["events_per_s_max"]) == (50_000, 60_000)


def test_ratios_are_taken_round_by_round(figures):
    ratio = figures["job_vs_pyflink_process"]
    assert (ratio["times_min"], ratio["times"], ratio["times_max"]) == (50, 55, 60)
    # Two cores of the job against two of the replay, which has one.
    assert figures["job_vs_replay"]["times"] == pytest.approx((50 / 200 + 60 / 240) / 4)
    assert "job_vs_bytewax" not in figures


def test_a_finished_repetition_is_kept(tmp_path):
    path, sizes = tmp_path / "runs.json", Sizes()
    Journal(path, sizes).add("replay", {"events_per_s": 1.0})
    assert Journal(path, sizes).runs == {"replay": [{"events_per_s": 1.0}]}
    assert Journal(path, QUICK).runs == {}, "other sizes are another measurement"
    assert Journal(path, sizes, fresh=True).runs == {}


def test_rounds_are_interleaved_and_their_order_changes():
    names = [f"s{k}" for k in range(8)]
    order = list(rounds(names, lambda name: 5, lambda name: 0))
    by_round = [[name for name, number in order if number == k] for k in range(5)]
    assert [number for _, number in order] == sorted(number for _, number in order)
    assert all(sorted(one) == names for one in by_round)
    assert len({tuple(one) for one in by_round}) == 5
    assert order == list(rounds(names, lambda name: 5, lambda name: 0)), "the same order at every run"


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """Three scenarios of which one fails, one is long; calls are noted."""
    called: list[str] = []

    def measuring(name):
        def measure(sizes, folder):
            called.append(name)
            if name == "bad":
                raise MeasurementFailed("found other hits")
            return {"events_per_s": float(len(called))}

        return Scenario(name, name, measure, "long" if name == "once" else "engine")

    scenarios = {name: measuring(name) for name in ("good", "bad", "once")}
    monkeypatch.setattr(harness, "BY_NAME", scenarios)
    return called, list(scenarios.values()), Sizes(folder=tmp_path)


def test_a_failing_scenario_is_told_and_left_out(made_up, tmp_path):
    called, scenarios, sizes = made_up
    journal = Journal(tmp_path / "runs.json", sizes)
    assert harness.run(scenarios, journal, sizes, 3) == {"bad": "found other hits"}
    assert sorted(called) == ["bad", "good", "good", "good", "once"]


def test_a_run_goes_on_where_it_was(made_up, tmp_path):
    called, scenarios, sizes = made_up
    path = tmp_path / "runs.json"
    Journal(path, sizes).add("good", {"events_per_s": 7.0})
    harness.run(scenarios[:1], Journal(path, sizes), sizes, 3)
    assert len(called) == 2
    assert [found["events_per_s"] for found in Journal(path, sizes).runs["good"]] == [7.0, 1.0, 2.0]


def test_names_are_chosen_or_refused():
    assert [scenario.name for scenario in harness.choose("replay, bytewax", False, False)] == ["replay", "bytewax"]
    with pytest.raises(typer.BadParameter, match="no scenario reply; there are flink_job"):
        harness.choose("reply", False, False)
    assert "state_million" not in [scenario.name for scenario in harness.choose("", False, False)]
    quick = {scenario.name for scenario in harness.choose("", True, False)}
    for rival in ("pyflink_process", "pyflink_thread", "plain_river", "bytewax"):
        assert {rival, "flink_job", "flink_lane"} <= quick


def test_names_are_one_each_and_everything_named_is_there():
    names = [scenario.name for scenario in SCENARIOS] + [comparison.name for comparison in COMPARISONS]
    assert len(set(names)) == len(names)
    assert {name for comparison in COMPARISONS for name in (comparison.over, comparison.under)} <= set(BY_NAME)
    assert {target.scenario for target in TARGETS} <= set(names)


def test_other_hits_are_no_figures(tmp_path, monkeypatch):
    reference = {("138", time_ms, "139") for time_ms in range(10)}
    monkeypatch.setattr("benchmarks.performance.lane_run.reference_hits", lambda sizes, records: reference)
    assert checked(set(reference), QUICK, None) == {"hits": 10, "hits_apart": 0}
    with pytest.raises(MeasurementFailed, match="9 hits, the reference 10; 1 are in one alone"):
        checked(set(sorted(reference)[1:]), QUICK, None)
    monkeypatch.setattr("benchmarks.performance.lane_run.reference_hits", lambda sizes, records: set())
    with pytest.raises(MeasurementFailed):
        checked(set(), QUICK, None)


def test_the_page_says_what_was_measured_and_what_was_not(figures, tmp_path):
    made = page.renewed(_PAGE.read_text("utf-8"), figures, tmp_path)
    assert "| Flink job against PyFlink per record, process mode | 55.0 | 50.0 to 60.0 | 2 | ≥ 40 ×: met |" in made
    assert "| replay, one core | 220,000 | 200,000 to 240,000 | 2 | ≥ 250,000 events/s: missed |" in made
    assert "| Flink job against Bytewax | not measured |  |  | ≥ 5 ×: not measured |" in made
    assert "| **together** | **8.00** |  |" in made
    assert page.renewed(made, figures, tmp_path) == made
    assert page.renewed(made, {}, tmp_path).count("not measured") > 40


def test_a_page_without_its_marks_is_refused(tmp_path):
    with pytest.raises(ValueError, match="the page has no <!-- targets -->"):
        page.renewed("# Performance\n", {}, tmp_path)


def test_plots_are_drawn_of_what_is_there(figures, tmp_path):
    drawn = plots.draw(figures, tmp_path)
    assert {path.stem for path in drawn} == {"rates", "stages"}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)
    assert "performance/rates.png" in page.plots_there(tmp_path)


def test_the_table_has_every_scenario_that_was_run(figures):
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(show(figures))
    said = console.export_text()
    assert BY_NAME["replay"].title in said and "≥ 40 ×: met" in said
    assert BY_NAME["bytewax"].title not in said


def test_needs_grow_with_a_place_and_are_not_made_up(figures):
    cores = [needs(place, figures)["cores"] for place in PLACES]
    assert cores == sorted(cores) and cores[0] == 1
    assert needs(PLACES[0], figures)["memory_gib"] is None, "state was not measured"


def test_latency_is_that_of_half_the_top_rate():
    row = {"rate": 5_000.0, "row_p50_s": 0.4, "row_p99_s": 1.1, "hit_p50_s": 1.6, "hit_p99_s": 2.2}
    assert latency_figures({"top": 10_000.0, "25%": {}, "50%": row})["row_p99_s"] == 1.1


def test_stamps_of_several_workers_make_one_span(tmp_path, monkeypatch):
    moments = iter((10.0, 11.0, 12.0, 13.0, 14.0, 15.0))
    monkeypatch.setattr("benchmarks.performance.stamps.time.time", lambda: next(moments))
    stamps = [Stamp(tmp_path), Stamp(tmp_path)]
    for stamp in (stamps[0], stamps[1], stamps[0]):
        stamp.note(5)
    assert span_s(tmp_path)[2] == 15 and span_s(tmp_path)[0] == 10.0
    with pytest.raises(FileNotFoundError):
        span_s(tmp_path / "nothing")
    monkeypatch.undo()


def test_a_watched_command_is_accounted_for():
    spin = "import time\nwhile time.process_time() < 1.2: pass\nprint('{\"done\": 1}')"
    out, usage = run_watched([sys.executable, "-c", spin], dict(os.environ))
    assert last_object(out) == {"done": 1}
    assert usage.cpu_between(0, usage.times[-1])["client"] >= 0
    assert usage.cpu_s[-1]["client"] > 0.5 and usage.peak_bytes > 1 << 20


def test_a_child_that_fails_is_quoted(tmp_path):
    with pytest.raises(MeasurementFailed, match="nothing has no calls"):
        run_child("benchmarks.performance.runs.lane_replay", tmp_path / "nothing", tmp_path)


def test_stages_add_up_whatever_is_inside_what():
    rng, ticks = random.Random(3), iter(range(10**6))
    clock = StageClock(ticks=ticks.__next__)

    def work(depth: int) -> None:
        for _ in range(rng.randrange(4)):
            clock.watched(rng.choice("abc"), work if depth else lambda _: None)(depth - 1)

    began = next(ticks)
    clock.watched("all", work)(5)
    assert round(sum(clock.seconds.values()) * 1e9) == next(ticks) - began - 2


def test_every_watched_part_is_there():
    for module, owner, name, _ in PARTS:
        place = importlib.import_module(module)
        assert callable(getattr(getattr(place, owner) if owner else place, name)), (module, owner, name)


@pytest.mark.parametrize("module", [
    "arithmetic", "interleaving", "summary", "table", "lane.call", "lane.shard_of", "profile.stage_clock",
    "profile.job_profile", "profile.replay_profile",
])  # fmt: skip
def test_examples_in_docstrings_hold(module):
    done = doctest.testmod(importlib.import_module(f"benchmarks.performance.{module}"),
                           optionflags=doctest.NORMALIZE_WHITESPACE)
    assert done.attempted and not done.failed
