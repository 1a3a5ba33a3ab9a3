"""``python -m deploy.local.flink_cluster start|stop|status|kill-task-manager``"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.errors import DeployError
from deploy.local import cluster
from deploy.local.cluster_plan import ClusterPlan
from features.errors import DuankaError

app = typer.Typer(help="A real standalone Flink cluster on this machine.", no_args_is_help=True, add_completion=False,
                  pretty_exceptions_enable=False)

FOLDER = Path("build/cluster")
Folder = Annotated[Path, typer.Option("--folder", help="Configuration, logs and the record of the processes.")]


@app.command()
def start(
    folder: Folder = FOLDER,
    rest_port: Annotated[int, typer.Option(help="Port of web page and REST interface.")] = 8081,
    task_managers: Annotated[int, typer.Option(help="Processes that run tasks.")] = 2,
    slots: Annotated[int, typer.Option(help="Slots of each: a job of parallelism N takes N.")] = 2,
    heap_mib: Annotated[int, typer.Option(help="Heap for tasks, each.")] = 2048,
    managed_mib: Annotated[int, typer.Option(help="Native memory for RocksDB and Python, each.")] = 256,
    flink_option: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE of Flink, such as security.ssl.rest.enabled=true; repeatable.")
    ] = None,
) -> None:
    """Start the cluster; where it runs, start TaskManagers that are missing."""
    options = dict(_split(option) for option in flink_option or ())
    plan = ClusterPlan(folder.resolve(), rest_port, cluster.free_port(), task_managers, slots, heap_mib, managed_mib,
                       options=options)  # fmt: skip
    started = cluster.start(plan)
    print(f"{started.url}: {task_managers} TaskManagers of {slots} slots; logs in {folder / 'log'}")


@app.command()
def stop(folder: Folder = FOLDER) -> None:
    """Stop it; jobs that run end with it, their checkpoints stay."""
    print("stopped" if cluster.stop(folder.resolve()) else "was not running")


@app.command()
def status(folder: Folder = FOLDER) -> None:
    """Say which processes live; exit code 1 when one is missing."""
    found = cluster.find(folder.resolve())
    if found is None:
        print("not running")
        raise typer.Exit(1)
    alive = found.alive()
    print(found.url)
    for one in found.started:
        print(f"{one.name}  {f'process {one.pid}' if one in alive else 'has ended'}")
    if len(alive) < len(found.started):
        raise typer.Exit(1)


@app.command()
def kill_task_manager(
    number: Annotated[int | None, typer.Argument(help="Which; the last one that lives if not given.")] = None,
    folder: Folder = FOLDER,
) -> None:
    """Kill a TaskManager outright, to see what happens; `start` brings it back."""
    print(f"killed {cluster.kill_task_manager(folder.resolve(), number)}")


def _split(option: str) -> tuple[str, str]:
    name, equals, value = option.partition("=")
    if not equals or not name:
        raise DeployError(f"--flink-option is NAME=VALUE, got {option!r}")
    return name.strip(), value.strip()


def main() -> None:
    """Run it; what goes wrong is one sentence and exit code 2."""
    try:
        app()
    except DuankaError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
