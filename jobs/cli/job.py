"""``duanka job``: jobs on a Flink cluster."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.options import Cluster, Config, FormatOption
from jobs.cli.output import Format, console, messages, print_rows, when
from jobs.settings import Settings, load_settings

if TYPE_CHECKING:
    from jobs.flink.cluster_jobs import JobState
    from jobs.flink.cluster_rest import ClusterRest

job = typer.Typer(help="List, savepoint, stop and cancel jobs on a Flink cluster.", no_args_is_help=True)

Job = Annotated[str | None, typer.Argument(help="Id of the job; that of the newest run in `state` if not given.",
                                           metavar="[JOB]", show_default=False)]
State = Annotated[Path | None, typer.Option("--state", help="Folder of runs.", show_default=False)]
Native = Annotated[bool, typer.Option("--native", help="In the backend's own format: quicker, for that backend alone.")]
Target = Annotated[Path | None, typer.Option("--savepoint", help="Folder for it; the run's own if not given. All "
                                             "machines must share it.", show_default=False)]


@job.command("list")
def list_(how: FormatOption = Format.TABLE, cluster: Cluster = None, config: Config = None) -> None:
    """Jobs that the cluster remembers, the newest first."""
    from jobs.flink.cluster_jobs import list_jobs

    with _cluster(load_settings(config, cluster=cluster)) as rest:
        rows = [_row(state) for state in list_jobs(rest)]
    print_rows(rows, ["job", "name", "status", "tasks", "started", "for"], how)


@job.command()
def status(
    job_id: Job = None, how: FormatOption = Format.TABLE, state: State = None, cluster: Cluster = None,
    config: Config = None,
) -> None:  # fmt: skip
    """One job: how it is, its last checkpoint, its last failure."""
    from jobs.flink.cluster_jobs import job_state, last_checkpoint, last_failure

    settings = load_settings(config, cluster=cluster, state=state)
    with _cluster(settings) as rest:
        job_id = _chosen(settings, job_id)
        row = _row(job_state(rest, job_id)) | last_checkpoint(rest, job_id)
        row["last failure"] = last_failure(rest, job_id) or "none"
    if how is Format.TABLE:
        print_rows([{"": name, "is": value} for name, value in row.items()], ["", "is"], how)
    else:
        print_rows([row], list(row), how)


@job.command()
def savepoint(
    job_id: Job = None, target: Target = None, native: Native = False, state: State = None, cluster: Cluster = None,
    config: Config = None,
) -> None:  # fmt: skip
    """Write a savepoint; the job goes on. Prints the savepoint's folder."""
    from jobs.flink.cluster_jobs import take_savepoint

    settings = load_settings(config, cluster=cluster, state=state)
    with _cluster(settings) as rest:
        job_id = _chosen(settings, job_id)
        path = take_savepoint(rest, job_id, _target(settings, job_id, target), native=native)
    print(path)


@job.command()
def stop(
    job_id: Job = None, target: Target = None, native: Native = False, state: State = None, cluster: Cluster = None,
    config: Config = None,
) -> None:  # fmt: skip
    """End a job with a savepoint, from which it can go on: duanka submit --from. Prints its folder."""
    from jobs.flink.cluster_jobs import stop_with_savepoint

    settings = load_settings(config, cluster=cluster, state=state)
    with _cluster(settings) as rest:
        job_id = _chosen(settings, job_id)
        path = stop_with_savepoint(rest, job_id, _target(settings, job_id, target), native=native)
    print(path)


@job.command()
def cancel(job_id: Job = None, state: State = None, cluster: Cluster = None, config: Config = None) -> None:
    """End a job without a savepoint; its last checkpoint stays."""
    from jobs.flink.cluster_jobs import cancel as end

    settings = load_settings(config, cluster=cluster, state=state)
    with _cluster(settings) as rest:
        job_id = _chosen(settings, job_id)
        state_now = end(rest, job_id)
    console.print(f"{job_id} {state_now.status.lower()}", highlight=False)


@job.command()
def wait(
    job_id: Job = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds; no end if not given.", show_default=False)] = None,
    state: State = None,
    cluster: Cluster = None,
    config: Config = None,
) -> None:
    """Wait for the end of a job. Exit code 2 when it failed, or when the time is up."""
    from jobs.flink.cluster_jobs import require_success, wait_for
    from jobs.flink.errors import ClusterError

    settings = load_settings(config, cluster=cluster, state=state)
    with _cluster(settings) as rest:
        job_id = _chosen(settings, job_id)
        seen = wait_for(rest, job_id, lambda one: one.is_over, timeout)
        require_success(rest, seen)
        if not seen.is_over:
            raise ClusterError(f"Job {job_id} is {seen.status.lower()} after {timeout:g} s.")
    console.print(f"{job_id} {seen.status.lower()}", highlight=False)
    _sum_up(settings, seen)


def _cluster(settings: Settings) -> "ClusterRest":
    from jobs.flink.cluster_address import parse_address
    from jobs.flink.cluster_rest import ClusterRest

    return ClusterRest(parse_address(settings.cluster, settings.cluster_ca, settings.cluster_certificate))


def _chosen(settings: Settings, job_id: str | None) -> str:
    from jobs.run_folder import NothingToResume, jobs_of

    if job_id is not None:
        return job_id
    for _, known in jobs_of(settings.state):
        return known.job_id
    raise NothingToResume(f"no run in {settings.state} went to a cluster; name a job, see: duanka job list")


def _target(settings: Settings, job_id: str, target: Path | None) -> Path:
    """Where savepoints go: as asked, else into the folder of the run, beside its plan log."""
    from jobs.flink.errors import ClusterError
    from jobs.run_folder import jobs_of

    if target is not None:
        return target.expanduser().resolve()
    for run, known in jobs_of(settings.state):
        if known.job_id == job_id:
            return (run.path / "savepoints").resolve()
    raise ClusterError(f"No run in {settings.state} belongs to job {job_id}; name its --state, or --savepoint FOLDER.")


def _sum_up(settings: Settings, ended: "JobState") -> None:
    """Print what a run brought out, where its folder is at hand."""
    from jobs.cli.summary_view import show_summary
    from jobs.run_folder import jobs_of
    from jobs.submit import sum_up

    for run, known in jobs_of(settings.state):
        if known.job_id == ended.job_id:
            show_summary(sum_up(run, known, ended.duration_ms / 1000))
            messages.print(f"[dim]run {run.run_id}[/]", highlight=False)


def _row(state: "JobState") -> dict:
    lasted = timedelta(seconds=state.duration_ms // 1000)
    return {"job": state.job_id, "name": state.name, "status": state.status.lower(),
            "tasks": f"{state.running}/{state.tasks}", "started": when(state.started_ms), "for": str(lasted)}
