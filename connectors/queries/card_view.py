"""Everything the store knows about one card."""

from dataclasses import dataclass
from typing import Any

from connectors.clickhouse import Store
from connectors.queries.hit_list import HIT_COLUMNS

_HITS = f"SELECT {HIT_COLUMNS} FROM hits FINAL WHERE card = {{card:String}} ORDER BY hits.last_seen DESC LIMIT 100"

# Rows that came twice and are not merged yet are dropped by LIMIT 1 BY; unlike FINAL that lets the
# engine stop reading at the limit. Threads would each open all parts, for a few rows.
_EVENTS = """
SELECT toUnixTimestamp64Milli(event_time) AS event_time_ms, uid, topic, toString(role) AS role, counterparty, kind,
    amount_fen, duration_s, answered, area
FROM card_events
WHERE card = {card:String}
ORDER BY card_events.event_time DESC, uid, role
LIMIT 1 BY event_time_ms, uid, role
LIMIT {limit:UInt32}
SETTINGS max_threads = 1
"""

# From the events and not from the table of counterparties, whose sums count a replay twice: what is
# shown to a person must be exact. A card with more events than the bound is summed over its latest.
_COUNTERPARTIES = """
SELECT counterparty, if(role IN ('caller', 'payer'), 'out', 'in') AS direction, count() AS n,
    sum(ifNull(event.amount_fen, 0)) AS amount_fen, sum(ifNull(event.duration_s, 0)) AS duration_s,
    toUnixTimestamp64Milli(min(event_time)) AS first_seen_ms, toUnixTimestamp64Milli(max(event_time)) AS last_seen_ms
FROM
(
    SELECT event_time, uid, role, counterparty, amount_fen, duration_s FROM card_events
    WHERE card = {card:String} AND topic IN ('cdr', 'txn')
    ORDER BY event_time DESC, uid, role
    LIMIT 1 BY event_time, uid, role
    LIMIT {bound:UInt32}
) AS event
GROUP BY counterparty, direction
ORDER BY amount_fen DESC, n DESC, counterparty, direction
LIMIT {top:UInt32}
"""

#: Events of a card that its counterparties are summed over (ours; a few years of a busy card).
COUNTERPARTY_EVENTS = 200_000
_DIRECTIONS = {"caller": "out", "payer": "out", "callee": "in", "payee": "in"}


@dataclass(frozen=True)
class CardView:
    """What is known about a card; every list has the latest or largest first.

    Attributes
    ----------
    hits : list of dict
        See `connectors.queries.hits`; current and past ones.
    events : list of dict
        event_time_ms, topic, role, counterparty, kind, amount_fen, duration_s, answered, area, uid.
    counterparties : list of dict
        counterparty, direction ("out" or "in"), n, amount_fen, duration_s, first_seen_ms, last_seen_ms.
    """

    card: str
    hits: list[dict[str, Any]]
    events: list[dict[str, Any]]
    counterparties: list[dict[str, Any]]

    @property
    def risk(self) -> int:
        """Risk of the latest hit, 0 to 1000; 0 without one."""
        return self.hits[0]["risk"] if self.hits else 0

    @property
    def level(self) -> str | None:
        """Level of the latest hit, or None."""
        return self.hits[0]["level"] if self.hits else None

    @property
    def is_known(self) -> bool:
        """Whether the store has anything about the card."""
        return bool(self.hits or self.events)


def card_view(store: Store, card: str, limit: int = 50, top: int = 20) -> CardView:
    """Return hits, recent events and largest counterparties of a card.

    Two or three short reads along the tables' order; together well under 300 ms on a laptop, as
    ``tests/connectors/test_card_view.py`` measures. They are not one snapshot.

    Parameters
    ----------
    card : str
        ``phone:…`` or ``account:…``.
    limit : int
        Events.
    top : int
        Counterparties.
    """
    hits = store.query(_HITS, {"card": card})
    events = store.query(_EVENTS, {"card": card, "limit": limit})
    if len(events) < limit:  # all that there are, so they need not be read again
        return CardView(card, hits, events, _summed(events)[:top])
    return CardView(card, hits, events,
                    store.query(_COUNTERPARTIES, {"card": card, "top": top, "bound": COUNTERPARTY_EVENTS}))


def _summed(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What `_COUNTERPARTIES` says of the same events."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        if event["topic"] not in ("cdr", "txn"):
            continue
        at, key = event["event_time_ms"], (event["counterparty"], _DIRECTIONS[event["role"]])
        row = found.setdefault(key, {"counterparty": key[0], "direction": key[1], "n": 0, "amount_fen": 0,
                                     "duration_s": 0, "first_seen_ms": at, "last_seen_ms": at})
        row["n"] += 1
        row["amount_fen"] += event["amount_fen"] or 0
        row["duration_s"] += event["duration_s"] or 0
        row["first_seen_ms"], row["last_seen_ms"] = min(row["first_seen_ms"], at), max(row["last_seen_ms"], at)
    return sorted(found.values(),
                  key=lambda row: (-row["amount_fen"], -row["n"], row["counterparty"], row["direction"]))
