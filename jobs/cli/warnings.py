"""``duanka warnings``"""

from typing import Annotated

import typer

from connectors.clickhouse import open_store
from connectors.queries.stream_clock import newest_event_ms
from connectors.queries.warning_list import WARNING_LEVELS
from connectors.queries.warning_list import warnings as query_warnings
from jobs.cli.duration import parse_duration
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, print_rows, when
from jobs.settings import load_settings

_COLUMNS = ("level", "risk", "person", "account", "typologies", "paid", "yuan", "left", "payee", "caller", "talk_min",
            "reason")


def warnings(
    level: Annotated[str, typer.Option(help="yellow, orange or red: this level and above.")] = "yellow",
    since: Annotated[str, typer.Option(help="At most this long before the newest event: 1h, 7d …")] = "",
    person: Annotated[str, typer.Option(help="Only of this phone: or account: number.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    chinese: Annotated[bool, typer.Option("--zh", help="Reasons in Chinese.")] = False,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """List warnings of people who are being cheated, the newest first: reach them while money can be saved."""
    if level not in WARNING_LEVELS:
        raise typer.BadParameter(f"want one of {', '.join(WARNING_LEVELS)}; got {level!r}", param_hint="--level")
    span_ms = parse_duration(since) if since else None
    settings = load_settings(config, store=store)
    with open_store(settings.store) as db:
        since_ms = newest_event_ms(db) - span_ms if span_ms is not None else 0
        rows = query_warnings(db, level=level, since_ms=since_ms, person=person, limit=limit)
    for row in rows:
        paid = bool(row["payee"])
        row["paid"] = when(row["event_ms"]) if paid else ""
        row["yuan"] = f"{row['amount_fen'] / 100:,.2f}" if paid else ""
        left = row["balance_after_fen"]
        row["left"] = f"{left / 100:,.2f}" if left is not None else ""
        row["talk_min"] = round(row["talk_s"] / 60)
        row["reason"] = "; ".join(row["reasons_zh" if chinese else "reasons_en"][:2])
    print_rows(rows, _COLUMNS, how, f"{len(rows)} warnings, {level} and above")
