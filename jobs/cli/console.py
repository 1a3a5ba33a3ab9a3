"""``duanka console``"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.event import SYSTEM
from connectors.clickhouse import open_store
from connectors.schema import migrate
from features.errors import DuankaError
from jobs.casework.desk import Desk
from jobs.casework.policy_file import load_policy
from jobs.cli.case_options import time_or_empty
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, messages, print_rows
from jobs.cli.output import console as terminal
from jobs.settings import Settings, load_settings

if TYPE_CHECKING:
    from casework.console_users import UserAct
    from console.accounts.duties import Duty
    from console.accounts.user_file import User, UserFile

console = typer.Typer(help="Serve the web console, and manage who may sign in.", invoke_without_command=True)
user = typer.Typer(help="Add, list, disable and reset the console's users.", no_args_is_help=True)
token = typer.Typer(help="Make, list and revoke the tokens by which programs use the REST interface.",
                    no_args_is_help=True)
console.add_typer(user, name="user")
console.add_typer(token, name="token")

#: Files of users in the state folder; the demonstration has one of its own.
USERS, DEMO_USERS = "console.sqlite", "console-demo.sqlite"
_FIRST = "admin"
#: In the log of cases: the command line knows no person.
_BY = f"{SYSTEM}console"

Name = Annotated[str, typer.Argument(help="The user's name.", metavar="NAME")]
State = Annotated[Path | None, typer.Option("--state", help="Folder with the file of users.", show_default=False)]


class ConsoleMissing(DuankaError):
    """The packages of the console are not installed."""


class UnknownOfficer(DuankaError):
    """A user would act as somebody who is not registered."""


@console.callback()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Where to listen; beyond this machine only with TLS.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535)] = 8090,
    certificate: Annotated[Path | None, typer.Option(help="PEM file for TLS.", show_default=False)] = None,
    key: Annotated[Path | None, typer.Option(help="PEM file of its key.", show_default=False)] = None,
    demo: Annotated[bool, typer.Option("--demo", help="One user for each duty, for simulated data.")] = False,
    state: State = None,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Serve the web console until interrupted."""
    if context.invoked_subcommand is not None:
        return
    _require_packages()
    from console.demo import demo_users, require_simulated
    from console.errors import UnsafeServing
    from console.serve import Address, require_safe
    from console.serve import serve as serve_pages

    settings, address = load_settings(config, store=store, state=state), Address(host, port, certificate, key)
    require_safe(address)
    if demo and address.secure:
        raise UnsafeServing("--demo shows codes of the second factor and is for this machine alone; leave "
                            "--certificate and --key out")
    _prepare(settings, demo, require_simulated)
    if demo:
        users, given = demo_users(settings, settings.state / DEMO_USERS)
        for name, (duty, password) in given.items():
            terminal.print(f"  {name:<10} {duty:<14} {password}", highlight=False, markup=False)
    else:
        users = _users(settings)
        if not users.users():
            password = _add_user(settings, users, _FIRST, _duty("administrator"))
            terminal.print(f"first user: {_FIRST}, one-time password {password} (shown only now)", highlight=False,
                           markup=False)
            terminal.print("next: duanka console user add NAME --duty officer --officer NAME", highlight=False)
    terminal.print(f"console: {address}", highlight=False, soft_wrap=True)
    serve_pages(settings, users, address, demo)


