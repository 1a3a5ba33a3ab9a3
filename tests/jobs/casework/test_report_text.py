"""The report as text: every form says the same, whatever names the leads bring."""

import json

import pytest

from casework.report import appeal_figures, lead_figures, measure_figures, typology_figures
from jobs.casework.outer_figures import outer_figures
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
    assert "not given (--figures)" in text


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


def test_outer_figures_are_summed_within_the_period(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("day,area,cases,loss_yuan,arrests\n2026-02-28,5101,9,1,9\n2026-03-01,5101,2,1000.50,1\n"
                    "2026-03-01,5107,1,0.01,0\n2026-04-01,5101,9,1,9\n")
    found = outer_figures(path, parse_period("2026-03"))
    assert found == {"days": 1, "cases": 3, "loss_yuan": "1000.51", "arrests": 1}
    assert "cases 3" in written(report(figures=found), "md") and "1000.51" in written(report(figures=found), "html")
    assert outer_figures(None, parse_period("2026-03")) is None


@pytest.mark.parametrize("text", ["day,cases\n", "day,area,cases,loss_yuan,arrests\n2026-03-01,5101,x,1,1\n",
                                  "day,area,cases,loss_yuan,arrests\n1.3.2026,5101,1,1,1\n",
                                  "day,area,cases,loss_yuan,arrests\n2026-03-01,5101,1,much,1\n"])
def test_wrong_outer_figures_are_refused(tmp_path, text):
    path = tmp_path / "figures.csv"
    path.write_text(text)
    with pytest.raises(BadPeriod, match="figures: "):
        outer_figures(path, parse_period("2026-03"))
    with pytest.raises(BadPeriod, match="cannot be read"):
        outer_figures(tmp_path / "none.csv", parse_period("2026-03"))


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-3", "2026-03-07..2026-03-01", "March"])
def test_a_wrong_period_is_refused(text):
    with pytest.raises(BadPeriod, match="a period is"):
        parse_period(text)
