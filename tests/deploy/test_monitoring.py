"""Alerts and dashboard: valid, tested, documented, and made of metrics that there are."""

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml

from jobs.flink.flink_home import flink_home
from jobs.flink.metric_names import METRICS, Kind

ROOT = Path(__file__).parents[2]
PROMETHEUS, GRAFANA = ROOT / "deploy" / "prometheus", ROOT / "deploy" / "grafana"
#: Of Kubernetes and of Prometheus' exporter for machines.
FOREIGN = {"up", "kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes",
           "node_filesystem_avail_bytes", "node_filesystem_size_bytes"}
#: Flink's own, by the name that Flink's code gives them: the last part of what Prometheus shows.
OF_FLINK = {
    "flink_jobmanager_numRunningJobs", "flink_jobmanager_numRegisteredTaskManagers",
    "flink_jobmanager_job_numRestarts", "flink_jobmanager_job_numberOfFailedCheckpoints",
    "flink_jobmanager_job_numberOfCompletedCheckpoints", "flink_jobmanager_job_lastCheckpointDuration",
    "flink_jobmanager_job_lastCheckpointSize", "flink_taskmanager_Status_JVM_Memory_Heap_Used",
    "flink_taskmanager_Status_JVM_Memory_Heap_Max", "flink_taskmanager_job_task_backPressuredTimeMsPerSecond",
}
OURS = {metric.exported: metric for metric in METRICS}


def promtool(*arguments) -> str:
    tool = shutil.which("promtool")
    assert tool, "apt-get install prometheus"
    done = subprocess.run([tool, *arguments], text=True, capture_output=True, timeout=250, cwd=PROMETHEUS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rules() -> list[dict]:
    return [rule for group in yaml.safe_load((PROMETHEUS / "rules.yaml").read_text())["groups"]
            for rule in group["rules"]]


def panels() -> list[dict]:
    return [panel for panel in json.loads((GRAFANA / "dashboard.json").read_text())["panels"]
            if panel["type"] != "row"]


def queries() -> list[str]:
    return [rule["expr"] for rule in rules()] + [target["expr"] for panel in panels() for target in panel["targets"]]


def metrics_in(query: str) -> set[str]:
    """Names of metrics: words that begin like one, but for ``up``."""
    return set(re.findall(r"\b(?:flink|kubelet|node|duanka)_\w+|\bup\b", query))


def test_prometheus_takes_configuration_and_rules():
    promtool("check", "config", "prometheus.yaml")
    assert f"{len(rules())} rules found" in promtool("check", "rules", "rules.yaml")


def test_faults_fire_what_they_should_and_a_healthy_cluster_nothing():
    assert promtool("test", "rules", "rules_test.yaml", "rules_days_test.yaml").count("SUCCESS") == 2


def test_every_alert_has_a_case_a_severity_and_a_paragraph():
    cases = [case for name in ("rules_test.yaml", "rules_days_test.yaml")
             for case in yaml.safe_load((PROMETHEUS / name).read_text())["tests"]]
    fired = {match for case in cases for sample in case["promql_expr_test"][0]["exp_samples"]
             for match in re.findall(r'alertname="(\w+)"', sample["labels"])}
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names) >= 20 and fired == set(names)
    assert any(not case["promql_expr_test"][0]["exp_samples"] for case in cases)
    documented = re.findall(r"^### (\w+)$", (ROOT / "docs" / "alerts.md").read_text(), re.MULTILINE)
    assert documented == names, "in the order of the file"
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert {"summary", "description", "runbook"} == set(rule["annotations"])
        assert rule["annotations"]["runbook"] == f"docs/alerts.md#{rule['alert'].lower()}"


def test_every_metric_is_one_that_there_is():
    named = {name for query in queries() for name in metrics_in(query)}
    assert named <= set(OURS) | OF_FLINK | FOREIGN, named - set(OURS) - OF_FLINK - FOREIGN
    assert len(named & set(OURS)) >= 15 and named >= OF_FLINK
    fed = {name for file in PROMETHEUS.glob("rules_*test.yaml") for name in metrics_in(file.read_text())}
    assert fed <= set(OURS) | OF_FLINK | FOREIGN