@user.command()
def add(
    name: Name,
    duty: Annotated[str, typer.Option("--duty", help="officer, supervisor, analyst, operator, auditor or "
                                                     "administrator.")],
    officer: Annotated[str, typer.Option("--officer", help="The registered officer in whose name they act.",
                                         show_default=False)] = "",
    state: State = None,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Add a user, and print the one-time password of their first sign-in once."""
    settings = load_settings(config, store=store, state=state)
    chosen = _duty(duty)
    if officer:
        _require_officer(settings, officer)
    _say_password(name, _add_user(settings, _users(settings), name, chosen, officer))


@user.command()
def disable(name: Name, state: State = None, store: StoreOption = None, config: Config = None) -> None:
    """Let a user in no longer, and end their sessions at once."""
    from casework.console_users import UserAct

    settings = load_settings(config, store=store, state=state)
    users = _users(settings)
    _note_user(settings, UserAct.DISABLED, _known_user(users, name))
    users.disable(name)
    terminal.print(f"{name}: 已停用 / disabled", highlight=False, markup=False)


@user.command()
def reset(name: Name, state: State = None, store: StoreOption = None, config: Config = None) -> None:
    """Give a user a new one-time password and second factor, and lift a lock-out."""
    from casework.console_users import UserAct

    settings = load_settings(config, store=store, state=state)
    users = _users(settings)
    _note_user(settings, UserAct.RESET, _known_user(users, name))
    _say_password(name, users.reset(name))


@user.command("list")
def list_(how: FormatOption = Format.TABLE, state: State = None, config: Config = None) -> None:
    """List the users."""
    rows = [{"user": u.name, "duty": str(u.duty), "officer": u.officer, "second_factor": bool(u.secret),
             "active": u.active} for u in _users(load_settings(config, state=state)).users()]
    print_rows(rows, ("user", "duty", "officer", "second_factor", "active"), how)


@token.command("add")
def add_token(
    name: Name,
    called: Annotated[str, typer.Option("--name", help="What the token is for.")],
    scope: Annotated[list[str], typer.Option("--scope", help="read:hits, read:cards, read:leads, read:money, "
                                             "read:openings, write:cases or write:leads; several are several.")],
    days: Annotated[int, typer.Option(help="Life in days, at most 90.")] = 30,
    state: State = None,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Make a token that acts in a user's name, and print it once."""
    settings = load_settings(config, store=store, state=state)
    users = _users(settings)
    from console.accounts.tokens import make_token
    from console.token_log import MADE

    known = _known_user(users, name)
    made, secret = make_token(users, known, called, scope, days)
    _note_token(settings, MADE, made)
    terminal.print(f"{made.token_id}: {secret}", highlight=False, markup=False, soft_wrap=True)


@token.command("list")
def list_tokens(
    name: Annotated[str, typer.Argument(help="Only of this user.", metavar="[NAME]")] = "",
    how: FormatOption = Format.TABLE,
    state: State = None,
    config: Config = None,
) -> None:
    """List tokens with their last use; what they are shown by is nowhere."""
    users = _users(load_settings(config, state=state))
    from console.accounts.tokens import tokens_of

    rows = [{"token": t.token_id, "user": t.user, "name": t.name, "scopes": " ".join(t.scopes),
             "made": time_or_empty(t.created_ms), "last_used": time_or_empty(t.used_ms),
             "ends": time_or_empty(t.expires_ms)} for t in tokens_of(users, name)]
    print_rows(rows, ("token", "user", "name", "scopes", "made", "last_used", "ends"), how)


@token.command("revoke")
def end_token(
    token_id: Annotated[str, typer.Argument(help="Its id; see duanka console token list.", metavar="TOKEN")],
    state: State = None,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """End a token at once."""
    settings = load_settings(config, store=store, state=state)
    users = _users(settings)
    from console.accounts.tokens import revoke_token
    from console.errors import AccountError
    from console.token_log import REVOKED

    ended = revoke_token(users, token_id)
    if ended is None:
        raise AccountError(f"there is no token {token_id!r}; see duanka console token list")
    terminal.print(f"{token_id}: 已撤销 / revoked", highlight=False, markup=False)
    _note_token(settings, REVOKED, ended)


def _known_user(users: "UserFile", name: str):
    from console.errors import AccountError

    known = users.user(name)
    if known is None:
        raise AccountError(f"there is no user {name!r}; see duanka console user list")
    return known


def _add_user(settings: Settings, users: "UserFile", name: str, duty: "Duty", officer: str = "") -> str:
    from console.user_log import add_user

    with _desk(settings) as desk:
        return add_user(desk, users, _BY, name, duty, officer)


def _note_user(settings: Settings, what: "UserAct", user: "User") -> None:
    from console.user_log import note_user

    with _desk(settings) as desk:
        note_user(desk, what, _BY, user)


def _note_token(settings: Settings, action: str, made) -> None:
    from console.token_log import note_token

    with _desk(settings) as desk:
        note_token(desk, action, _BY, made)


@contextmanager
def _desk(settings: Settings) -> Iterator[Desk]:
    policy, _ = load_policy(settings.casework)
    with open_store(settings.store) as db:
        migrate(db)
        yield Desk(db, policy)


def _users(settings: Settings) -> "UserFile":
    _require_packages()
    from console.accounts.user_file import UserFile

    return UserFile(settings.state / USERS)


def _duty(name: str) -> "Duty":
    from console.accounts.duties import Duty

    if name not in list(Duty):
        raise typer.BadParameter(f"want one of {', '.join(Duty)}; got {name!r}", param_hint="--duty")
    return Duty(name)


def _say_password(name: str, password: str) -> None:
    terminal.print(f"{name}: 一次性密码 / one-time password {password}", highlight=False, markup=False)


def _require_packages() -> None:
    try:
        import argon2  # noqa: F401
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401

        import console  # noqa: F401
    except ImportError as error:
        raise ConsoleMissing(f"the console needs {error.name}, which is not installed; pip install 'duanka[console]'"
                             ) from error


def _require_officer(settings: Settings, name: str) -> None:
    with _desk(settings) as desk:
        known = desk.officer(name)
    if known is None or not known.active:
        raise UnknownOfficer(f"no active officer is called {name!r}; register them first: duanka officer add {name}")


def _prepare(settings: Settings, demo: bool, require_simulated) -> None:
    if demo:
        require_simulated(settings)
    messages.print(f"[dim]store={settings.store}  state={settings.state}[/]", highlight=False, soft_wrap=True)
    with open_store(settings.store) as db:
        migrate(db)
