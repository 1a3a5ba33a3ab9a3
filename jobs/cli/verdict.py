"""``duanka verdict``"""

from typing import Annotated

import typer

from casework.measures import give_verdict
from features.events import VERDICTS
from jobs.casework.bulletin import publish
from jobs.cli.case_options import CommandId, Officer, act_of, card_number, case_room, need, say
from jobs.cli.options import Bus, Config, StoreOption


def verdict(
    number: Annotated[str, typer.Argument(help="phone:13812345678 or account:6222…", metavar="CARD")],
    found: Annotated[str, typer.Argument(help=" or ".join(VERDICTS), metavar="VERDICT")],
    note: Annotated[str, typer.Option("--note", help="What it rests on; one line.")] = "",
    lead: Annotated[str, typer.Option("--lead", help="The lead that it answers.")] = "",
    officer: Officer = "",
    command_id: CommandId = "",
    bus: Bus = None,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Say what a card was found to be; kept in the log and told to the engine by the topic verdict."""
    card = card_number(number)
    if found not in VERDICTS:
        raise typer.BadParameter(f"want {' or '.join(VERDICTS)}, got {found!r}", param_hint="VERDICT")
    with case_room(config, store, bus) as room:
        desk = room.desk
        by = desk.officer(need(officer))
        if lead:
            desk.lead(lead)
        say(desk.on_card(card, act_of(officer, note, command_id), lambda case, facts, act: give_verdict(
            case, facts, by, found, {"lead_id": lead, "hit_id": facts.hit_id}, act)))
        publish(desk, room.append, f"card:{card}")
