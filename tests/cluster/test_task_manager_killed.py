"""A TaskManager dies in mid-stream: the job goes on elsewhere, with the same hits."""

import time

from deploy.local import cluster as local_cluster
from jobs.flink.cluster_address import ClusterAddress
from jobs.flink.cluster_rest import ClusterRest
from tests.cluster.sliced_bus import SlicedBus


def test_same_hits_after_the_loss_of_a_task_manager(duanka, cluster, worker_machine, small_city, undisturbed, tmp_path):
    bus = SlicedBus(small_city, tmp_path / "bus", slices=2)
    duanka.settings |= {"chunk_kib": "64", "checkpoint_s": "1", "idle_ms": "3600000", "restart_backoff_s": "2"}
    bus.give()
    arguments = ("--bus", bus.folder, "--follow", "--parallelism", "2")
    job = duanka.submit(*arguments)
    duanka.wait_for_records(bus.records // 2)
    await_checkpoint(duanka)
    local_cluster.kill_task_manager(cluster.plan.folder, number_of_host(duanka.address, job))
    try:
        duanka.wait_for_records(bus.records)
        assert duanka.status()["last failure"] != "none"
    finally:
        local_cluster.start(cluster.plan, worker_machine)
    duanka.job("stop", "--native")

    bus.give()
    duanka.settings["idle_ms"] = "1000"
    duanka.submit(*arguments, "--from", "latest")
    duanka.wait_for_records(bus.records)
    duanka.wait_for_hits(undisturbed)


def number_of_host(address: ClusterAddress, job_id: str) -> int:
    """Number of a TaskManager that runs tasks of the job."""
    with ClusterRest(address) as rest:
        vertex = rest.get(f"/jobs/{job_id}")["vertices"][-1]["id"]
        hosts = rest.get(f"/jobs/{job_id}/vertices/{vertex}/taskmanagers")["taskmanagers"]
    return int(hosts[0]["taskmanager-id"].rpartition("-")[2])


def await_checkpoint(duanka, timeout_s: float = 120) -> None:
    deadline = time.monotonic() + timeout_s
    while "last checkpoint" not in duanka.status():
        assert time.monotonic() < deadline
