"""``duanka submit``"""

from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.options import Bus, Cluster, Config, Models, Rules, StoreOption, bus_url
from jobs.cli.output import console, messages
from jobs.settings import Settings, SettingsError, load_settings

#: How long to look whether all tasks come up, seconds (ours).
_LOOK_S = 180.0


def submit(
    bus: Bus = None,
    store: StoreOption = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="Folder that all machines of the cluster share.", show_default=False)
    ] = None,
    parallelism: Annotated[int | None, typer.Option(help="Slots, one Python worker each.", show_default=False)] = None,
    cluster: Cluster = None,
    worker_archive: Annotated[
        Path | None, typer.Option(help="Python for the workers: make worker-archive.", show_default=False)
    ] = None,
    restore: Annotated[
        str | None, typer.Option("--from", help="Savepoint or checkpoint to go on from: its folder, or latest.")
    ] = None,
    moved: Annotated[bool, typer.Option("--moved", help="With --from: the folder bus lies at --bus now.")] = False,
    state_backend: Annotated[str | None, typer.Option(help="heap or rocksdb.", show_default=False)] = None,
    scores: Annotated[str | None, typer.Option(help="none or all: store the score of every event.")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Keep watching for new records.")] = False,
    flink_option: Annotated[list[str] | None, typer.Option(help="NAME=VALUE of Flink; repeatable.")] = None,
    rules: Rules = None,
    models: Models = None,
    config: Config = None,
) -> None:
    """Hand the job to a Flink cluster; print its id and leave it there."""
    settings = load_settings(
        config, bus=bus_url(bus), store=store, state=state, parallelism=parallelism, rules=rules, models=models,
        store_scores=scores, cluster=cluster, worker_archive=worker_archive, state_backend=state_backend,
    )  # fmt: skip
    settings = settings.model_copy(update={"flink": settings.flink | dict(map(_split, flink_option or ()))})
    from jobs.readiness import require_ready

    _show_settings(settings)
    require_ready(settings)
    # Imported late: only this command needs Flink and the models, which take seconds.
    from jobs.flink.cluster_fitness import unfit_options
    from jobs.flink.cluster_rest import ClusterRest
    from jobs.submit import cluster_address
    from jobs.submit import submit as hand_over

    done = hand_over(settings, follow, restore, moved)
    console.print(f"job {done.job.job_id}", highlight=False)
    console.print(done.job.url, highlight=False, soft_wrap=True)
    if done.job.restored_from is not None:
        messages.print(f"[dim]from {done.job.restored_from}[/]", highlight=False, soft_wrap=True)
    messages.print(f"[dim]{done.run.run_id}; wait for its tasks ...[/]", highlight=False)
    with ClusterRest(cluster_address(settings)) as rest:
        if wanted := unfit_options(rest):
            text = ", ".join(f"{name}: {value}" for name, value in wanted.items())
            messages.print(f"note: checkpoints are slow to come by here; set in the TaskManagers' config.yaml {text}",
                           highlight=False, soft_wrap=True)  # fmt: skip
        _watch_start(rest, done.job.job_id)


def _watch_start(rest, job_id: str) -> None:
    """Look until all tasks run once, so that a job that cannot start is said to be one.

    Raises
    ------
    ClusterError
        Its first attempt failed; the cluster goes on trying.
    """
    from jobs.flink.cluster_jobs import last_failure, require_success, wait_for
    from jobs.flink.errors import ClusterError

    failed: list[str] = []

    def settled(state) -> bool:
        if reason := last_failure(rest, job_id):
            failed.append(reason)
        return bool(failed) or state.is_over or state.running == state.tasks

    state = wait_for(rest, job_id, settled, _LOOK_S)
    require_success(rest, state)
    if failed:
        raise ClusterError(f"Job {job_id} failed at its start and is tried again and again: {failed[0]} "
                           f"To end it: duanka job cancel {job_id}.")
    if not state.is_over and state.running < state.tasks:
        raise ClusterError(f"Of job {job_id} only {state.running} of {state.tasks} tasks run after {_LOOK_S:g} s; "
                           "look at its web page.")
    messages.print(f"[dim]{state.status.lower()}[/]", highlight=False)


def _show_settings(settings: Settings) -> None:
    text = "  ".join(f"{name}={value}" for name, value in settings.summary().items())
    messages.print(f"[dim]{text}[/]", highlight=False, soft_wrap=True)


def _split(option: str) -> tuple[str, str]:
    name, equals, value = option.partition("=")
    if not equals or not name.strip():
        raise SettingsError("--flink-option is NAME=VALUE, such as taskmanager.numberOfTaskSlots=2")
    return name.strip(), value.strip()
