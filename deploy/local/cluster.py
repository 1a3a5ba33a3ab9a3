"""A real standalone Flink cluster on this machine: start it, look at it, break it, stop it."""

import json
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.errors import DeployError
from deploy.local.cluster_plan import LOOPBACK, ClusterPlan
from deploy.local.cluster_process import JOB_MANAGER, start_process, task_manager_name
from deploy.local.cluster_record import Started, note_started, read_record, remove_record, write_record

_POLL_S = 0.1
#: What a TaskManager logs once the JobManager knows it.
_REGISTERED = "Successful registration at resource manager"


@dataclass(frozen=True)
class Cluster:
    """A cluster as it was started; `started` has the JobManager first."""

    plan: ClusterPlan
    started: tuple[Started, ...]

    @property
    def url(self) -> str:
        """Address of the web page and the REST interface."""
        scheme = "https" if str(self.plan.options.get("security.ssl.rest.enabled")).lower() == "true" else "http"
        return f"{scheme}://{LOOPBACK}:{self.plan.rest_port}"

    def alive(self) -> list[Started]:
        return [one for one in self.started if one.process() is not None]


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def find(folder: Path) -> Cluster | None:
    """The cluster of a folder, None without one whose JobManager lives."""
    known = read_record(folder)
    if known is None or known[1][0].process() is None:
        return None
    return Cluster(known[0], tuple(known[1]))


def start(plan: ClusterPlan, environment: Mapping[str, str] | None = None, timeout_s: float = 90) -> Cluster:
    """Start the cluster and wait until all its TaskManagers are registered.

    Where it runs already, TaskManagers that are missing are started again.

    Parameters
    ----------
    environment : mapping, optional
        The whole environment of the TaskManagers and their Python workers; ours when None.

    Raises
    ------
    DeployError
        Another plan runs in the folder, the port is taken, or a process ended at its start.
    """
    running = find(plan.folder)
    if running is not None and running.plan != _with_port_of(running, plan):
        raise DeployError(f"a cluster with other settings runs in {plan.folder}; stop it first: "
                          f"python -m deploy.local.flink_cluster stop --folder {plan.folder}")
    if running is not None:
        return _complete(running, environment, timeout_s)
    stop(plan.folder)  # TaskManagers that outlived their JobManager
    _require_free(plan.rest_port)
    _write_configuration(plan)
    first = note_started(JOB_MANAGER, start_process(plan, JOB_MANAGER))
    write_record(plan, [first])
    try:
        return _complete(Cluster(plan, (first,)), environment, timeout_s)
    except DeployError:
        stop(plan.folder)
        raise


def _complete(cluster: Cluster, environment: Mapping[str, str] | None, timeout_s: float) -> Cluster:
    """Start the TaskManagers that are missing, and wait for all."""
    plan = cluster.plan
    started = {one.name: one for one in cluster.alive()}
    for name in map(task_manager_name, range(1, plan.task_managers + 1)):
        if name not in started:
            started[name] = note_started(name, start_process(plan, name, environment))
    cluster = Cluster(plan, tuple(started.values()))
    write_record(plan, list(cluster.started))
    _await_registered(cluster, timeout_s)
    return cluster


def stop(folder: Path, timeout_s: float = 20) -> bool:
    """End all processes of a folder's cluster; False when none ran."""
    known = read_record(folder)
    if known is None:
        return False
    processes = [process for one in reversed(known[1]) if (process := one.process())]
    for process in processes:
        process.terminate()
    _, stubborn = psutil.wait_procs(processes, timeout_s)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout_s)
    remove_record(folder)
    return bool(processes)


def kill_task_manager(folder: Path, number: int | None = None) -> str:
    """Kill a TaskManager outright, as a power failure would; returns its name.

    Parameters
    ----------
    number : int, optional
        The last one that lives when None.

    Raises
    ------
    DeployError
        No such TaskManager lives.
    """
    cluster = find(folder)
    alive = [one for one in cluster.alive() if one.name != JOB_MANAGER] if cluster else []
    chosen = [one for one in alive if number is None or one.name == task_manager_name(number)]
    if not chosen:
        raise DeployError(f"no such TaskManager runs in {folder}; running: "
                          f"{', '.join(one.name for one in alive) or 'none'}")
    process = chosen[-1].process()
    if process is not None:
        process.send_signal(signal.SIGKILL)
        psutil.wait_procs([process], 20)
    return chosen[-1].name


def _with_port_of(running: Cluster, plan: ClusterPlan) -> ClusterPlan:
    """`plan` on the port that TaskManagers already use, which nobody chooses."""
    return ClusterPlan(**{**vars(plan), "rpc_port": running.plan.rpc_port})


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise DeployError(f"port {port} is taken ({error.strerror}): stop what listens there, or give another "
                              "--rest-port") from error


def _write_configuration(plan: ClusterPlan) -> None:
    folder = plan.folder / "conf"
    folder.mkdir(parents=True, exist_ok=True)
    # JSON strings are YAML strings, whatever is in them.
    lines = [f"{key}: {json.dumps(value)}\n" for key, value in plan.flink_options().items()]
    (folder / "config.yaml").write_text("".join(lines))
    (folder / "config.yaml").chmod(0o600)  # options may name key stores and their passwords


def _await_registered(cluster: Cluster, timeout_s: float) -> None:
    wanted = {one.name for one in cluster.started}
    logs = cluster.plan.folder / "log"
    deadline = time.monotonic() + timeout_s
    while True:
        gone = wanted - {one.name for one in cluster.alive()}
        if gone:
            name = sorted(gone)[0]
            raise DeployError(f"{name} ended at its start: {_last_words(logs, name)}")
        if _registered(cluster) >= cluster.plan.task_managers:
            return
        if time.monotonic() > deadline:
            raise DeployError(f"the cluster was not ready within {timeout_s:g} s; look at {logs}")
        time.sleep(_POLL_S)


def _registered(cluster: Cluster) -> int:
    """How many TaskManagers say so themselves; asking over REST would need its certificates."""
    logs = [cluster.plan.folder / "log" / f"{one.name}.log" for one in cluster.alive() if one.name != JOB_MANAGER]
    return len([log for log in logs if log.exists() and _REGISTERED in log.read_text(errors="replace")])


def _last_words(folder: Path, name: str) -> str:
    """The reason that a process gave before it ended."""
    for file in (folder / f"{name}.log", folder / f"{name}.out"):
        if file.exists():
            causes = [line for line in file.read_text(errors="replace").splitlines()
                      if line.startswith(("Caused by: ", "Error: ", "Exception in thread")) or "Exception: " in line]
            if causes:
                return f"{causes[-1].removeprefix('Caused by: ')[:300]} ({file})"
    return f"no reason given, look at {folder}"
