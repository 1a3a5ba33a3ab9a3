"""``duanka tainted``"""

from typing import Annotated

import typer

from connectors.clickhouse import open_store
from connectors.queries.tainted_accounts import tainted_account, tainted_accounts, tainted_moves
from features.errors import DuankaError
from jobs.cli.case_options import Officer, Purpose
from jobs.cli.options import Config, FormatOption, StoreOption
from jobs.cli.output import Format, print_rows, when, yuan
from jobs.settings import load_settings

_ACCOUNTS = ("account", "lies_there", "came_in", "share", "hops", "from", "passed_on", "withdrawn", "last", "D108")
_MOVES = ("paid", "payer", "payee", "tainted", "of", "hops", "end")


class NotFollowed(DuankaError):
    """No tainted money was seen there."""


def tainted(
    card: Annotated[str, typer.Argument(help="account:6222…: the payments by which it came and went.")] = "",
    least: Annotated[float, typer.Option(help="Yuan: leave out accounts with less lying there.", min=0)] = 100.0,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    chinese: Annotated[bool, typer.Option("--zh", help="Reasons in Chinese.")] = False,
    officer: Officer = "",
    purpose: Purpose = "",
    how: FormatOption = Format.TABLE,
    store: StoreOption = None,
    config: Config = None,
) -> None:
    """Where money from confirmed and reported cards lies now, as the running job follows it: stop it there.

    For one account, or from a card that was not confirmed in time, see duanka taint. With --officer and --purpose
    the look-up is logged first.
    """
    if card and not card.startswith("account:"):
        raise typer.BadParameter(f"want account:NUMBER, got {card!r}; money is in accounts", param_hint="CARD")
    settings = load_settings(config, store=store)
    with open_store(settings.store) as db:
        if officer or purpose:
            from casework.policy import Policy
            from jobs.casework.desk import Desk

            Desk(db, Policy()).look_up(officer, purpose, "tainted", card or "all")
        account = tainted_account(db, card) if card else None
        if card and account is None:
            raise NotFollowed(f"the job follows no money to this account; ask for the past: duanka taint {card}")
        accounts = [account] if account else tainted_accounts(db, round(least * 100), limit)
        moves = tainted_moves(db, card, limit) if card else []
    if how is Format.JSON and card:
        print_rows([account | {"moves": moves}], (), how)
        return
    for row in accounts:
        row |= {"account": row["card"].removeprefix("account:"), "lies_there": yuan(row["here_fen"])}
        row |= {"came_in": yuan(row["in_fen"] + row["injected_fen"]), "share": round(row["share"], 2)}
        row |= {"hops": round(row["mean_hops"], 1), "from": row["parent"].removeprefix("account:")}
        row |= {"passed_on": yuan(row["out_fen"]), "withdrawn": yuan(row["withdrawn_fen"])}
        row["last"] = when(row["last_ms"])
        row["D108"] = "; ".join(row["reasons_zh" if chinese else "reasons_en"])
    print_rows(accounts, _ACCOUNTS, how, "" if card else f"{len(accounts)} accounts with {least:g} yuan and more")
    if how is Format.TABLE and card:
        for move in moves:
            move |= {"paid": when(move["event_ms"]), "tainted": yuan(move["fen"]), "of": yuan(move["amount_fen"])}
        print_rows(moves, _MOVES, how, f"{len(moves)} payments with tainted money")
