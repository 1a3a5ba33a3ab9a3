"""A card's habits beside those of its neighbours: the cards that come next by number, of the same operator or bank."""

from dataclasses import dataclass

from connectors.clickhouse import Store

#: Neighbours that are looked at, rows of theirs that are read at most, and days (ours).
PEERS, _ROWS, DAYS = 200, 400_000, 7
_DAY_MS = 86_400_000
#: Fewer neighbours say nothing (ours).
FEWEST = 20

# Those that called or paid themselves: of a number that was only called one knows half. Links know them by the device
# they did it with, a few rows a card; events, by the hundred, are asked where too few have one.
_LINKED = """
SELECT card FROM links WHERE card > {card:String} AND card < {end:String} AND retention != 'case'
GROUP BY card ORDER BY card LIMIT {peers:UInt32} SETTINGS optimize_aggregation_in_order = 1
"""
_ACTIVE = """
SELECT DISTINCT card FROM
(SELECT card FROM card_events WHERE card > {card:String} AND card < {end:String} AND role IN ('caller', 'payer')
 ORDER BY card LIMIT {rows:UInt32})
LIMIT {peers:UInt32}
"""
_FIGURES = """
SELECT card,
    uniqExactIf(uid, role IN ('caller', 'payer')) AS sent, uniqExactIf(uid, role IN ('callee', 'payee')) AS received,
    uniqExactIf(counterparty, role IN ('caller', 'payer')) AS turned_to,
    uniqExact(counterparty) AS counterparties,
    toFloat64(uniqExactIf(uid, role = 'caller' AND answered = 1)) AS answered,
    toFloat64(sumIf(ifNull(amount_fen, 0), role = 'payee')) / 100 AS came_in,
    toFloat64(sumIf(ifNull(amount_fen, 0), role = 'payer')) / 100 AS went_out,
    toFloat64(sumIf(ifNull(duration_s, 0), role = 'caller')) AS talk_s
FROM card_events
WHERE card IN {cards:Array(String)} AND topic IN ('cdr', 'txn')
AND event_time > fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
AND event_time <= fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
GROUP BY card
"""


@dataclass(frozen=True)
class Compared:
    """One figure of a card among its neighbours.

    Attributes
    ----------
    name : str
        sent, received, turned_to, counterparties, answered_share, talk_s_each, came_in, went_out.
    value, median : float
        The card's, and the one in the middle of the neighbours'.
    above : float
        Share of the neighbours with less, 0 to 1.
    """

    name: str
    value: float
    median: float
    above: float


def card_peers(store: Store, card: str, newest_ms: int) -> tuple[list[Compared], int]:
    """Compare a card's last week with that of its neighbours by number.

    Parameters
    ----------
    newest_ms : int
        Its last event, UTC ms: the week before it.

    Returns
    -------
    figures : list of Compared
        Empty where fewer than `FEWEST` neighbours were active.
    peers : int
    """
    kind = card.partition(":")[0]
    given = {"end": f"{kind};", "rows": _ROWS, "peers": PEERS}
    cards: set[str] = set()
    for statement in (_LINKED, _ACTIVE):
        for begin in (card, f"{kind}:"):
            if len(cards) < PEERS:
                cards |= {row["card"] for row in store.query(statement, given | {"card": begin})}
    rows = store.query(_FIGURES, {"cards": sorted(cards | {card}), "from_ms": newest_ms - DAYS * _DAY_MS,
                                  "to_ms": newest_ms})
    figures = {row["card"]: _named(row, kind) for row in rows}
    own = figures.pop(card, None)
    if own is None or len(figures) < FEWEST:
        return [], len(figures)
    return [_compared(name, value, [peer[name] for peer in figures.values()]) for name, value in own.items()], \
        len(figures)


def _named(row: dict, kind: str) -> dict[str, float]:
    if kind == "account":
        return {name: float(row[name]) for name in ("received", "sent", "came_in", "went_out", "counterparties")}
    calls = max(row["sent"], 1)
    return {"sent": float(row["sent"]), "received": float(row["received"]), "turned_to": float(row["turned_to"]),
            "answered_share": row["answered"] / calls, "talk_s_each": row["talk_s"] / calls}


def _compared(name: str, value: float, peers: list[float]) -> Compared:
    ranked = sorted(peers)
    return Compared(name, value, ranked[len(ranked) // 2], sum(peer < value for peer in ranked) / len(ranked))
