"""Faults, each as the thing that breaks and what brings it back."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.production.world import World
from deploy.local import broker, cluster
from deploy.local.cluster_record import Started

#: What a supervisor takes to start a process again, seconds (ours).
_SUPERVISOR_S = 3.0


@dataclass(frozen=True)
class Job:
    """The job that is tormented."""

    prefix: str
    database: str
    state: Path


@dataclass(frozen=True)
class Fault:
    """A fault.

    Attributes
    ----------
    name : str
    strike : callable
        Breaks something, brings it back as an operator or supervisor would, and returns.
    about_s : float
        How long it stays broken and the job takes to catch up, about, s.
    restarts : bool
        Whether the job cannot but restart; if it did not, the injection missed.
    """

    name: str
    strike: Callable[[World, Job, random.Random], None]
    about_s: float = 10.0
    restarts: bool = False


def _worker(world: World, job: Job, rng: random.Random) -> None:
    os.kill(rng.choice(python_workers(world)), signal.SIGKILL)


def _task_manager(world: World, job: Job, rng: random.Random) -> None:
    # One that has work: all slots in use may be on one of them.
    busy = [one.name for one in world.cluster.alive() if one.name.startswith("taskmanager") and workers_of(one)]
    cluster.kill_task_manager(world.cluster.plan.folder, int(rng.choice(busy).rpartition("-")[2]))
    time.sleep(_SUPERVISOR_S)
    world.cluster = cluster.start(world.cluster.plan)


def _job(world: World, job: Job, rng: random.Random) -> None:
    world.command("job", "cancel", "--cluster", world.cluster.url, "--state", job.state)
    world.submit(job.prefix, job.database, "--from", "latest")


def _broker(world: World, job: Job, rng: random.Random) -> None:
    broker.kill(world.folder / "kafka")
    time.sleep(_SUPERVISOR_S)
    broker.start(world.folder / "kafka", port=0)


def _store(world: World, job: Job, rng: random.Random) -> None:
    os.kill(world.store_pid(), signal.SIGKILL)
    time.sleep(_SUPERVISOR_S)
    world.restart_store()


def _refusing(world: World, job: Job, rng: random.Random) -> None:
    world.proxy.refuse()
    time.sleep(60)
    world.proxy.restore()


def _cut(world: World, job: Job, rng: random.Random) -> None:
    world.proxy.silence()
    time.sleep(rng.uniform(15, 25))
    world.proxy.restore()


def _disk_full(world: World, job: Job, rng: random.Random) -> None:
    ballast = world.store_folder.parent / "ballast"
    with ballast.open("wb") as file:
        while (left := shutil.disk_usage(ballast.parent).free) > 16 << 10:
            try:
                os.posix_fallocate(file.fileno(), 0, left - (16 << 10))
                break
            except OSError:  # the store writes meanwhile: what was free a moment ago is gone
                file.truncate(0)
    time.sleep(rng.uniform(15, 25))
    ballast.unlink()


def _nothing(world: World, job: Job, rng: random.Random) -> None:
    """The input itself is the fault."""


#: By name; `flood` is in the stream that is sent.
FAULTS = {
    fault.name: fault
    for fault in (
        Fault("python worker killed", _worker, restarts=True),
        Fault("task manager killed", _task_manager, 35, restarts=True),
        Fault("job cancelled and restored", _job, 25),
        Fault("broker killed", _broker, 15),
        Fault("store killed", _store, 15),
        Fault("store refuses for 60 s", _refusing, 80),
        Fault("network to the store cut", _cut, 40),
        Fault("store's disk full", _disk_full, 70),
        Fault("half of all records bad", _nothing),
    )
}
NEEDS_A_SMALL_DISK = "store's disk full"
FLOOD = "half of all records bad"


def python_workers(world: World) -> list[int]:
    """Process ids of the Python workers of all TaskManagers."""
    return [pid for one in world.cluster.alive() for pid in workers_of(one)]


def workers_of(one: Started) -> list[int]:
    """Process ids of the Python workers below a process of the cluster."""
    process, found = one.process(), []
    for child in process.children(recursive=True) if process else ():
        try:
            if any("beam_boot" in word for word in child.cmdline()) and "python" in child.name():
                found.append(child.pid)
        except psutil.Error:
            continue
    return found
