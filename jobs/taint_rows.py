"""Money trails as plain rows, for the terminal, for JSON and for the store's writer."""

from collections import defaultdict
from dataclasses import asdict

import numpy as np

from jobs.taint_request import Trail
from models.taint.columns import END_NAMES
from models.taint.layering import Layering
from models.taint.ledger import Ledger

_FEN = ("in", "injected", "here", "out", "withdrawn", "stopped", "unseen", "cleared", "clean", "returned", "quick")


def account_row(account: np.void, card: str, parent: str | None, layered: list[Layering]) -> dict:
    """One account; money in fen, times in ms, `share` as in ACCOUNT."""
    row = {"card": card, "parent": parent}
    row |= {f"{name}_fen": int(account[f"{name}_fen"]) for name in _FEN}
    row |= {name: int(account[name]) for name in ("first_ms", "last_ms", "least_hops", "quick_hops")}
    row |= {name: round(float(account[name]), 4) for name in ("mean_hops", "hop_ms", "dwell_ms", "share")}
    row["source"] = bool(account["source"])
    row["reasons_zh"], row["reasons_en"] = [found.zh for found in layered], [found.en for found in layered]
    return row


def move_row(move: np.void, payer: str, payee: str) -> dict:
    """One tainted part of a payment; `payer` and `payee` as cards."""
    return {
        "time_ms": int(move["time"]), "uid": int(move["uid"]), "payer": payer, "payee": payee,
        "fen": int(move["fen"]), "amount_fen": int(move["amount"]), "hops": int(move["hops"]),
        "dwell_ms": round(float(move["dwell_ms"])), "end": END_NAMES[move["end"]],
    }  # fmt: skip


def account_rows(trail: Trail) -> list[dict]:
    """Every account of a trail that tainted money reached or that is a source."""
    layered = defaultdict(list)
    for found in trail.layered:
        layered[found.entity].append(found)
    rows = []
    for account in trail.accounts:
        entity, parent = int(account["entity"]), int(account["parent"])
        name = f"account:{trail.names[entity]}"
        above = f"account:{trail.names[parent]}" if parent else None
        rows.append(account_row(account, name, above, layered[entity]) | {"closed": entity in trail.closed})
    return rows


def edge_rows(trail: Trail) -> list[dict]:
    """Who passed how much to whom, and how it ended."""
    return [
        {
            "payer": f"account:{trail.names[int(edge['payer'])]}",
            "payee": f"account:{trail.names[int(edge['payee'])]}",
            "end": END_NAMES[edge["end"]],
            "fen": int(edge["fen"]),
            "payments": int(edge["payments"]),
            "first_ms": int(edge["first_ms"]),
            "last_ms": int(edge["last_ms"]),
            "dwell_ms": round(float(edge["dwell_ms"])),
        }
        for edge in trail.edges
    ]


def ledger_row(ledger: Ledger) -> dict[str, int]:
    """Where all of it is, fen."""
    return {f"{name}_fen": fen for name, fen in asdict(ledger).items()}


def taint_tables(told: list[dict]) -> dict[str, list[dict]]:
    """Rows of the store's tables, of what the shard of taint told (:func:`jobs.taint_shard.read_payload`).

    Of an account and of the ledger only how they stand at the end; tables without rows are left out.
    """
    accounts, moves, ledger = {}, [], []
    for said in sorted(told, key=lambda said: said["version"]):
        version = {"version": said["version"]}
        for account in said["accounts"]:
            times = {"first_seen": account["first_ms"], "last_seen": account["last_ms"]}
            kept = {name: value for name, value in account.items() if name not in ("first_ms", "last_ms")}
            accounts[account["card"]] = kept | times | version | {"parent": account["parent"] or ""}
        for move in said["moves"]:
            moves.append({name: value for name, value in move.items() if name != "time_ms"}
                         | {"event_time": move["time_ms"]} | version)
        ledger = [said["ledger"] | version]
    tables = {"taint_accounts": list(accounts.values()), "taint_moves": moves, "taint_ledger": ledger}
    return {table: rows for table, rows in tables.items() if rows}


def in_tree_order(rows: list[dict]) -> list[dict]:
    """Each account below the one through which tainted money first came to it, the largest first; adds `depth`."""
    below = defaultdict(list)
    cards = {row["card"] for row in rows}
    for row in sorted(rows, key=lambda row: (row["in_fen"] + row["injected_fen"], row["card"])):
        below[row["parent"] if row["parent"] in cards and not row["source"] else None].append(row)
    ordered, seen = [], set()
    waiting = [(row, 0) for row in below[None]]
    while waiting:
        row, depth = waiting.pop()
        if row["card"] in seen:
            continue
        seen.add(row["card"])
        ordered.append(row | {"depth": depth})
        waiting += [(child, depth + 1) for child in below[row["card"]]]
    return ordered + [row | {"depth": 0} for row in rows if row["card"] not in seen]