def test_labels_of_our_metrics_are_their_own():
    """A query that sums by a label which a metric lacks gives one line without a name."""
    common = {"operator_name", "job_name", "task_name", "tm_id", "subtask_index"}
    for query in queries():
        for name in metrics_in(query) & set(OURS):
            for labels in re.findall(rf"by \(([\w, ]+)\) \(?(?:\w+\()*{name}\b", query):
                assert set(labels.split(", ")) <= set(OURS[name].labels) | common, query
            for labels in re.findall(rf"{name}{{([^}}]*)}}", query):
                assert set(re.findall(r"(\w+)[!=]", labels)) <= set(OURS[name].labels) | common, query


def test_counters_are_read_as_rates_and_gauges_are_not():
    for query in queries():
        for name in metrics_in(query) & set(OURS):
            for before in re.findall(rf"(\w+)\({name}(?:{{[^}}]*}})?\[", query):
                assert (before in ("rate", "increase")) == (OURS[name].kind is Kind.COUNTER), query
            if OURS[name].kind is Kind.COUNTER:
                assert re.search(rf"(?:rate|increase)\({name}", query), query


@pytest.mark.parametrize("name", sorted(OF_FLINK))
def test_flink_s_own_metrics_stand_in_its_code(name):
    last = name.rpartition("_")[2]
    assert last in flink_words()


def flink_words(found: set[str] = set()) -> set[str]:  # noqa: B006 (read once)
    if not found:
        jar = next((flink_home() / "lib").glob("flink-dist*.jar"))
        wanted = {name.rpartition("_")[2] for name in OF_FLINK}
        with zipfile.ZipFile(jar) as classes:
            for entry in classes.namelist():
                if entry.startswith("org/apache/flink/runtime/") and entry.endswith(".class"):
                    body = classes.read(entry)
                    found |= {word for word in wanted if word.encode() in body}
    return found


def test_every_query_of_the_dashboard_is_one(tmp_path):
    """Each as a recording rule, which Prometheus' own parser reads."""
    recorded = [{"record": f"panel:{number}", "expr": target["expr"]}
                for number, target in enumerate(target for panel in panels() for target in panel["targets"])]
    (tmp_path / "queries.yaml").write_text(yaml.safe_dump({"groups": [{"name": "q", "rules": recorded}]}))
    assert f"{len(recorded)} rules found" in promtool("check", "rules", str(tmp_path / "queries.yaml"))


def test_the_dashboard_is_whole():
    board = json.loads((GRAFANA / "dashboard.json").read_text())
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids) and board["uid"] == "duanka" and board["schemaVersion"] >= 36
    source = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yaml").read_text())["datasources"][0]
    covered = set()
    for panel in panels():
        assert panel["title"] and panel["targets"] and panel["datasource"]["uid"] == source["uid"]
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        assert place["x"] + place["w"] <= 24 and not cells & covered, panel["title"]
        covered |= cells


def test_provisioning_fits_the_compose_file():
    services = yaml.safe_load((ROOT / "deploy/compose/compose.yaml").read_text())["services"]
    folder = yaml.safe_load((GRAFANA / "provisioning/dashboards/duanka.yaml").read_text())["providers"][0]["options"]
    assert any(volume.split(":")[1].startswith(folder["path"]) for volume in services["grafana"]["volumes"])
    targets = yaml.safe_load((PROMETHEUS / "prometheus.yaml").read_text())["scrape_configs"][0]["static_configs"][0]
    assert {target.split(":")[0] for target in targets["targets"]} == {"jobmanager", "taskmanager-1", "taskmanager-2"}
    assert {target.split(":")[1] for target in targets["targets"]} == {"9249"}
