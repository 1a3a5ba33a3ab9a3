"""Money from victims over three levels of accounts to cash machines, with a way back; calls to the victims."""

import numpy as np

from connectors.clickhouse import Store
from tests.console.station import CHENGDU, insert_hit

FIRST = "account:6217000000001001"
SECOND = [f"account:621700000000200{n}" for n in range(1, 5)]
THIRD = [f"account:621700000000300{n}" for n in range(1, 7)]
DESKS = [f"account:990000000000900{n}" for n in range(1, 4)]
VICTIMS = [f"account:622848000000400{n}" for n in range(1, 9)]
SHOP = "account:6230000000005001"
_HOUR_MS = 3_600_000


def store_laundering(store: Store, now_ms: int) -> list[tuple]:
    """Store everything, and return the payments: payer, payee, fen, channel, UTC ms."""
    rng = np.random.default_rng(3)
    paid, at = [], now_ms - 40 * _HOUR_MS

    def pay(payer: str, payee: str, yuan: float, hours: float, channel: str = "mobile") -> None:
        paid.append((payer, payee, round(yuan * 100), channel, at + round(hours * _HOUR_MS)))

    for n, victim in enumerate(VICTIMS):
        for k in range(1 + n % 3):
            pay(victim, FIRST, (4_800, 12_000, 49_000, 128_000)[(n + k) % 4] + 37 * n, n / 2 + k / 4)
        for k in range(n % 4):  # what they live on
            pay(victim, f"account:62300000000060{n}{k}", 60 + 11 * k, k, "pos")
    for n, mule in enumerate(SECOND):
        for k in range(3):
            pay(FIRST, mule, 21_000 + 9_000 * n + 700 * k, 4 + n / 3 + k / 5)
        for k in range(3):
            pay(mule, THIRD[(n + k) % len(THIRD)], 9_900 + 4_000 * n - 800 * k, 5 + n / 3 + k / 4)
        pay(mule, SHOP, 420 + n, 6, "pos")
    for n, mule in enumerate(THIRD):
        for k in range(2 + n % 2):
            pay(mule, DESKS[(n + k) % len(DESKS)], 5_000 + 2_500 * (n % 3), 7 + n / 4 + k / 9, "atm")
    pay(THIRD[1], FIRST, 8_000, 9)
    pay(THIRD[3], SECOND[0], 3_300, 9.5)
    order = rng.permutation(len(paid))
    columns = list(zip(*[paid[k] for k in order]))
    store.insert("txn", {
        "uid": [700_000 + int(k) for k in order], "event_id": [f"l{k}" for k in order],
        "event_time": list(columns[4]),
        "payer": [name.partition(":")[2] for name in columns[0]],
        "payee": [name.partition(":")[2] for name in columns[1]], "amount_fen": list(columns[2]),
        "channel": list(columns[3])})
    _openings(store, now_ms)
    _judgements(store, now_ms, paid)
    return paid


def _openings(store: Store, now_ms: int) -> None:
    cards = [FIRST, *SECOND, *THIRD]
    store.insert("card", {
        "uid": [710_000 + n for n in range(len(cards))], "event_id": [f"lo{n}" for n in range(len(cards))],
        "event_time": [now_ms - 20 * 24 * _HOUR_MS] * len(cards), "card": cards, "action": ["open"] * len(cards),
        "holder": ["holder-1"] + [f"mule-{n}" for n in range(1, len(cards))], "branch": ["branch-9"] * len(cards),
        "area": ["510104"] * len(cards)})


def _judgements(store: Store, now_ms: int, paid: list[tuple]) -> None:
    insert_hit(store, FIRST, now_ms - 20 * _HOUR_MS, "red", 968, "资金快进快出")
    insert_hit(store, SECOND[3], now_ms - 20 * _HOUR_MS, "orange", 744, "资金快进快出")
    insert_hit(store, SECOND[1], now_ms - 20 * _HOUR_MS, "yellow", 571, "资金快进快出")
    insert_hit(store, THIRD[2], now_ms - 20 * _HOUR_MS, "blue", 402, "取现集中")
    store.insert("verdict", {"uid": [720_001], "event_time": [now_ms - 30 * _HOUR_MS], "card": [FIRST],
                             "verdict": ["confirmed"], "officer": ["wang-fang"], "note": ["受害人报案"]})
    level = {FIRST: 0} | dict.fromkeys(SECOND, 1) | dict.fromkeys(THIRD, 2)
    moves = [move for move in paid if move[0] in level and move[1] != SHOP]
    store.insert("taint_moves", {
        "payer": [move[0] for move in moves], "payee": [move[1] for move in moves],
        "event_time": [move[4] for move in moves], "uid": [730_000 + n for n in range(len(moves))],
        "end": ["withdrawn" if move[3] == "atm" else "passed" for move in moves],
        "fen": [move[2] * (100 - 9 * level[move[0]]) // 100 for move in moves],
        "amount_fen": [move[2] for move in moves],
        "hops": [level[move[0]] + 1 for move in moves], "run_id": ["r"] * len(moves), "version": [1] * len(moves)})
    names = list(level)
    store.insert("taint_accounts", {
        "card": names, "parent": [""] + [FIRST] * (len(names) - 1),
        "source": [int(name == FIRST) for name in names],
        "here_fen": [120_000 + 11_100 * n for n in range(len(names))],
        "share": [0.93 - 0.13 * level[name] for name in names],
        "least_hops": [level[name] for name in names], "first_seen": [now_ms] * len(names),
        "last_seen": [now_ms] * len(names), "run_id": ["r"] * len(names), "version": [1] * len(names)})


#: The phone card of the station whose holder has the first account.
PHONE = CHENGDU
