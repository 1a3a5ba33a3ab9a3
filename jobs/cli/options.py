"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.output import Format

Config = Annotated[
    Path | None, typer.Option("--config", help="TOML file of settings; see docs/operations.md.", show_default=False)
]
Bus = Annotated[
    str | None, typer.Option("--bus", help="Topics: a folder, file://FOLDER or kafka://host:9092.", show_default=False)
]
StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="embedded:FOLDER or clickhouse://user@host:port/db.", show_default=False),
]
Rules = Annotated[Path | None, typer.Option("--rules", help="TOML file of typology parameters.", show_default=False)]
Models = Annotated[
    Path | None, typer.Option("--models", help="Folder of the model registry.", show_default=False)
]
Cluster = Annotated[
    str | None, typer.Option("--cluster", help="REST address of a Flink cluster.", show_default=False)
]
FormatOption = Annotated[Format, typer.Option("--format", help="How rows come out.")]


def bus_url(given: str | None) -> str | None:
    """A bare folder is as good as file://FOLDER."""
    if given is None or "://" in given:
        return given
    return f"file://{given}"
