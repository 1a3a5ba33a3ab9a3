"""Rows on the terminal, as JSON or as CSV."""

import csv
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

#: People read here; rows in other formats go to plain standard output.
console = Console()
#: Progress and messages, so that rows can be piped.
messages = Console(stderr=True)

LEVEL_STYLES = {"red": "bold red", "orange": "dark_orange", "yellow": "yellow", "blue": "blue"}


class Format(StrEnum):
    """How rows come out."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def print_rows(rows: Sequence[dict[str, Any]], columns: Sequence[str], how: Format, title: str = "") -> None:
    """Print rows; `columns` are those of the table and of CSV, JSON has every field."""
    if how is Format.JSON:
        print(json.dumps(list(rows), ensure_ascii=False, indent=2, default=str))
        return
    if how is Format.CSV:
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows([[_plain(row.get(c)) for c in columns] for row in rows])
        return
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for column in columns:
        numeric = bool(rows) and all(isinstance(row.get(column), int | float) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        cells = [_plain(row.get(c)) for c in columns]
        # As Text: a cell is what it is, and card:phone:138… does not become a picture of a telephone.
        table.add_row(*map(Text, cells), style=LEVEL_STYLES.get(str(row.get("level"))))
    console.print(table)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return " ".join(str(v) for v in value)
    return str(value)


def when(ms: int) -> str:
    """Time as people read it, UTC.

    >>> when(1767225600000)
    '2026-01-01 00:00:00Z'
    """
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def yuan(fen: int | None) -> str:
    """Money as people read it.

    >>> yuan(123456)
    '1,234.56'
    """
    return "" if fen is None else f"{fen / 100:,.2f}"
