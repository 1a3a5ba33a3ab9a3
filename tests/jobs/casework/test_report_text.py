"""The report as text: every form says the same, whatever names the leads bring."""

import json

import pytest

from casework.report import appeal_figures, lead_figures, measure_figures, typology_figures
from jobs.casework.outer_figures import BadFigures, figures_in, read_figures
from jobs.casework.period import BadPeriod, parse_period
from jobs.casework.report import written

DAY_MS = 86_400_000
T0_MS = 1_772_416_800_000


def report(source="省中心", figures=None):
    leads = [{"source": source, "area": "510104", "outcome": "confirmed" if n < 7 else "", "received_ms": T0_MS,
              "due_ms": T0_MS + DAY_MS, "first_action_ms": T0_MS + n * 60_000, "closed_ms": T0_MS + n * 60_000}
             for n in range(10)]
    return {"period": "2026-03", "made_ms": T0_MS, "leads": lead_figures(leads, T0_MS + 2 * DAY_MS),
            "measures": measure_figures([], 0, 1), "appeals": appeal_figures([], 0, 1, 1),
            "typologies": typology_figures([{"typology": "D201", "hits": 1, "confirmed": 1, "cleared": 0}]),
            "figures": figures}


def test_markdown_says_rate_interval_and_target():
    text = written(report(), "md")
    assert "**70.0 %** (39.7 % – 89.2 %), 目标 / target 60.0 %: uncertain" in text
    assert "| 省中心 | 10 | 7 | 0 | 0 | 3 | 3 | 70.0 % |" in text and "median 5.5" not in text
    assert "not given (duanka figures import)" in text


def test_html_stands_alone_with_its_plots():
    text = written(report(), "html")
    assert text.count("<svg") == 3 and "省中心" in text and "70.0 %" in text
    for outside in ("http-equiv", "<script", "src=", "<link", "@import", "url(http"):
        assert outside not in text


def test_a_source_s_name_is_text_everywhere():
    evil = '<script>alert(1)</script>|x'
    text = written(report(evil), "html")
    assert "<script>" not in text and "&lt;script&gt;" in text
    assert "\\|x" in written(report(evil), "md")
    assert json.loads(written(report(evil), "json"))["leads"]["by_source"][0]["name"] == evil


def test_an_empty_period_is_a_report_as_well():
    empty = report() | {"leads": lead_figures([], T0_MS), "typologies": []}
    assert "–" in written(empty, "md") and written(empty, "html").count("<svg") == 3


HEAD = "day,area,cases,loss_yuan,arrests\n"


def test_outer_figures_of_a_file_are_summed_within_the_period_and_beside_the_one_before(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("day,area,cases,loss_yuan,arrests,people,covered\n2026-02-28,5101,9,1,9,,\n"
                    "2026-03-01,510104,2,1000.50,1,100,40\n2026-03-02,510104,,,,100,60\n"
                    "2026-03-01,5107,1,0.01,0,,\n2026-04-01,5101,9,1,9,,\n")
    found = figures_in(path, parse_period("2026-03"))
    assert (found["days"], found["cases"], found["loss_yuan"], found["arrests"]) == (2, 3, "1000.51", 1)
    assert (found["solved"], found["people"], found["covered"], found["coverage"]) == (None, 100, 60, 0.6)
    assert found["before"]["since"] == "2026-02-01" and found["before"]["cases"] == 9
    assert [(row["name"], row["cases"], row["coverage"]) for row in found["by_territory"]] == [
        ("5101", 2, 0.6), ("5107", 1, None)]
    text = written(report(figures=found), "md")
    assert "| 发案 / cases | 3 | 9 |" in text and "| 5101 | 2 | – | 1 | 1000.50 | 100 | 60 | 60.0 % |" in text
    assert "1000.51" in written(report(figures=found), "html")
    assert figures_in(path, parse_period("2026-03"), "5107")["cases"] == 1
    assert figures_in(path, parse_period("2026-05")) is None


@pytest.mark.parametrize(("text", "said"), [
    ("day,cases\n", "wants the columns"), ("day,area\n", "wants the columns"), ("", "an empty file"),
    ("day,area,cases,phone\n", "wants the columns"), (HEAD + "2026-03-01,5101,x,1,1\n", "line 2: cases"),
    (HEAD + "1.3.2026,5101,1,1,1\n", "a day is like"), (HEAD + "2026-03-01,5101,1,much,1\n", "loss_yuan"),
    (HEAD + "2026-03-01,5101,-1,1,1\n", "not negative"), (HEAD + "2026-03-01,5101,1.5,1,1\n", "cases"),
    (HEAD + "2026-03-01,5101,1,0.001,1\n", "loss_yuan"), (HEAD + "2026-03-01,5101,1\n", "as many values"),
    (HEAD + "2026-03-01,510,1,1,1\n", "2, 4 or 6 digits"), (HEAD + "2026-03-01,5101,inf,1,1\n", "cases")])
def test_wrong_outer_figures_are_refused(tmp_path, text, said):
    path = tmp_path / "figures.csv"
    path.write_text(text)
    with pytest.raises(BadFigures, match=f"figures: .*{said}"):
        read_figures(path)
    with pytest.raises(BadFigures, match="cannot be read"):
        read_figures(tmp_path / "none.csv")


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-3", "2026-03-07..2026-03-01", "March"])
def test_a_wrong_period_is_refused(text):
    with pytest.raises(BadPeriod, match="a period is"):
        parse_period(text)
