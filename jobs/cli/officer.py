"""``duanka officer``"""

from typing import Annotated

import typer

from casework.officers import Role, add_officer, retire_officer
from jobs.cli.case_options import CommandId, Officer, Reason, act_of, case_room, need, say
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, print_rows

officer = typer.Typer(help="Register, list and retire those who work cases.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="As it stands in every record.", metavar="NAME")]


@officer.command()
def add(
    name: Name,
    role: Annotated[
        Role, typer.Option("--role", help="A supervisor may also approve others' measures.")
    ] = Role.HANDLER,
    territory: Annotated[
        list[str], typer.Option("--territory", help="First digits of area codes, or * for everywhere.")
    ] = ("*",),
    by: Officer = "",
    reason: Reason = "",
    command_id: CommandId = "",
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Register an officer. The first one is a supervisor and registers themselves; later ones, a supervisor does."""
    with case_room(config, store) as room:
        say(room.desk.on_officer(name, act_of(by.strip() or name, reason, command_id), add_officer, role=role,
                                 territories=tuple(territory)))


@officer.command()
def retire(
    name: Name,
    by: Officer = "",
    reason: Reason = "",
    command_id: CommandId = "",
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Take the right to act from an officer; what they did stays."""
    with case_room(config, store) as room:
        say(room.desk.on_officer(name, act_of(need(by), reason, command_id), retire_officer))


@officer.command("list")
def list_(how: FormatOption = Format.TABLE, store: StoreOption = None, config: Config = None) -> None:
    """List the officers."""
    with case_room(config, store) as room:
        rows = [{"officer": o.name, "role": str(o.role), "territories": list(o.territories), "active": o.active}
                for o in room.desk.officers()]
    print_rows(rows, ("officer", "role", "territories", "active"), how)
