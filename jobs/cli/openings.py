"""``duanka openings``"""

from typing import Annotated

import typer

from connectors.clickhouse import open_store
from connectors.queries.opening_list import opening_findings
from connectors.queries.stream_clock import newest_event_ms
from jobs.cli.duration import parse_duration
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, print_rows, when
from jobs.settings import load_settings

_COLUMNS = ("code", "opened", "card", "holder", "branch", "clerk", "agent", "reason")


def openings(
    code: Annotated[str, typer.Option(help="Only of this code: 1001, 1002, D401 …")] = "",
    branch: Annotated[str, typer.Option(help="Only at this branch.")] = "",
    since: Annotated[str, typer.Option(help="At most this long before the newest event: 1h, 7d …")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    chinese: Annotated[bool, typer.Option("--zh", help="Reasons in Chinese.")] = False,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """List what openings of cards gave away, the newest first: too many, too fast, one address or agent behind many."""
    span_ms = parse_duration(since) if since else None
    settings = load_settings(config, store=store)
    with open_store(settings.store) as db:
        since_ms = newest_event_ms(db) - span_ms if span_ms is not None else 0
        rows = opening_findings(db, since_ms, code, branch, limit)
    for row in rows:
        row |= {"opened": when(row["event_ms"]), "reason": row["reason_zh" if chinese else "reason_en"]}
    print_rows(rows, _COLUMNS, how, f"{len(rows)} findings")
