"""``duanka hits``"""

from typing import Annotated

import typer

from connectors.clickhouse import open_store
from connectors.queries import hits as query_hits
from connectors.queries.stream_clock import newest_event_ms
from jobs.cli.duration import parse_duration
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, print_rows, when
from jobs.settings import load_settings
from models.levels import Level

_COLUMNS = ("level", "risk", "card", "typologies", "alerts", "first_seen", "last_seen", "reason")


def hits(
    level: Annotated[str, typer.Option(help="blue, yellow, orange or red: this level and above.")] = "blue",
    since: Annotated[str, typer.Option(help="Last alert at most this long before the newest event: 1h, 7d …")] = "",
    typology: Annotated[str, typer.Option(help="Only hits with this typology, such as D201.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    chinese: Annotated[bool, typer.Option("--zh", help="Reasons in Chinese.")] = False,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """List hits, the most urgent first."""
    names = [known.label for known in Level if known]
    if level not in names:
        raise typer.BadParameter(f"want one of {', '.join(names)}; got {level!r}", param_hint="--level")
    span_ms = parse_duration(since) if since else None
    settings = load_settings(config, store=store)
    with open_store(settings.store) as db:
        since_ms = newest_event_ms(db) - span_ms if span_ms is not None else 0
        rows = query_hits(db, level=level, since_ms=since_ms, typology=typology, limit=limit)
    for row in rows:
        row["first_seen"], row["last_seen"] = when(row["first_seen_ms"]), when(row["last_seen_ms"])
        reasons = row["reasons_zh" if chinese else "reasons_en"]
        row["reason"] = reasons[0] if reasons else ""
    print_rows(rows, _COLUMNS, how, f"{len(rows)} hits, {level} and above")
