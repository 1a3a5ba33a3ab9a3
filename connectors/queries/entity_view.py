"""A card or a thing with everything it is linked to, step by step, each link with how it is known."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectors.clickhouse import Store
from connectors.errors import StoreError

#: Kinds of things; the value of a bound phone is a card.
THINGS = ("holder", "imei", "imsi", "device", "ip", "address", "agent", "branch", "clerk")
CARDS = ("phone", "account")
#: Links of a card, and cards of a thing, that are followed: the latest (ours).
FAN = 60
#: Cards in one view (ours); more cannot be looked at.
MOST_CARDS = 400
#: Things that thousands share by their nature: shown, and followed only when asked for themselves.
_HUBS = ("branch", "clerk")
#: The topic that the links of a retention class come from.
_TOPICS = {"call": "cdr", "fund": "txn", "case": "card"}

_COLUMNS = """card, kind, value, toString(retention) AS retention,
    toUnixTimestamp64Milli(min(first_seen)) AS first_seen_ms, toUnixTimestamp64Milli(max(last_seen)) AS last_seen_ms"""
_OF_CARDS = f"""
SELECT {_COLUMNS}, sum(links.n) AS n
FROM links WHERE card IN {{cards:Array(String)}}
GROUP BY card, kind, value, retention
ORDER BY last_seen_ms DESC, card, kind, value LIMIT {{fan:UInt32}} BY card
"""
_PAIRS = """(SELECT pair.1, pair.2 FROM
    (SELECT arrayJoin(arrayZip({kinds:Array(String)}, {values:Array(String)})) AS pair))"""
# With how many cards share each thing, though not all of them are given.
_OF_THINGS = f"""
SELECT *, uniqExact(card) OVER (PARTITION BY kind, value) AS cards FROM
(
    SELECT {_COLUMNS}, sum(links_by_value.n) AS n
    FROM links_by_value WHERE (kind, value) IN {_PAIRS}
    GROUP BY card, kind, value, retention
)
ORDER BY last_seen_ms DESC, card, kind, value LIMIT {{fan:UInt32}} BY kind, value
"""
_SHARERS = f"""
SELECT kind, value, uniqExact(card) AS cards
FROM links_by_value WHERE (kind, value) IN {_PAIRS}
GROUP BY kind, value
"""
_VERDICTS = """
SELECT card, argMax(word, (event_time, word)) AS verdict FROM opening_index
WHERE kind = 'card' AND value IN {cards:Array(String)} AND topic = 'verdict'
GROUP BY card
"""
_HITS = """
SELECT card, argMax(risk, last_seen) AS risk, toString(argMax(level, last_seen)) AS level FROM hits FINAL
WHERE card IN {cards:Array(String)}
GROUP BY card
"""


@dataclass(frozen=True)
class EntityLink:
    """A card uses a thing.

    Attributes
    ----------
    thing : str
        Such as ``imei:86…``; of a bound phone, the phone's card.
    topic : str
        How it is known: from cdr, txn or card.
    n : int
        Events that said so; a replay counts again.
    sharers : int
        Cards known to use the thing; 0: not counted.
    """

    card: str
    kind: str
    thing: str
    topic: str
    first_seen_ms: int
    last_seen_ms: int
    n: int
    sharers: int


@dataclass(frozen=True)
class EntityView:
    """What was found.

    Attributes
    ----------
    cards : dict of str to dict
        verdict (confirmed, cleared or empty), risk and level of the latest hit (0 and empty without one).
    is_cut : bool
        Whether there is more than what a view holds.
    """

    start: str
    depth: int
    links: list[EntityLink]
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_cut: bool = False


def entity_view(store: Store, start: str, depth: int = 1) -> EntityView:
    """Follow links from a card, or from a thing, over shared things to further cards.

    Parameters
    ----------
    start : str
        ``phone:…``, ``account:…``, or a kind of `THINGS` with its value, such as ``imei:86…``.
    depth : {1, 2, 3}
        How often links are followed from card to thing to card.

    Raises
    ------
    StoreError
    """
    kind, _, value = start.partition(":")
    if kind not in CARDS + THINGS or not value:
        raise StoreError(f"want one of {', '.join(CARDS + THINGS)} and a value, such as imei:86…; got {kind!r} first")
    if depth not in (1, 2, 3):
        raise StoreError(f"a depth is 1, 2 or 3, got {depth}")
    found: dict[tuple, dict] = {}
    sharers: dict[tuple[str, str], int] = {}
    seen_cards, seen_things = set(), set()
    new_cards = {start} if kind in CARDS else set()
    if kind not in CARDS:
        seen_things.add((kind, value))
        new_cards = _take(found, _of_things(store, [(kind, value)], sharers))
    is_cut = False
    for level in range(depth):
        new_cards = set(sorted(new_cards - seen_cards)[: MOST_CARDS - len(seen_cards)])
        seen_cards |= new_cards
        _take(found, store.query(_OF_CARDS, {"cards": sorted(new_cards), "fan": FAN}) if new_cards else [])
        if kind not in CARDS and level == depth - 1:
            break  # from a thing, its cards were the first step
        things = {(row["kind"], row["value"]) for row in found.values() if row["kind"] not in _HUBS}
        things |= {("bound_phone", card) for card in new_cards if card.startswith("phone:")}
        rows = _of_things(store, sorted(things - seen_things), sharers)
        seen_things |= things
        new_cards = _take(found, rows) | {value for kind_, value in things if kind_ == "bound_phone"}
        is_cut |= len(seen_cards | new_cards) > MOST_CARDS
    return EntityView(start, depth, _links(store, found, sharers), _judged(store, found, start), is_cut)


def _take(found: dict[tuple, dict], rows: Iterable[dict]) -> set[str]:
    cards = set()
    for row in rows:
        found[row["card"], row["kind"], row["value"], row["retention"]] = row
        cards.add(row["card"])
    return cards


def _pairs(things: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    return {"kinds": [kind for kind, _ in things], "values": [value for _, value in things]}


def _of_things(store: Store, things: list[tuple[str, str]], sharers: dict[tuple[str, str], int]) -> list[dict]:
    """Links of things; how many cards share each is put into `sharers`, unless it is a hub."""
    rows = store.query(_OF_THINGS, _pairs(things) | {"fan": FAN}) if things else []
    sharers |= {thing: 0 for thing in things}
    sharers |= {(row["kind"], row["value"]): row["cards"] for row in rows if row["kind"] not in _HUBS}
    return rows


def _links(store: Store, found: dict[tuple, dict], sharers: dict[tuple[str, str], int]) -> list[EntityLink]:
    things = {(row["kind"], row["value"]) for row in found.values() if row["kind"] not in _HUBS}
    uncounted = sorted(things - sharers.keys())
    counted = store.query(_SHARERS, _pairs(uncounted)) if uncounted else []
    sharers = sharers | {(row["kind"], row["value"]): row["cards"] for row in counted}
    links = [EntityLink(row["card"], row["kind"], _name(row), _TOPICS.get(row["retention"], row["retention"]),
                        row["first_seen_ms"], row["last_seen_ms"], row["n"],
                        sharers.get((row["kind"], row["value"]), 0))
             for row in found.values()]
    return sorted(links, key=lambda link: (link.kind, link.thing, link.card, link.topic))


def _name(row: dict) -> str:
    return row["value"] if row["kind"] == "bound_phone" else f"{row['kind']}:{row['value']}"


def _judged(store: Store, found: dict[tuple, dict], start: str) -> dict[str, dict[str, Any]]:
    cards = {row["card"] for row in found.values()}
    cards |= {row["value"] for row in found.values() if row["kind"] == "bound_phone"}
    return judged(store, cards | ({start} if start.partition(":")[0] in CARDS else set()))


def verdicts_of(store: Store, cards: Iterable[str]) -> dict[str, str]:
    """Return the verdicts that the stream brought, the latest of each card that has one."""
    asked = sorted(set(cards))
    rows = store.query(_VERDICTS, {"cards": asked}) if asked else []
    return {row["card"]: row["verdict"] for row in rows}


def judged(store: Store, cards: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return verdict, and risk and level of the latest hit of each card, as `EntityView.cards`."""
    known = {card: {"verdict": "", "risk": 0, "level": ""} for card in sorted(set(cards))}
    if known:
        given = {"cards": list(known)}
        for card, verdict in verdicts_of(store, known).items():
            known[card]["verdict"] = verdict
        for row in store.query(_HITS, given):
            known[row["card"]] |= {"risk": row["risk"], "level": row["level"]}
    return known
