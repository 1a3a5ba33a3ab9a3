"""The queue by card: the worst first, a page at a time, going on behind the last card of the page before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.clickhouse import Store
from connectors.queries.card_custody import HELD, TAKEN, custody_of
from connectors.queries.hit_list import HIT_COLUMNS, LEVELS

# From the narrow table of updates. A hit's level is that of its peak and never falls, so the highest of
# its versions is the one in force. A card that was opened nowhere known is in everybody's territory.
_CARDS = """
SELECT card, max(toInt8(hit_updates.level)) AS grade, max(toUnixTimestamp64Milli(hit_updates.last_seen)) AS latest_ms
FROM hit_updates
WHERE last_seen >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
AND ({typology:String} = '' OR card IN (SELECT card FROM hits WHERE has(typologies, {typology:String})))
AND ({area:String} = '' OR card IN
    (SELECT value FROM opening_index WHERE kind = 'card' AND topic = 'card' AND word = 'open'
     AND startsWith(area, {area:String})))
AND (empty({territories:Array(String)}) OR card NOT IN
    (SELECT value FROM opening_index WHERE kind = 'card' AND topic = 'card' AND word = 'open' AND area != ''
     AND NOT arrayExists(begin -> startsWith(area, begin), {territories:Array(String)})))
%s
GROUP BY card
"""
# Whoever took a card or was handed it has it; where nobody did, whoever handles its open lead.
_LED = "SELECT card FROM lead WHERE lead_id IN (SELECT lead_id FROM leads_now WHERE outcome = '' AND handler"
_HELD_BY = f"AND (card IN ({HELD}) OR card IN ({_LED} = {{handler:String}})) AND card NOT IN ({TAKEN}))"
_NOBODYS = f"AND card NOT IN ({TAKEN}) AND card NOT IN ({_LED} != ''))"
# Of each level the number and the first cards, in one go through all that there are.
_LEVELS = """
SELECT grade, count() AS cards, groupArraySortedIf(%d)((-latest_ms, card), grade >= {level:Int8} AND
    (grade < {after_top:Int8} OR grade = {after_top:Int8} AND
        (latest_ms < {after_ms:Int64} OR latest_ms = {after_ms:Int64} AND card > {after_card:String}))) AS first
FROM (%s) GROUP BY grade ORDER BY grade DESC
"""
_HITS = f"""
SELECT {HIT_COLUMNS}, countIf(hits.last_seen >= fromUnixTimestamp64Milli({{since_ms:Int64}}, 'UTC'))
    OVER (PARTITION BY card) AS of_card
