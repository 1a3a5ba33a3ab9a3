"""``duanka card``"""

import json
import time
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from casework.policy import Policy
from connectors.clickhouse import open_store
from connectors.queries import CardView, card_view
from connectors.queries.card_links import card_links
from features.errors import DuankaError
from jobs.casework.desk import Desk
from jobs.cli.case_options import Officer, Purpose
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import LEVEL_STYLES, Format, console, messages, print_rows, when, yuan
from jobs.settings import load_settings


class UnknownCard(DuankaError):
    """The store has nothing about the card."""


def card(
    number: Annotated[str, typer.Argument(help="phone:13812345678 or account:6222…", metavar="CARD")],
    events: Annotated[int, typer.Option(help="Recent events shown.", min=1, max=10_000)] = 15,
    officer: Officer = "",
    purpose: Purpose = "",
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Show one card: risk, level, reasons, recent events, counterparties and links.

    CSV holds the recent events; JSON holds everything. With --officer and --purpose the look-up is logged first.
    """
    kind, colon, rest = number.partition(":")
    if kind not in ("phone", "account") or not colon or not rest:
        raise typer.BadParameter(f"want phone:NUMBER or account:NUMBER, got {number!r}", param_hint="CARD")
    settings = load_settings(config, store=store)
    with open_store(settings.store) as db:
        if officer or purpose:
            Desk(db, Policy()).look_up(officer, purpose, "card", number)
        started = time.perf_counter()
        view, links = card_view(db, number, limit=events), card_links(db, number)
        answered_ms = 1000 * (time.perf_counter() - started)
    if not (view.is_known or links):
        raise UnknownCard(f"the store {settings.store} knows nothing of {number}; check the number and --store")
    if how is Format.JSON:
        known = asdict(view) | {"links": links, "risk": view.risk, "level": view.level}
        print(json.dumps(known, ensure_ascii=False, indent=2))
    elif how is Format.CSV:
        print_rows(view.events, list(view.events[0]) if view.events else [], how)
    else:
        _show(view, links)
        messages.print(f"[dim]the store answered in {answered_ms:.0f} ms[/]", highlight=False)


def _show(view: CardView, links: list[dict]) -> None:
    style = LEVEL_STYLES.get(view.level or "", "green")
    console.print(f"[bold]{view.card}[/]  [{style}]{view.level or 'no hit'} {view.risk}[/]", highlight=False)
    for hit in view.hits:
        span = f"{when(hit['first_seen_ms'])} to {when(hit['last_seen_ms'])}"
        codes = " ".join(hit["typologies"])
        console.print(f"\n[{LEVEL_STYLES[hit['level']]}]{hit['level']} {hit['risk']}[/]  hit {hit['hit_id']}  {codes}")
        versions = f"model {hit['model_version']}, rules {hit['typology_version']}"
        console.print(f"  {span}, {hit['alerts']} alerts, {versions}", highlight=False, style="dim")
        for zh, en, points in zip(hit["reasons_zh"], hit["reasons_en"], hit["reason_points"]):
            console.print(f"  {points:4.0f}  {zh}\n        [dim]{en}[/]", highlight=False)
    for event in view.events:
        event["time"] = when(event.pop("event_time_ms"))
        event["yuan"] = yuan(event.get("amount_fen"))
    _table("recent events", view.events, ("time", "topic", "role", "counterparty", "kind", "yuan", "duration_s"))
    for peer in view.counterparties:
        peer["yuan"] = yuan(peer["amount_fen"]) if peer["amount_fen"] else ""
        peer["last_seen"] = when(peer["last_seen_ms"])
    _table("counterparties", view.counterparties, ("counterparty", "direction", "n", "yuan", "duration_s", "last_seen"))
    for link in links:
        link["first_seen"], link["last_seen"] = when(link["first_seen_ms"]), when(link["last_seen_ms"])
    _table("links", links, ("kind", "value", "n", "cards", "first_seen", "last_seen"))


def _table(title: str, rows: list[dict], columns: tuple[str, ...]) -> None:
    if not rows:
        return
    table = Table(title=f"\n{title}", title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*("" if row.get(c) is None else str(row[c]) for c in columns))
    console.print(table)
