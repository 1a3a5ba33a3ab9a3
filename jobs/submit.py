"""A run of the scoring job on a Flink cluster: prepared here, then left to the cluster."""

from dataclasses import dataclass, replace
from pathlib import Path

from connectors.clickhouse import open_store
from connectors.model_registry import ModelRegistry
from features.errors import DuankaError
from jobs.flink.cluster_address import ClusterAddress, parse_address
from jobs.flink.cluster_jobs import job_state
from jobs.flink.cluster_rest import ClusterRest
from jobs.flink.cluster_submit import Submitted, WorkerEnvironment, require_slots, submit_job
from jobs.flink.errors import JobUnknownError
from jobs.flink.settings import JobSettings
from jobs.moved_bus import move_plan
from jobs.run import begin_run, checked_registry, finish_run, fit_to_resume, job_settings, run_log
from jobs.run_folder import ClusterJob, RunFolder, jobs_of, new_run, newest_run, note_job, run_of
from jobs.run_summary import RunSummary
from jobs.score import ScoringPipeline
from jobs.settings import Settings, SettingsError
from jobs.state_versions import STATES

#: Heap of the JVM that only hands the job over, MiB (ours).
_CLIENT_HEAP_MIB = 256
LATEST = "latest"


class StateInUse(DuankaError):
    """A job works in the same state folder."""


@dataclass(frozen=True)
class Submission:
    """What became of it."""

    run: RunFolder
    job: Submitted


def submit(
    settings: Settings, follow: bool = False, restore: str | None = None, has_moved: bool = False
) -> Submission:
    """Hand the job to the cluster that the settings name; returns when the cluster has it.

    Everything that the settings name by path must be there for every worker under the same path:
    `state`, `models`, a folder bus; an embedded store only serves workers on its own machine.

    Parameters
    ----------
    restore : str, optional
        A savepoint's or checkpoint's folder, or ``latest``: the newest one of the newest run. The
        run it belongs to goes on.
    has_moved : bool
        The folder bus that the run has read so far lies at the setting `bus` now.

    Raises
    ------
    DuankaError
        Any of its kinds; see :mod:`features.errors`.
    """
    settings.require_bus()
    if has_moved and restore is None:
        raise SettingsError("--moved goes with --from: a new run takes its bus where --bus says")
    address = cluster_address(settings)
    archive = _archive(settings)
    with ClusterRest(address) as rest:
        _require_unused(rest, settings.state, address)
        require_slots(rest, settings.parallelism)
    there = settings.absolute()
    registry = checked_registry(there, resume=restore is not None)
    run = _run(there, restore)
    if has_moved and there.kafka_bus is None:
        move_plan(run.path / "plan.ndjson", there.bus, there.bus_folder)
    pipeline = ScoringPipeline(there, there.engine(run.now_ms), run.run_id, run.now_ms, follow, run_log(there, run))
    with open_store(there.store) as store:
        begin_run(store, run, pipeline, registry)
    job = submit_job(pipeline, _job_settings(settings, there, run, follow, restore), address,
                     WorkerEnvironment(archive), f"duanka {run.run_id}")  # fmt: skip
    note_job(run, ClusterJob(job.job_id, address.url, there.model_dump(mode="json")))
    return Submission(run, job)


def sum_up(run: RunFolder, job: ClusterJob, seconds: float) -> RunSummary:
    """What a job that is over brought out; noted in the store as the end of its run."""
    settings = Settings(**job.settings)
    with open_store(settings.store) as store:
        return finish_run(store, run, settings, ModelRegistry(settings.models), seconds)


def cluster_address(settings: Settings) -> ClusterAddress:
    """Where the cluster is.

    Raises
    ------
    jobs.flink.errors.SettingError
    """
    return parse_address(settings.cluster, settings.cluster_ca, settings.cluster_certificate)


def _archive(settings: Settings) -> Path | None:
    archive = settings.worker_archive
    if archive is not None and not archive.is_file():
        raise SettingsError(f"setting worker_archive: no file {archive}; make it with: make worker-archive")
    return archive


def _require_unused(rest: ClusterRest, state: Path, address: ClusterAddress) -> None:
    for run, job in jobs_of(state):
        if job.cluster != address.url:
            continue
        try:
            over = job_state(rest, job.job_id).is_over
        except JobUnknownError:  # the cluster was started anew since
            continue
        if not over:
            raise StateInUse(f"job {job.job_id} ({run.run_id}) works in {state}; end it with: duanka job stop, or give "
                             "another --state")


def _run(settings: Settings, restore: str | None) -> RunFolder:
    if restore is None:
        return new_run(settings.state, settings.shards, STATES)
    chosen = newest_run(settings.state) if restore == LATEST else run_of(Path(restore))
    return fit_to_resume(chosen, settings)


def _job_settings(given: Settings, there: Settings, run: RunFolder, follow: bool, restore: str | None) -> JobSettings:
    mine = job_settings(there, run.path, follow, restore)
    return replace(mine, endless_restarts=True, restart_max_delay_ms=int(given.restart_backoff_s * 1000),
                   jvm_heap_mb=_CLIENT_HEAP_MIB, flink_options=given.flink)  # fmt: skip
