"""``duanka watchlist``"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from connectors.clickhouse import open_store
from connectors.queries.watchlist_entries import watchlist_entries, watchlist_sizes
from features.events import WATCHLIST_KINDS
from jobs.cli.moment import parse_moment
from jobs.cli.options import Bus, Config, FormatOption, StoreOption, bus_url
from jobs.cli.output import Format, console, messages, print_rows, when
from jobs.settings import load_settings
from jobs.watchlist.say import RATE, Said, open_bus, say
from jobs.watchlist.table_file import read_words
from jobs.watchlist.words import BadWord, Word, signed_reason

watchlist = typer.Typer(no_args_is_help=True, help="Put cards on shared lists, take them off, see who is on them.")

Card = Annotated[str, typer.Argument(help="phone:NUMBER or account:NUMBER.")]
List = Annotated[str, typer.Option("--list", help="Name of the list; a leading 2001, 3001, 3002 or 3003 is its code.")]
Officer = Annotated[str, typer.Option("--officer", help="Who does it; kept with the entry.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the entry.")]
Expires = Annotated[
    str | None, typer.Option("--expires", help="When it ends: ISO-8601 with offset.", show_default=False)
]
Kind = Annotated[str, typer.Option("--kind", help="block or allow.")]


@watchlist.command()
def add(
    card: Card, name: List, officer: Officer, reason: Reason, expires: Expires = None, kind: Kind = "block",
    bus: Bus = None, config: Config = None,
) -> None:  # fmt: skip
    """Put a card on a list; a running job opens its hit within seconds."""
    ends = parse_moment(expires) if expires else ""
    word = Word(name, card, "add", _kind(kind), signed_reason(reason, officer), ends)
    _say_one(word, bus, config)
    console.print(f"{card} is on list {name} ({kind})", highlight=False, soft_wrap=True)


@watchlist.command()
def remove(
    card: Card, name: List, officer: Officer, reason: Reason, bus: Bus = None, config: Config = None
) -> None:
    """Take a card off a list."""
    _say_one(Word(name, card, "remove", "", signed_reason(reason, officer)), bus, config)
    console.print(f"{card} is off list {name}", highlight=False, soft_wrap=True)


@watchlist.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="CSV: card, and if given list, kind, reason, expires_at; or -.")],
    name: List, officer: Officer, reason: Reason, expires: Expires = None, kind: Kind = "block",
    rate: Annotated[float, typer.Option(min=1, help="Entries a second, so that a job goes on meanwhile.")] = RATE,
    bus: Bus = None, config: Config = None,
) -> None:  # fmt: skip
    """Put many cards on a list, up to millions; their hits open once they act. Bad lines are told and left out."""
    given = Word(name, "", "add", _kind(kind), signed_reason(reason, officer), parse_moment(expires) if expires else "")
    settings = load_settings(config, bus=bus_url(bus))
    begun = time.monotonic()
    with _lines(source) as lines:
        out = open_bus(settings.bus, lambda: settings.bus_folder)
        try:
            with messages.status("") as status:
                words = read_words(lines, given, officer)
                said = say(words, out, settings.lateness_s, rate, lambda s: status.update(f"{s.taken:,} entries"))
        finally:
            out.close()
    _tell(said, time.monotonic() - begun)


@watchlist.command("list")
def list_(
    name: Annotated[str, typer.Option("--list", help="Only of this list.", show_default=False)] = "",
    card: Annotated[str, typer.Option("--card", help="Only of this card.", show_default=False)] = "",
    sizes: Annotated[bool, typer.Option("--sizes", help="How many cards are on each list.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000)] = 100,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Show who is on the lists now, the newest entries first; what was taken off or has ended is left out."""
    settings = load_settings(config, store=store)
    now_ms = time.time_ns() // 1_000_000
    with open_store(settings.store) as db:
        rows = watchlist_sizes(db, now_ms) if sizes else watchlist_entries(db, now_ms, name, card, limit)
    for row in rows:
        row["said"] = when(row["said_ms"])
        if not sizes:
            row["expires"] = when(row["expires_ms"]) if row["expires_ms"] >= 0 else ""
    columns = ("list", "cards", "allowed", "ending", "said") if sizes else (
        "list", "card", "kind", "said", "expires", "reason")  # fmt: skip
    print_rows(rows, columns, how, f"{len(rows)} {'lists' if sizes else 'entries'}")


@contextmanager
def _lines(source: str) -> Iterator[TextIO]:
    if source == "-":
        yield sys.stdin
        return
    try:
        # Bytes that are no UTF-8 spoil their line, not the import.
        file = Path(source).open(encoding="utf-8", errors="replace", newline="")  # noqa: SIM115
    except OSError as error:
        raise BadWord(f"{source} cannot be read: {error.strerror}; give a CSV file or -") from error
    with file:
        yield file


def _kind(kind: str) -> str:
    if kind not in WATCHLIST_KINDS:
        raise typer.BadParameter(f"want one of {', '.join(WATCHLIST_KINDS)}; got {kind!r}", param_hint="--kind")
    return kind


def _say_one(word: Word, bus: str | None, config: Path | None) -> None:
    settings = load_settings(config, bus=bus_url(bus))
    out = open_bus(settings.bus, lambda: settings.bus_folder)
    try:
        said = say([(1, word)], out, settings.lateness_s)
    finally:
        out.close()
    if said.bad:
        raise BadWord(f"the job would refuse this: {said.first_bad[0].why}")


def _tell(said: Said, seconds: float) -> None:
    for line in said.first_bad:
        messages.print(f"line {line.number}: {line.why}", highlight=False, soft_wrap=True, markup=False)
    if said.bad > len(said.first_bad):
        messages.print(f"… and {said.bad - len(said.first_bad):,} more")
    console.print(f"{said.taken:,} entries in {seconds:,.1f} s, {said.bad:,} bad lines left out", highlight=False)
    if not said.taken:
        raise BadWord("no entry was taken; see the lines above")