FROM hits FINAL WHERE card IN {{cards:Array(String)}}
ORDER BY card, toInt8(hits.level) DESC, hits.last_seen DESC, hit_id LIMIT 1 BY card
"""
# Given at this desk, or known from the stream.
_VERDICTS = """
SELECT card, argMax(verdict, at) AS verdict FROM
(
    SELECT substring(subject, 6) AS card, JSONExtractString(payload, 'verdict') AS verdict, case_events.at AS at
    FROM case_events
    WHERE subject IN {subjects:Array(String)} AND action = 'verdict_given'
    UNION ALL
    SELECT value AS card, toString(word) AS verdict, event_time AS at FROM opening_index
    WHERE kind = 'card' AND value IN {cards:Array(String)} AND topic = 'verdict'
)
GROUP BY card
"""
_LEADS = """
SELECT l.card AS card, argMax(l.lead_id, l.pushed_at) AS lead_id, argMax(n.handler, l.pushed_at) AS handler
FROM (SELECT card, lead_id, pushed_at FROM lead WHERE card IN {cards:Array(String)}) AS l
LEFT JOIN (SELECT lead_id, handler, outcome FROM leads_now) AS n ON n.lead_id = l.lead_id
WHERE n.outcome = '' GROUP BY card
"""


@dataclass(frozen=True)
class QueueFilter:
    """What of the queue is wanted.

    Attributes
    ----------
    level : str
        The lowest level.
    since_ms : int
        Only cards with an alert from then on, UTC ms.
    typology, area, handler : str
        All where empty; an area is the beginning of a code, a handler who has the card, or its open lead
        where nobody took the card.
    is_nobodys : bool
        Only what nobody has.
    put_off : sequence of str
        Cards to leave out, see `connectors.queries.card_custody`; with `is_put_off` only these.
    territories : sequence of str
        Beginnings of area codes; everywhere where empty.
    """

    level: str = "blue"
    since_ms: int = 0
    typology: str = ""
    area: str = ""
    handler: str = ""
    territories: Sequence[str] = ()
    is_nobodys: bool = False
    put_off: Sequence[str] = ()
    is_put_off: bool = False

    def parameters(self) -> dict[str, Any]:
        return {"since_ms": self.since_ms, "typology": self.typology, "area": self.area, "handler": self.handler,
                "territories": list(self.territories), "put_off": list(self.put_off)}

    def cards(self) -> str:
        """The statement of the cards that are wanted, whatever their level."""
        whose = _HELD_BY if self.handler else _NOBODYS if self.is_nobodys else ""
        if self.is_put_off or self.put_off:
            whose += f" AND card {'IN' if self.is_put_off else 'NOT IN'} {{put_off:Array(String)}}"
        return _CARDS % whose


@dataclass(frozen=True)
class Place:
    """Where a page ended: level as a number, time of the latest alert and card of its last row."""

    grade: int = 127
    latest_ms: int = 0
    card: str = ""


def queue_page(store: Store, wanted: QueueFilter, after: Place | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Return cards of the queue, those of the highest level first, then the latest; see `counted_page`."""
    return counted_page(store, wanted, after, limit)[0]


def counted_page(store: Store, wanted: QueueFilter, after: Place | None = None,
                 limit: int = 50) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return cards of the queue, those of the highest level first, then the latest, and how many there are.

    Returns
    -------
    page : list of dict
        card, grade (1 to 4), level, latest_ms, hits (their number), hit (its gravest, the columns of
        ``connectors.queries.hits``), verdict, lead_id and its handler, holder who took the card; the last
        four may be empty. until_ms is when it was put off to, 0 if it was not.
    counts : dict of str to int
        The number of cards of each level, whatever the lowest level wanted.
    """
    after = after or Place()
    given = wanted.parameters() | {"level": LEVELS.index(wanted.level) + 1, "after_top": after.grade,
                                   "after_ms": after.latest_ms, "after_card": after.card}
    found = store.query(_LEVELS % (limit, wanted.cards()), given)
    rows = [{"card": card, "grade": row["grade"], "latest_ms": -minus_ms}
            for row in found for minus_ms, card in row["first"]][:limit]
    counted = {row["grade"]: row["cards"] for row in found}
    counts = {level: counted.get(number, 0) for number, level in enumerate(LEVELS, 1)}
    cards = [row["card"] for row in rows]
    if not cards:
        return [], counts
    hits = {row["card"]: row for row in store.query(_HITS, {"cards": cards, "since_ms": wanted.since_ms})}
    verdicts = store.query(_VERDICTS, {"subjects": [f"card:{card}" for card in cards], "cards": cards})
    judged = {row["card"]: row["verdict"] for row in verdicts}
    leads = {row["card"]: row for row in store.query(_LEADS, {"cards": cards})}
    nobody, custody = {"lead_id": "", "handler": ""}, custody_of(store, cards)
    numbers = {card: hit.pop("of_card") for card, hit in hits.items()}
    page = [row | {"level": LEVELS[row["grade"] - 1], "hits": numbers[row["card"]], "hit": hits[row["card"]],
                   "verdict": judged.get(row["card"], "")}
            | {name: leads.get(row["card"], nobody)[name] for name in nobody} | custody[row["card"]]
            for row in rows if row["card"] in hits]
    return page, counts
