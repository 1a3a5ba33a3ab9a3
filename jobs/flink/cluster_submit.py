"""Hands a job to a Flink cluster and lets go of it.

The graph is built in this process and handed over by Flink's own client in the gateway's JVM, as
``flink run`` would; but without its second Python process, whose errors reach nobody, and with the
same code that builds the graph of a run in this process.
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from py4j.protocol import Py4JError

from jobs.flink.checkpoints import resolve_restore
from jobs.flink.cluster_address import ClusterAddress
from jobs.flink.cluster_rest import ClusterRest
from jobs.flink.errors import ClusterError, NotEnoughSlotsError
from jobs.flink.failure import failure_sentence
from jobs.flink.flink_home import flink_home, python_jars
from jobs.flink.gateway import ensure_gateway
from jobs.flink.metric_options import PYTHON_METRICS
from jobs.flink.plan_log import PlanLog, complete
from jobs.flink.protocol import PipelineFactory
from jobs.flink.settings import JobSettings

#: Slots of a job that was just stopped are free again within this time (ours).
_SLOTS_WAIT_S = 15.0


@dataclass(frozen=True)
class WorkerEnvironment:
    """The Python that workers run.

    Attributes
    ----------
    archive : Path or None
        What `python -m deploy.worker_archive` made; it travels to every worker. None: workers find
        this process's Python under the same path, which is so on one machine.
    files : tuple of Path
        Folders or files of Python code that travel besides.
    """

    archive: Path | None = None
    files: tuple[Path, ...] = ()

    def options(self) -> dict[str, str]:
        given = {"python.client.executable": sys.executable, "python.executable": sys.executable}
        if self.archive is not None:
            given |= {"python.archives": f"{self.archive.resolve()}#env", "python.executable": "env/bin/python"}
        if self.files:
            given["python.files"] = ",".join(str(file.resolve()) for file in self.files)
        return given


@dataclass(frozen=True)
class Submitted:
    """A job that the cluster took over; `planned_chunks` is that of a bounded run."""

    job_id: str
    url: str
    planned_chunks: int
    restored_from: Path | None
    log_path: Path


def submit_job(factory: PipelineFactory, settings: JobSettings, address: ClusterAddress,
               workers: WorkerEnvironment, name: str = "duanka") -> Submitted:
    """Plan a bounded input, then hand the job over; returns as soon as the cluster has it.

    Raises
    ------
    JavaMissingError, GatewayError, PlanMismatchError, CheckpointMissingError
        Here, before anything is handed over.
    ClusterUnreachableError, NotEnoughSlotsError, ClusterError
        The cluster is not there, is full, or refused.
    """
    with ClusterRest(address) as rest:
        require_slots(rest, settings.parallelism)
        restore_path = resolve_restore(settings)
        with PlanLog.open_or_create(settings.plan_path, bus=settings.bus, follow=settings.follow,
                                    chunk_bytes=settings.chunk_bytes) as log:
            chunks = len(log) if settings.follow else complete(log, factory().planner(log.chunks()))
        log_path = ensure_gateway(settings)
        jars = [] if _knows_python(rest) else python_jars(flink_home())
    try:
        job_id = _hand_over(factory, settings, restore_path, chunks, address, workers, jars, name)
    except Py4JError as error:
        raise ClusterError(f"The cluster at {address.url} did not take the job: {failure_sentence(str(error))} "
                           f"Details: {log_path}") from None
    return Submitted(job_id, f"{address.url}/#/job/running/{job_id}", chunks, restore_path, log_path)


def require_slots(rest: ClusterRest, parallelism: int) -> None:
    """Refuse a job that would wait for slots in vain.

    Raises
    ------
    NotEnoughSlotsError
    """
    deadline = time.monotonic() + _SLOTS_WAIT_S
    while (seen := rest.get("/overview"))["slots-available"] < parallelism:
        # A cluster that is simply too small need not be waited for.
        if seen["slots-total"] < parallelism or time.monotonic() > deadline:
            free, total = seen["slots-available"], seen["slots-total"]
            raise NotEnoughSlotsError(
                f"The job needs {parallelism} slots, and the cluster at {rest.address.url} has {free} free of {total}. "
                "Stop another job, start more TaskManagers, or lower --parallelism.")
        time.sleep(0.5)


def _knows_python(rest: ClusterRest) -> bool:
    """Whether flink-python is on the cluster's own class path; otherwise it travels with the job."""
    return any("flink-python" in entry for entry in rest.get("/jobmanager/environment")["classpath"])


def _hand_over(factory, settings: JobSettings, restore_path: Path | None, chunks: int, address: ClusterAddress,
               workers: WorkerEnvironment, jars: list[Path], name: str) -> str:
    from pyflink.datastream import StreamExecutionEnvironment
    from pyflink.java_gateway import get_gateway

    from jobs.flink.configuration import job_options, to_configuration
    from jobs.flink.topology import ENDLESS_TICKS, build_topology

    options = job_options(settings, restore_path) | workers.options() | {
        "execution.target": "remote",
        "execution.attached": "false",
        "rest.address": address.host,
        "rest.port": address.port,
        "security.ssl.rest.enabled": str(address.is_secure).lower(),
        # Who listens to the cluster's metrics is up to the cluster.
        PYTHON_METRICS: "true",
    } | dict(settings.flink_options)
    if jars:
        options["pipeline.jars"] = ";".join(jar.as_uri() for jar in jars)
    os.environ["_python_worker_execution_mode"] = "process"
    # PyFlink's own constructor would make a local environment and overwrite the target.
    java = get_gateway().jvm.org.apache.flink.streaming.api.environment.StreamExecutionEnvironment
    env = StreamExecutionEnvironment(java(to_configuration(options)._j_configuration))
    build_topology(env, factory, settings, ENDLESS_TICKS if settings.follow else chunks)
    return str(env.execute_async(name).get_job_id())
