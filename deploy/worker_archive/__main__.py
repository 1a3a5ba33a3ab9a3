"""``python -m deploy.worker_archive``: write the archive, say what is in it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.worker_archive.build import build
from features.errors import DuankaError


def main(
    out: Annotated[Path, typer.Option("--out", help="The archive.")] = Path("build/worker.zip"),
) -> None:
    """Put the Python of a Flink worker into one file, which travels with the job."""
    try:
        archive = build(out)
    except DuankaError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    print(f"{archive.path}: {archive.path.stat().st_size / 1e6:.0f} MB, {archive.packages}, {archive.code}")


if __name__ == "__main__":
    typer.run(main)
