"""``duanka notices``"""

import logging
from typing import Annotated

import typer

from connectors.errors import StoreUnavailableError
from connectors.queries.notice_rows import NOTICE_STATES, latest_notices
from jobs.casework.desk import Desk
from jobs.cli.case_options import Officer, Purpose, case_room, need, time_or_empty
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, console, messages, print_rows
from jobs.following import follow, patience, stop_by_signal
from jobs.notices.channels import open_channels
from jobs.notices.rounds import Rounds, once
from jobs.notices.sending import Sending
from jobs.notices.settings_file import load_notices
from jobs.notices.sources import Sources
from jobs.settings import load_settings

notices = typer.Typer(help="Tell officers of warnings, hits and leads by webhook, mail or chat.", no_args_is_help=True)

_COLUMNS = ("ended", "state", "kind", "subject", "stage", "officer", "channel", "attempts", "due", "notice_id", "error")


@notices.command()
def run(
    just_once: Annotated[bool, typer.Option("--once", help="Send what is due, then end.")] = False,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Follow the store and send notices, until it is told to end. One at a time on a store."""
    given = load_notices(load_settings(config, store=store).notices)
    channels = open_channels(given.channels)
    stop = stop_by_signal()
    logging.getLogger("duanka.notices").setLevel(logging.INFO)
    with case_room(config, store, policy=patience(stop)) as room:
        sending = Sending(channels, given.attempts, given.first_wait_s, given.longest_wait_s)
        rounds = Rounds(room.desk.store, Sources(Desk(room.desk.store, room.desk.policy), given), given, sending)
        try:
            if just_once:
                console.print(f"{once(rounds, stop)} 条通知 / notices", highlight=False)
            else:
                messages.print(f"通知已启动 / following {room.desk.store.name}; {len(channels)} channels", markup=False,
                               highlight=False, soft_wrap=True)
                follow(rounds.round, stop, given.poll_s, logging.getLogger("duanka.notices"))
        finally:
            sending.close()
            try:
                rounds.note_ended()
            except StoreUnavailableError as error:
                messages.print(f"{error}; what ended meanwhile is sent again, under the same id, by the next run",
                               markup=False, soft_wrap=True)


@notices.command("list")
def list_(
    officer: Officer = "",
    purpose: Purpose = "",
    state: Annotated[str, typer.Option(help=f"Only {', '.join(NOTICE_STATES)}.", show_default=False)] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """List what was sent to whom and when, the latest first."""
    if state and state not in NOTICE_STATES:
        raise typer.BadParameter(f"want one of {', '.join(NOTICE_STATES)}; got {state!r}", param_hint="--state")
    with case_room(config, store) as room:
        room.desk.look_up(need(officer), purpose, "notices list", "*")
        rows = latest_notices(room.desk.store, state, limit)
    for row in rows:
        row["ended"], row["due"] = time_or_empty(row["ended_ms"]), time_or_empty(row["due_ms"])
    print_rows(rows, _COLUMNS, how, f"{len(rows)} notices")


@notices.command()
def check(config: Config = None) -> None:
    """Send a test notice by each channel, and say which works; ends with 1 if one does not."""
    channels = open_channels(load_notices(load_settings(config).notices).channels)
    failed = 0
    for name, channel in sorted(channels.items()):
        body = f"通道“{name}”的测试通知。/ A test notice of the channel {name}.\n"
        reason = channel.send("断卡 Duanka: 测试 / test", body)
        failed += bool(reason)
        said = f"失败 / failed: {reason}" if reason else "正常 / works"
        console.print(f"{name}: {said}", highlight=False, markup=False, soft_wrap=True)
    if failed:
        raise typer.Exit(1)
