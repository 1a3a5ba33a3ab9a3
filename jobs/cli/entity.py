"""``duanka entity``"""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from casework.policy import Policy
from connectors.clickhouse import open_store
from connectors.queries.entity_view import CARDS, THINGS, EntityView, entity_view
from features.errors import DuankaError
from jobs.casework.desk import Desk
from jobs.cli.case_options import Officer, Purpose
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, console, messages, print_rows, when
from jobs.settings import load_settings
from models.neighbour_risk import Link, neighbour_risk

#: Risk of a card that a person confirmed.
_CONFIRMED = 1000.0


class UnknownEntity(DuankaError):
    """The store has nothing about it."""


def entity(
    start: Annotated[str, typer.Argument(help=f"{', '.join(CARDS + THINGS)} and a value: phone:138…, imei:86…",
                                         metavar="ENTITY")],
    depth: Annotated[int, typer.Option(help="How often links are followed from card to card.", min=1, max=3)] = 1,
    officer: Officer = "",
    purpose: Purpose = "",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Show a holder, card, handset, device, address, branch or agent with all it is linked to, and how that is known.

    Confirmed cards lend risk to their neighbours by the rule in docs/openings.md. CSV holds the links. With --officer
    and --purpose the look-up is logged first.
    """
    kind, _, value = start.partition(":")
    if kind not in CARDS + THINGS or not value:
        raise typer.BadParameter(f"want KIND:VALUE with one of {', '.join(CARDS + THINGS)}; got {kind!r} first",
                                 param_hint="ENTITY")
    settings = load_settings(config, store=store)
    with open_store(settings.store) as db:
        if officer or purpose:
            Desk(db, Policy()).look_up(officer, purpose, "entity", start)
        view = entity_view(db, start, depth)
    if not view.links and not any(card["verdict"] or card["risk"] for card in view.cards.values()):
        raise UnknownEntity(f"the store {settings.store} knows no link of this {kind}; check it and --store")
    lent = lent_risk(view)
    cards = [{"card": card, "lent_risk": round(lent.get(card, 0.0)), **known} for card, known in view.cards.items()]
    cards.sort(key=lambda row: (-row["lent_risk"], -row["risk"], row["card"]))
    if as_json or how is Format.JSON:
        body = asdict(view) | {"cards": cards, "lent_risk": {n: round(r, 1) for n, r in sorted(lent.items())}}
        print(json.dumps(body, ensure_ascii=False, indent=2))
        return
    links = [asdict(link) | {"known_from": link.topic, "first_seen": when(link.first_seen_ms),
                             "last_seen": when(link.last_seen_ms)} for link in view.links]
    columns = ("card", "kind", "thing", "known_from", "n", "sharers", "first_seen", "last_seen")
    print_rows(links, columns, how, f"{len(links)} links of {start}, {depth} deep")
    if how is Format.TABLE:
        print_rows(cards, ("card", "lent_risk", "verdict", "risk", "level"), how, f"{len(cards)} cards")
        console.print(f"[bold]{start}[/]  lent risk {round(lent.get(start, 0.0))}", highlight=False)
    if view.is_cut:
        messages.print("[yellow]there is more than a view holds; begin from one of its cards to see the rest[/]")


def lent_risk(view: EntityView) -> dict[str, float]:
    """Risk that confirmed cards in a view lend, by card and thing."""
    confirmed = {card: _CONFIRMED for card, known in view.cards.items() if known["verdict"] == "confirmed"}
    return neighbour_risk(confirmed, [Link(link.card, link.thing, link.kind, link.sharers) for link in view.links])
