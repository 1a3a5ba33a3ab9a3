"""``duanka traceback``"""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from connectors.clickhouse import open_store
from connectors.queries.opener_counts import OPENERS, opener_counts
from jobs.cli.moment import parse_moment
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, messages, print_rows
from jobs.settings import load_settings

_COLUMNS = ("opener", "opened", "flagged", "confirmed", "confirmed_mean", "confirmed_90", "confirmed_wilson",
            "flagged_mean", "flagged_90", "flagged_wilson")


def traceback(
    by: Annotated[str, typer.Option(help="branch, clerk or agent.")] = "branch",
    since: Annotated[str, typer.Option(help="Cards opened from then on, ISO-8601 with offset.")] = "",
    until: Annotated[str, typer.Option(help="Cards opened before then.")] = "",
    least: Annotated[int, typer.Option(help="Only those that opened so many cards.", min=1)] = 1,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Who opened the cards that turned out bad: opened, flagged, confirmed, with interval estimates.

    Sorted by the lower bound of the rate of confirmed cards, so that small ones do not lead by chance.
    """
    from models.traceback import trace_back  # imported late: scipy

    if by not in OPENERS:
        raise typer.BadParameter(f"want {', '.join(OPENERS)}; got {by!r}", param_hint="--by")
    since_ms, until_ms = parse_moment(since) if since else 0, parse_moment(until) if until else 10**13
    settings = load_settings(config, store=store)
    with open_store(settings.store) as db:
        counts = opener_counts(db, by, since_ms, until_ms)
    found = trace_back(counts["opener"], counts["opened"], counts["flagged"], counts["confirmed"])
    records = [record for record in found.records if record.opened >= least][:limit]
    if as_json or how is Format.JSON:
        print(json.dumps([asdict(record) for record in records], ensure_ascii=False, indent=2))
        return
    rows = []
    for record in records:
        row = {name: getattr(record, name) for name in _COLUMNS[:4]}
        for name in ("confirmed", "flagged"):
            rate = getattr(record, f"{name}_rate")
            row |= {f"{name}_mean": f"{rate.mean:.2%}", f"{name}_90": f"{rate.low:.2%} to {rate.high:.2%}",
                    f"{name}_wilson": f"{rate.wilson_low:.2%} to {rate.wilson_high:.2%}"}
        rows.append(row)
    print_rows(rows, _COLUMNS, how, f"{len(rows)} of {len(found.records)}, by {by}")
    messages.print(f"[dim]usual rates: confirmed {found.confirmed_prior.mean:.2%}, flagged "
                   f"{found.flagged_prior.mean:.2%}; a rate says where to look, not who is guilty[/]", highlight=False)
