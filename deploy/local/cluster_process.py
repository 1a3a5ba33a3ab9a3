"""Starts one process of a Flink cluster, straight from the jars of the installed PyFlink."""

import os
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from deploy.local.cluster_plan import ClusterPlan
from jobs.flink.bytecode import keep_bytecode
from jobs.flink.class_archive import class_archive_flags
from jobs.flink.flink_home import flink_home, runtime_jars
from jobs.flink.java import find_java
from jobs.flink.jvm_options import JVM_OPTIONS, log_options

JOB_MANAGER = "jobmanager"
_MAIN = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
_WORKER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"


def task_manager_name(number: int) -> str:
    return f"taskmanager-{number}"


def start_process(plan: ClusterPlan, name: str, environment: Mapping[str, str] | None = None) -> int:
    """Start the JobManager or the TaskManager called `name`; returns its process id at once.

    Flink's own shell scripts work out memory, host names and logs by rules of their own; here the
    plan says all of it.

    Parameters
    ----------
    environment : mapping, optional
        The whole environment of the process and of its Python workers; ours when None.
    """
    home = flink_home()
    for part in ("conf", "log", f"tmp/{name}"):
        (plan.folder / part).mkdir(parents=True, exist_ok=True)
    given = _own_environment() if environment is None else dict(environment)
    given |= {"FLINK_CONF_DIR": str(plan.folder / "conf"), "FLINK_PLUGINS_DIR": str(home / "plugins"),
              "FLINK_LOG_DIR": str(plan.folder / "log")}
    log = plan.folder / "log" / f"{name}.log"
    if log.exists():
        log.replace(log.with_suffix(".log.before"))
    with log.with_suffix(".out").open("ab") as output:
        process = subprocess.Popen(_command(plan, name, home, log), env=given, cwd=plan.folder / "tmp" / name,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    # Waits for its end, so that a long-lived parent leaves no zombie.
    threading.Thread(target=process.wait, name=name, daemon=True).start()
    return process.pid


def _own_environment() -> dict[str, str]:
    """Ours, without what this process has put into it for itself: a cluster outlives the source it was started from."""
    for_us_alone = ("NUMBA_CACHE_DIR", "NUMBA_CACHE_LOCATOR_CLASSES", "FLINK_HOME", "FLINK_LIB_DIR", "FLINK_OPT_DIR")
    return {name: value for name, value in os.environ.items() if name not in for_us_alone} | keep_bytecode()


def _command(plan: ClusterPlan, name: str, home: Path, log: Path) -> list[str]:
    jars = runtime_jars(home)
    java = find_java()
    is_main = name == JOB_MANAGER
    temporary = plan.folder / "tmp" / name
    own = {"io.tmp.dirs": temporary, "process.working-dir": temporary, "blob.storage.directory": temporary / "blobs"}
    if not is_main:
        own["taskmanager.resource-id"] = name
    memory = plan.job_manager_memory if is_main else plan.task_manager_memory
    return [
        str(java.executable), *class_archive_flags(java, jars, write=False), *memory,
        *JVM_OPTIONS, *log_options(log, plan.folder / "conf"),
        "-cp", os.pathsep.join(map(str, jars)),
        _MAIN if is_main else _WORKER, "--configDir", str(plan.folder / "conf"),
        *(f"-D{key}={value}" for key, value in own.items()),
    ]
