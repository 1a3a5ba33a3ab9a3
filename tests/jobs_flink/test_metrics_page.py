"""docs/metrics.md says what the list of names says, and the list is sound."""

import re
from pathlib import Path

from jobs.flink import uids
from jobs.flink.metric_names import METRICS
from jobs.flink.metrics_page import metrics_page

_PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"
#: Labels that Flink itself gives an operator's metrics.
_FLINKS = {"host", "tm_id", "job_id", "job_name", "task_id", "task_name", "task_attempt_id", "task_attempt_num",
           "subtask_index", "operator_id", "operator_name"}


def test_the_committed_page_is_the_rendered_one():
    same = _PAGE.read_text("utf-8") == metrics_page()
    assert same, f"{_PAGE.name} is out of date: python -m jobs.flink.metrics_page > docs/metrics.md"


def test_names_are_fit_for_prometheus_and_differ():
    exported = [metric.exported for metric in METRICS]
    assert len(set(exported)) == len(exported) >= 20
    assert all(re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name) for name in exported)


def test_a_metric_says_everything():
    for metric in METRICS:
        assert metric.means.endswith(".") and "|" not in metric.means
        assert metric.operators and set(metric.operators) <= set(uids.UIDS)
        assert len(set(metric.labels)) == len(metric.labels) and not set(metric.labels) & _FLINKS
        assert f"`{metric.exported.partition('_duanka_')[2]}`" in metrics_page()
