"""``duanka report``"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.case_options import case_room
from jobs.cli.options import Config, StoreOption
from jobs.cli.output import console


class Form(StrEnum):
    """How the report is written."""

    MD = "md"
    HTML = "html"
    JSON = "json"


def report(
    period: Annotated[str, typer.Option("--period", help="2026-03, 2026-03-01, or 2026-03-01..2026-03-07.")],
    form: Annotated[Form, typer.Option("--format", help="Markdown, HTML with plots, or JSON.")] = Form.MD,
    out: Annotated[Path | None, typer.Option("--out", help="File; standard output otherwise.",
                                             show_default=False)] = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", show_default=False,
                           help="CSV as duanka figures import takes it, instead of what was imported.")
    ] = None,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Report a period: conversion of leads, measures, appeals, precision. It names no card and no person."""
    # Imported late: loads jinja2's loader and the templates.
    from jobs.casework.period import parse_period
    from jobs.casework.report import gather, written

    asked = parse_period(period)
    with case_room(config, store) as room:
        text = written(gather(room.desk, asked, figures), form)
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")
        console.print(f"{out}: {len(text.encode()):,} bytes", highlight=False, soft_wrap=True)
