"""A TaskManager dies in mid-stream: the job goes on elsewhere, with the same hits."""


from deploy.local import cluster as local_cluster
from jobs.flink.cluster_address import ClusterAddress
from jobs.flink.cluster_rest import ClusterRest
from tests.waiting import wait_until


def test_same_hits_after_the_loss_of_a_task_manager(duanka, cluster, worker_machine, small_city, undisturbed):
    duanka.settings |= {"chunk_kib": "32", "checkpoint_s": "1", "restart_backoff_s": "2"}
    job = duanka.submit("--bus", small_city, "--follow", "--parallelism", "2")
    await_status(duanka, lambda row: "last checkpoint" in row)
    local_cluster.kill_task_manager(cluster.plan.folder, number_of_host(duanka.address, job))
    try:
        await_status(duanka, lambda row: row["last failure"] != "none")
        duanka.wait_for_hits(undisturbed)
    finally:
        local_cluster.start(cluster.plan, worker_machine)


def number_of_host(address: ClusterAddress, job_id: str) -> int:
    """Number of a TaskManager that runs tasks of the job."""
    with ClusterRest(address) as rest:
        vertex = rest.get(f"/jobs/{job_id}")["vertices"][-1]["id"]
        hosts = rest.get(f"/jobs/{job_id}/vertices/{vertex}/taskmanagers")["taskmanagers"]
    return int(hosts[0]["taskmanager-id"].rpartition("-")[2])


def await_status(duanka, is_it) -> None:
    wait_until(lambda: is_it(duanka.status()), duanka.status)
