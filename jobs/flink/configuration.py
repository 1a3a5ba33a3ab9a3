"""Flink's options for a run, from our settings."""

import sys
from pathlib import Path

from pyflink.common import Configuration

from jobs.flink.network_options import NETWORK_OPTIONS
from jobs.flink.settings import JobSettings


def flink_configuration(settings: JobSettings, restore_path: Path | None) -> Configuration:
    """Every option that differs from Flink's default, with the reason where it is not plain."""
    options = {
        "python.executable": sys.executable,
        "python.client.executable": sys.executable,
        "python.execution-mode": "process",
        "python.fn-execution.bundle.time": settings.bundle_time_ms,
        # Entries: a bundle's writes of (shards x 2 states) wait there for its end.
        "python.state.cache-size": max(1000, 4 * settings.shards),
        "python.metric.enabled": "false",
        "execution.runtime-mode": "STREAMING",
        "pipeline.auto-watermark-interval": f"{settings.watermark_interval_ms} ms",
        "pipeline.generic-types": "true",
        "state.backend.type": "hashmap",
        "execution.checkpointing.dir": settings.checkpoints.as_uri(),
        "execution.checkpointing.interval": f"{settings.checkpoint_interval_ms} ms",
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "execution.checkpointing.num-retained": 2,
        "execution.checkpointing.tolerable-failed-checkpoints": 100,
        # Otherwise every task waits for one more checkpoint before a bounded job may end.
        "execution.checkpointing.checkpoints-after-tasks-finish": "false",
        **NETWORK_OPTIONS,
        "rest.bind-address": "127.0.0.1",
        "rest.address": "127.0.0.1",
        "rest.bind-port": "0",
    }
    options |= _restarts(settings)
    if restore_path is not None:
        options["execution.state-recovery.path"] = restore_path.as_uri()
        # Our own last checkpoint is ours to delete once newer ones exist; a savepoint that
        # somebody named stays.
        options["execution.state-recovery.claim-mode"] = (
            "CLAIM" if settings.restore_from == "latest" else "NO_CLAIM")
    configuration = Configuration()
    for name, value in options.items():
        configuration.set_string(name, str(value))
    return configuration


def _restarts(settings: JobSettings) -> dict[str, object]:
    """Failures per window, not in total: a job that follows for months meets a few in the end."""
    if settings.restart_attempts == 0:
        return {"restart-strategy.type": "none"}
    strategy = "restart-strategy.failure-rate"
    return {
        "restart-strategy.type": "failure-rate",
        f"{strategy}.max-failures-per-interval": settings.restart_attempts,
        f"{strategy}.failure-rate-interval": f"{settings.restart_window_ms} ms",
        f"{strategy}.delay": f"{settings.restart_delay_ms} ms",
    }
