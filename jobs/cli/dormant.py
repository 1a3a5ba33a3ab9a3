"""``duanka dormant``"""

from typing import Annotated

import typer

from connectors.queries.dormant_cards import dormant_cards
from connectors.queries.stream_clock import newest_event_ms
from jobs.cli.case_options import Officer, Purpose, case_room, need, time_or_empty
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, messages, print_rows

_DAY_MS = 86_400_000
_DRAFT = "草稿：供人工逐一核实，不产生任何措施 / a draft for people to check one by one; it sets no measure in motion"


def dormant(
    officer: Officer = "",
    purpose: Purpose = "",
    days: Annotated[int | None, typer.Option("--days", min=1, help="Silent for so long; else as case work's file says.",
                                             show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 1000,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """List cards to clean up: opened, not closed, and silent since. A draft, nothing more."""
    with case_room(config, store) as room:
        desk = room.desk
        desk.look_up(need(officer), purpose, "dormant", "*")
        now_ms = newest_event_ms(desk.store)
        rows = dormant_cards(desk.store, now_ms - (days or desk.policy.dormant_days) * _DAY_MS, now_ms, limit)
    for row in rows:
        row["draft"] = True
        row["last"], row["opened"] = time_or_empty(row["last_ms"]), time_or_empty(row["opened_ms"])
        row["silent_days"] = (now_ms - row["last_ms"]) // _DAY_MS
    print_rows(rows, ("card", "silent_days", "last", "opened", "uses", "area"), how, f"{len(rows)} cards. {_DRAFT}")
    messages.print(_DRAFT, soft_wrap=True)
