"""``duanka taint``"""

import json
from typing import Annotated

import typer
from rich.table import Table

from casework.policy import Policy
from connectors.clickhouse import open_store
from jobs.casework.desk import Desk
from jobs.cli.case_options import Officer, Purpose
from jobs.cli.duration import parse_duration
from jobs.cli.moment import parse_moment
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, console, messages, print_rows, when, yuan
from jobs.settings import load_settings

_COLUMNS = ("account", "from", "hops", "yuan", "share", "of source", "lies there", "passed on", "withdrawn", "stopped",
            "first", "per hop", "lay there", "D108")
_LATEST_MS = 10_413_792_000_000


def taint(
    cards: Annotated[
        list[str] | None, typer.Argument(help="account:6222… whose money is followed; several allowed.", metavar="CARD")
    ] = None,
    payment: Annotated[
        list[str] | None, typer.Option(help="Follow this payment of a victim, by its event_id; needs no CARD.")
    ] = None,
    amount: Annotated[float | None, typer.Option(help="Only the first so many yuan that come in.", min=0.01)] = None,
    since: Annotated[str, typer.Option(help="From when, such as 2026-01-01T08:00:00+08:00.")] = "",
    until: Annotated[str, typer.Option(help="Up to when.")] = "",
    rule: Annotated[str, typer.Option(help="fifo: first in, first out; proportional: the same share of all.")] = "fifo",
    hops: Annotated[int, typer.Option(help="Accounts after the source.", min=1, max=64)] = 10,
    least: Annotated[float, typer.Option(help="Yuan: payments with less tainted money end the trail.", min=0)] = 100.0,
    least_share: Annotated[float, typer.Option(help="Smallest share of a payment, 0 to 1.", min=0, max=1)] = 0.01,
    longest: Annotated[str, typer.Option(help="Money that lay longer in an account ends the trail: 12h, 30d.")] = "30d",
    top: Annotated[int, typer.Option(help="Accounts in the table.", min=1)] = 50,
    payments: Annotated[int, typer.Option(help="Payments read at most.", min=1)] = 500_000,
    per_account: Annotated[int, typer.Option(help="Accounts with more payments end the trail.", min=1)] = 20_000,
    officer: Officer = "",
    purpose: Purpose = "",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Follow money from a card: who got how much, over how many hops, how fast, where it lies now.

    With --officer and --purpose the look-up is logged first.
    """
    names = [_account(card) for card in cards or ()]
    if not names and not payment:
        raise typer.BadParameter("want account:NUMBER, or --payment with a payment's event_id", param_hint="CARD")
    since_ms, until_ms = parse_moment(since) if since else 0, parse_moment(until) if until else _LATEST_MS
    longest_ms = parse_duration(longest)
    settings = load_settings(config, store=store)
    # Imported late: other commands start without numba.
    from jobs.taint_request import Reach, Source, follow_past
    from models.taint.limits import Limits

    limits = Limits(rule, hops, round(least * 100), least_share, longest_ms, silence_ms=_LATEST_MS)
    fen = None if amount is None else round(amount * 100)
    with open_store(settings.store) as db:
        if officer or purpose:
            subjects = [f"account:{name}" for name in names] + [f"payment:{event_id}" for event_id in payment or ()]
            for subject in subjects:
                Desk(db, Policy()).look_up(officer, purpose, "taint", subject)
        sources = [Source(name, fen) for name in dict.fromkeys(names)]
        trail = follow_past(db, sources, since_ms, until_ms, limits, payment or (), Reach(payments, per_account))
    from jobs.taint_rows import account_rows, edge_rows, in_tree_order, ledger_row

    accounts = in_tree_order(account_rows(trail))
    if how is Format.JSON or as_json:
        known = {"rule": rule, "ledger": ledger_row(trail.ledger), "accounts": accounts, "edges": edge_rows(trail)}
        print(json.dumps(known, ensure_ascii=False, indent=2))
    elif how is Format.CSV:
        print_rows(accounts, list(accounts[0]) if accounts else [], how)
    else:
        _show(accounts[:top], trail.ledger.injected)
        _sum_up(ledger_row(trail.ledger), len(accounts), top)
    messages.print(f"[dim]{trail.payments:,} payments read in {trail.rounds} rounds, rule {rule}[/]", highlight=False)


def _account(card: str) -> str:
    kind, colon, number = card.partition(":")
    if kind != "account" or not colon or not number:
        raise typer.BadParameter(f"want account:NUMBER, got {card!r}; money is in accounts", param_hint="CARD")
    return number


def _show(accounts: list[dict], injected: int) -> None:
    table = Table(header_style="bold", box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column in ("account", "from", "first", "D108") else "right",
                         overflow="fold")
    for a in accounts:
        fen = a["in_fen"] + a["injected_fen"]
        table.add_row(
            "  " * a["depth"] + a["card"].removeprefix("account:") + (" *" if a["source"] else ""),
            (a["parent"] or "").removeprefix("account:")[-4:],
            f"{a['mean_hops']:.1f}", yuan(fen), f"{a['share']:.0%}", f"{fen / max(injected, 1):.0%}",
            _money(a["here_fen"]) + (" +" if a["closed"] else ""), _money(a["out_fen"]), _money(a["withdrawn_fen"]),
            _money(a["stopped_fen"] + a["unseen_fen"]), when(a["first_ms"]), _span(a["hop_ms"]), _span(a["dwell_ms"]),
            "D108" if a["reasons_zh"] else "",
        )  # fmt: skip
    console.print(table)
    for a in accounts:
        for zh, en in zip(a["reasons_zh"], a["reasons_en"]):
            console.print(f"\nD108  {a['card']}  {zh}\n      [dim]{en}[/]", highlight=False, soft_wrap=True)


def _sum_up(ledger: dict[str, int], accounts: int, top: int) -> None:
    said = [f"{name.removesuffix('_fen').replace('_', ' ')} {yuan(fen)}" for name, fen in ledger.items() if fen]
    console.print("\n" + ", ".join(said), highlight=False, soft_wrap=True)
    if accounts > top:
        console.print(f"{accounts - top} more accounts: --top {accounts}", style="dim", highlight=False)
    console.print("* source   + not opened: too many payments since", style="dim", highlight=False)


def _money(fen: int) -> str:
    return yuan(fen) if fen else ""


def _span(ms: float) -> str:
    """Time as people say it.

    >>> _span(90_000), _span(5_400_000), _span(200_000_000)
    ('1.5 min', '1.5 h', '2.3 d')
    """
    if not ms:
        return ""
    minutes = ms / 60_000
    if minutes < 60:
        return f"{minutes:.1f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} d"
