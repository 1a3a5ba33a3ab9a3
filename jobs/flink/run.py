"""Runs the job on a Flink inside this process's JVM, until it ends or is stopped."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from py4j.protocol import Py4JError

from jobs.flink.checkpoints import latest_checkpoint, resolve_restore
from jobs.flink.errors import JobFailedError
from jobs.flink.failure import failure_sentence
from jobs.flink.gateway import ensure_gateway, why_the_jvm_ended
from jobs.flink.metrics_server import served_metrics
from jobs.flink.plan_log import PlanLog, complete
from jobs.flink.protocol import PipelineFactory
from jobs.flink.settings import JobSettings

#: Pause between two looks at the job.
POLL_S = 0.5


@dataclass(frozen=True)
class JobProgress:
    """What the client knows about a running job.

    Attributes
    ----------
    status : str
        Flink's word: INITIALIZING, CREATED, RUNNING, RESTARTING, CANCELLING, FINISHED ...
    elapsed_s : float
        Since `run_job` was called.
    planned_chunks : int
        Entries of the plan log at the start; in follow mode it grows afterwards.
    checkpoint : pathlib.Path or None
        The newest completed one.
    """

    status: str
    elapsed_s: float
    planned_chunks: int
    checkpoint: Path | None


@dataclass(frozen=True)
class JobOutcome:
    """How a run ended: `status` is ``"finished"`` or ``"stopped"``; see `JobProgress` for the rest."""

    status: str
    elapsed_s: float
    planned_chunks: int
    checkpoint: Path | None
    log_path: Path


def run_job(factory: PipelineFactory, settings: JobSettings, *,
            on_progress: Callable[[JobProgress], None] | None = None,
            stop: threading.Event | None = None) -> JobOutcome:
    """Run the pipeline that `factory` builds until the input ends, or until told to stop.

    A signal (SIGINT, SIGTERM) or the `stop` event cancels the job; its last checkpoint stays, and
    ``restore_from="latest"`` goes on from there. Signals are only caught on the main thread.

    Parameters
    ----------
    factory : callable
        Picklable; called in every Python worker, and once here to plan a bounded input.
    on_progress : callable, optional
        Called about twice a second from this thread.
    stop : threading.Event, optional
        Lets another thread end the run.

    Raises
    ------
    SettingError, JavaMissingError, GatewayError, PlanMismatchError, CheckpointMissingError
        Before the job starts.
    JobFailedError
        The job failed more often than the restart strategy allows.
    """
    with served_metrics(settings.metrics_port) as metrics:
        told = replace(settings, flink_options=metrics | dict(settings.flink_options))
        return _run(factory, told, on_progress, stop or threading.Event())


def _run(factory: PipelineFactory, settings: JobSettings, on_progress, stop: threading.Event) -> JobOutcome:
    started = time.monotonic()
    restore_path = resolve_restore(settings)
    with PlanLog.open_or_create(settings.plan_path, bus=settings.bus, follow=settings.follow,
                                chunk_bytes=settings.chunk_bytes) as log:
        chunks = len(log) if settings.follow else complete(log, factory().planner(log.chunks()))
    log_path = ensure_gateway(settings)

    def progress(status: str) -> JobProgress:
        return JobProgress(status, time.monotonic() - started, chunks,
                           latest_checkpoint(settings.checkpoints))

    def outcome(status: str) -> JobOutcome:
        return JobOutcome(status, time.monotonic() - started, chunks,
                          latest_checkpoint(settings.checkpoints), log_path)

    if chunks == 0 and not settings.follow:
        return outcome("finished")
    with _stopped_by_signals(stop):
        try:
            client = _submit(factory, settings, restore_path, chunks)
            status = _watch(client, log_path, stop, progress, on_progress)
        except Py4JError as error:
            why = why_the_jvm_ended(settings) or failure_sentence(str(error))
            raise JobFailedError(why, log_path) from None
    return outcome(status)


def _submit(factory: PipelineFactory, settings: JobSettings, restore_path: Path | None, chunks: int):
    from pyflink.datastream import StreamExecutionEnvironment

    from jobs.flink.configuration import flink_configuration
    from jobs.flink.topology import ENDLESS_TICKS, build_topology

    # Without it a local PyFlink runs all workers as threads of this process, under one GIL.
    os.environ["_python_worker_execution_mode"] = "process"
    env = StreamExecutionEnvironment.get_execution_environment(
        flink_configuration(settings, restore_path))
    build_topology(env, factory, settings, ENDLESS_TICKS if settings.follow else chunks)
    return env.execute_async("duanka")


def _watch(client, log_path: Path, stop: threading.Event, progress, on_progress) -> str:
    """Poll until the job is over; returns how it ended.

    The local cluster is gone as soon as the job is, so the end is read from the future result,
    which we hold from the start, and never from the job's status.
    """
    result = client._j_job_client.getJobExecutionResult()
    while not result.isDone():
        if on_progress is not None:
            on_progress(progress(_status(client)))
        if stop.wait(POLL_S):
            _cancel(client, result)
            return "stopped"
    try:
        result.get()
    except Exception as error:  # py4j wraps whatever Java threw
        raise JobFailedError(failure_sentence(str(error)), log_path) from None
    return "finished"


def _status(client) -> str:
    try:
        return client.get_job_status().result().name
    except Exception:  # the cluster closed between two looks
        return "FINISHED"


def _cancel(client, result) -> None:
    with contextlib.suppress(Exception):  # it ended by itself just now
        client.cancel().result()
    while not result.isDone():
        time.sleep(0.05)


@contextlib.contextmanager
def _stopped_by_signals(stop: threading.Event):
    """SIGINT and SIGTERM set `stop` while the job runs; earlier handlers come back afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: stop.set())
              for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
