"""What the local cluster's commands say when something is wrong; tests/cluster runs a real one."""

import os
import socket
import subprocess
import sys

import pytest

from deploy.errors import DeployError
from deploy.local import cluster
from deploy.local.cluster_plan import ClusterPlan
from deploy.local.cluster_record import Started, note_started, read_record, write_record
from tests.waiting import PATIENCE_S


def command(*arguments: object) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, "-m", "deploy.local.flink_cluster", *map(str, arguments)],
                          capture_output=True, text=True, timeout=PATIENCE_S)  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_taken_port_is_said_and_nothing_is_left(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = command("start", "--folder", tmp_path / "c", "--rest-port", port)
    assert code == 2 and f"port {port} is taken" in err and "--rest-port" in err and "Traceback" not in err
    assert cluster.find(tmp_path / "c") is None


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("stop",), 0, "was not running"),
        (("status",), 1, "not running"),
        (("kill-task-manager",), 2, "no such TaskManager"),
        (("start", "--slots", "0"), 2, "slots must be at least 1"),
        (("start", "--flink-option", "x"), 2, "NAME=VALUE"),
    ],
)
def test_without_a_cluster(tmp_path, arguments, code, said):
    found, out, err = command(*arguments, "--folder", tmp_path / "c")
    assert found == code and said in out + err and "Traceback" not in err


def test_everything_listens_on_loopback_whatever_it_is_asked(tmp_path):
    options = ClusterPlan(tmp_path, options={"a.b": "c"}).flink_options()
    hosts = {name: value for name, value in options.items() if name.endswith(("host", "address"))}
    assert set(hosts.values()) == {"127.0.0.1"} and len(hosts) >= 5
    assert options["a.b"] == "c"


def test_a_process_id_that_was_used_again_is_not_ours(tmp_path):
    mine = note_started("jobmanager", os.getpid())
    plan = ClusterPlan(tmp_path, options={"k": "v"})
    write_record(plan, [mine, Started("taskmanager-1", os.getpid(), mine.created_s - 100)])
    found = cluster.find(tmp_path)
    assert read_record(tmp_path) == (plan, list(found.started))
    assert [one.name for one in found.alive()] == ["jobmanager"]
    with pytest.raises(DeployError, match="other settings"):
        cluster.start(ClusterPlan(tmp_path, slots=7))
