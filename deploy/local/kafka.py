"""``python -m deploy.local.kafka start|stop|status|kill``"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.local import broker
from deploy.local.broker_plan import SECURED
from features.errors import DuankaError

app = typer.Typer(help="A real Kafka broker on this machine, for development and tests.", no_args_is_help=True,
                  add_completion=False, pretty_exceptions_enable=False)

FOLDER = Path("build/kafka")
Folder = Annotated[Path, typer.Option("--folder", help="Data, configuration, logs and certificates.")]


@app.command()
def start(
    folder: Folder = FOLDER,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 9092,
    secured: Annotated[bool, typer.Option("--secured", help="Also listeners with SCRAM passwords and TLS.")] = False,
) -> None:
    """Start it on the folder's data; where it runs, leave it."""
    running = broker.start(folder, port, SECURED if secured else ())
    plan = running.plan
    for security in ("PLAINTEXT", *plan.secured):
        print(plan.url(security))
    if plan.secured:
        print(f"export DUANKA_KAFKA_PASSWORD_FILE={plan.password_file}")
    print(f"process {running.started.pid}; log in {plan.folder / 'log'}", file=sys.stderr)


@app.command()
def stop(folder: Folder = FOLDER) -> None:
    """Stop it; what was acknowledged stays in the folder."""
    print("stopped" if broker.stop(folder) else "was not running")


@app.command()
def kill(folder: Folder = FOLDER) -> None:
    """Kill it outright, to see what happens; `start` brings it back with its data."""
    print("killed" if broker.kill(folder) else "was not running")


@app.command()
def status(folder: Folder = FOLDER) -> None:
    """Say whether it runs; exit code 1 when not."""
    running = broker.find(folder.resolve())
    if running is None:
        print("not running")
        raise typer.Exit(1)
    print(f"{running.url}, process {running.started.pid}")


def main() -> None:
    """Run it; what goes wrong is one sentence and exit code 2."""
    try:
        app()
    except DuankaError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
