"""Flink's options for a run, from our settings."""

import sys
from collections.abc import Mapping
from pathlib import Path

from pyflink.common import Configuration

from jobs.flink.network_options import NETWORK_OPTIONS
from jobs.flink.restart_options import restart_options
from jobs.flink.settings import JobSettings

#: Our name of a state backend, and Flink's.
_BACKENDS = {"heap": "hashmap", "rocksdb": "rocksdb"}

#: For slots of the task manager in this process's JVM; they take less than one (ours).
SLOT_TIMEOUT_S = 20


def flink_configuration(settings: JobSettings, restore_path: Path | None) -> Configuration:
    """Options of a run in this process's JVM."""
    return to_configuration(job_options(settings, restore_path) | {
        "python.executable": sys.executable,
        "python.client.executable": sys.executable,
        **NETWORK_OPTIONS,
        "rest.bind-address": "127.0.0.1",
        "rest.address": "127.0.0.1",
        "rest.bind-port": "0",
        # The one task manager is there at once, or it is lost and stays so: waiting for another helps nobody.
        "slot.request.timeout": f"{SLOT_TIMEOUT_S} s",
    } | dict(settings.flink_options))


def job_options(settings: JobSettings, restore_path: Path | None) -> dict[str, object]:
    """Every option of a job that differs from Flink's default, with the reason where it is not plain.

    The same wherever the job runs.
    """
    options = {
        "python.execution-mode": "process",
        "python.fn-execution.bundle.time": settings.bundle_time_ms,
        # Entries: a bundle's writes of (shards x 2 states) wait there for its end.
        "python.state.cache-size": max(1000, 4 * settings.shards),
        "python.metric.enabled": "false",
        "execution.runtime-mode": "STREAMING",
        "pipeline.auto-watermark-interval": f"{settings.watermark_interval_ms} ms",
        "pipeline.generic-types": "true",
        "state.backend.type": _BACKENDS[settings.state_backend],
        # Operators of a slot share one Python process where it counts as managed memory. When a job
        # is cancelled, an operator then closes its state while that process still writes to it:
        # harmless on the heap, but RocksDB takes the whole JVM down. Without sharing, an operator
        # ends its own process first.
        "python.fn-execution.memory.managed": str(settings.state_backend == "heap").lower(),
        # RocksDB's checkpoints then hold what changed; the heap's are whole either way.
        "execution.checkpointing.incremental": "true",
        "execution.checkpointing.dir": settings.checkpoints.as_uri(),
        "execution.checkpointing.savepoint-dir": settings.savepoints.as_uri(),
        "execution.checkpointing.interval": f"{settings.checkpoint_interval_ms} ms",
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "execution.checkpointing.num-retained": 2,
        "execution.checkpointing.tolerable-failed-checkpoints": 100,
        # Otherwise every task waits for one more checkpoint before a bounded job may end.
        "execution.checkpointing.checkpoints-after-tasks-finish": "false",
    }
    options |= restart_options(settings)
    if restore_path is not None:
        options["execution.state-recovery.path"] = restore_path.as_uri()
        # Our own last checkpoint is ours to delete once newer ones exist; a savepoint, and what
        # somebody named, stays.
        ours = settings.restore_from == "latest" and settings.checkpoints in restore_path.parents
        options["execution.state-recovery.claim-mode"] = "CLAIM" if ours else "NO_CLAIM"
    return options


def to_configuration(options: Mapping[str, object]) -> Configuration:
    """Options as Flink takes them."""
    configuration = Configuration()
    for name, value in options.items():
        configuration.set_string(name, str(value))
    return configuration
