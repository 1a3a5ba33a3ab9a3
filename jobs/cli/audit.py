"""``duanka audit``"""

import json
from pathlib import Path
from typing import Annotated

import typer

from casework.chain import check_chain, check_heads, heads
from casework.refusal import BadPolicy
from connectors.case_log import lookups
from jobs.casework.bulletin import publish as publish_subject
from jobs.casework.bulletin import unpublished
from jobs.cli.case_options import Officer, Purpose, case_room, need
from jobs.cli.options import Bus, Config, FormatOption, StoreOption
from jobs.cli.output import Format, console, print_rows, when

audit = typer.Typer(help="Show who did what, and check that nothing was changed since.", no_args_is_help=True)


class BadHeads(BadPolicy):
    """The file of kept heads cannot be used."""


@audit.command()
def show(
    subject: Annotated[str, typer.Argument(help="lead:ID, card:phone:NUMBER, officer:NAME; all if left out.")] = "",
    officer: Officer = "",
    purpose: Purpose = "",
    seen: Annotated[bool, typer.Option("--lookups", help="Who looked at what, instead of who did what.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000)] = 1000,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Show the trail of a subject, or of all, oldest first."""
    with case_room(config, store) as room:
        desk = room.desk
        desk.look_up(need(officer), purpose, "audit show", subject or "*")
        if seen:
            rows = [{"at": when(row["at_ms"])} | row for row in lookups(desk.store, subject, limit)]
            print_rows(rows, ("at", "officer", "purpose", "command", "subject"), how)
            return
        chains = {subject: desk.events(subject)} if subject else desk.chains()
    events = sorted((e for chain in chains.values() for e in chain), key=lambda e: (e.act.at_ms, e.subject, e.seq))
    rows = [{"at": when(e.act.at_ms), "subject": e.subject, "seq": e.seq, "officer": e.act.officer,
             "action": e.act.action, "reason": e.act.reason, "payload": e.act.payload, "hash": e.hash}
            for e in events[-limit:]]
    print_rows(rows, ("at", "subject", "seq", "officer", "action", "reason"), how)


@audit.command()
def verify(
    since: Annotated[Path | None, typer.Option("--since", help="Heads kept earlier: nothing of them may be gone.",
                                               show_default=False)] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Keep the heads in this file, to be stored elsewhere.",
                                             show_default=False)] = None,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Check every chain of the log; ends with 1 if anything was changed, taken out or put in."""
    kept = _kept(since) if since else {}
    with case_room(config, store) as room:
        chains = room.desk.chains()
    found = [finding for chain in chains.values() for finding in check_chain(chain)] + check_heads(chains, kept)
    events = sum(map(len, chains.values()))
    if out is not None and not found:
        out.write_text(json.dumps(heads(chains), indent=0) + "\n", encoding="utf-8")
    rows = [{"subject": f.subject, "seq": f.seq, "what": f.what} for f in found]
    if rows or how is not Format.TABLE:
        print_rows(rows, ("subject", "seq", "what"), how, f"{len(rows)} findings")
    if found:
        raise typer.Exit(1)
    if how is Format.TABLE:
        console.print(f"{events} 条记录、{len(chains)} 条链完整 / events in {len(chains)} chains, nothing amiss",
                      highlight=False, soft_wrap=True)


@audit.command()
def publish(bus: Bus = None, store: StoreOption = None, config: Config = None) -> None:
    """Tell the bus what it was not told when it could not be reached."""
    with case_room(config, store, bus) as room:
        missing = [subject for subject, chain in room.desk.chains().items() if unpublished(chain)]
        sent = sum(publish_subject(room.desk, room.append, subject) for subject in missing)
    console.print(f"{sent} 条已补发 / records sent", highlight=False)


def _kept(path: Path) -> dict[str, list]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        return {subject: [int(seq), str(digest)] for subject, (seq, digest) in given.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadHeads(f"{path} holds no heads of a log ({type(error).__name__}); give a file that duanka audit "
                       "verify --out wrote") from error
