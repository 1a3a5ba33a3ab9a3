"""The queue by card: the worst first, a page at a time, going on behind the last card of the page before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.clickhouse import Store
from connectors.queries.card_custody import HELD, TAKEN, custody_of
from connectors.queries.hit_list import LEVELS

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
# Of cards all over the table each column is a read for each card, so those that a list shows and no more.
_HITS = """
SELECT hit_id, card, alerts, risk, toString(level) AS level, typologies, reasons_zh, reasons_en, reason_codes,
    reason_points, model_version, typology_version, version,
    countIf(hits.last_seen >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')) OVER (PARTITION BY card) AS of_card
FROM hits FINAL WHERE card IN {cards:Array(String)}
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


_UNJUDGED, _NO_LEAD = {"verdict": ""}, {"lead_id": "", "handler": ""}


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
    """Return cards of the queue with what is known of them: `queue_cards`, then `told`."""
    rows, _ = queue_cards(store, wanted, after, limit)
    return told(rows, *(read(store) for read in reads_of(rows, wanted)))


def queue_cards(store: Store, wanted: QueueFilter, after: Place | None = None,
                limit: int = 50) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return cards of the queue, those of the highest level first, then the latest, and how many there are.

    Returns
    -------
    rows : list of dict
        card, grade (1 to 4) and its level, latest_ms.
    counts : dict of str to int
        The number of cards of each level, whatever the lowest level wanted.
    """
    after = after or Place()
    given = wanted.parameters() | {"level": LEVELS.index(wanted.level) + 1, "after_top": after.grade,
                                   "after_ms": after.latest_ms, "after_card": after.card}
    found = store.query(_LEVELS % (limit, wanted.cards()), given)
    rows = [{"card": card, "grade": row["grade"], "level": LEVELS[row["grade"] - 1], "latest_ms": -minus_ms}
            for row in found for minus_ms, card in row["first"]][:limit]
    counted = {row["grade"]: row["cards"] for row in found}
    return rows, {level: counted.get(number, 0) for number, level in enumerate(LEVELS, 1)}


def reads_of(rows: Sequence[Mapping[str, Any]], wanted: QueueFilter) -> tuple[Callable[[Store], Any], ...]:
    """Return the reads whose answers `told` takes, in its order; none needs another's, so they may go side by side."""
    cards = [row["card"] for row in rows]
    if not cards:
        return tuple(lambda _: {} for _ in range(4))
    return (lambda store: _by_card(store.query(_HITS, {"cards": cards, "since_ms": wanted.since_ms})),
            lambda store: _by_card(store.query(_VERDICTS, {"subjects": [f"card:{card}" for card in cards],
                                                           "cards": cards})),
            lambda store: _by_card(store.query(_LEADS, {"cards": cards})),
            lambda store: custody_of(store, cards))


def told(rows: Sequence[dict[str, Any]], hits: Mapping[str, dict], verdicts: Mapping[str, dict],
         leads: Mapping[str, dict], custody: Mapping[str, dict]) -> list[dict[str, Any]]:
    """Return the rows of `queue_cards` with what the `reads_of` them said.

    Returns
    -------
    list of dict
        card, grade, level, latest_ms, hits (their number), hit (its gravest: hit_id, alerts, risk, level,
        typologies, reasons with codes and points, versions), verdict, lead_id and its handler, holder who took
        the card; the last four may be empty. until_ms is when it was put off to, 0 if it was not.
    """
    return [row | {"hits": hits[row["card"]]["of_card"], "hit": hits[row["card"]],
                   "verdict": verdicts.get(row["card"], _UNJUDGED)["verdict"]}
            | {name: leads.get(row["card"], _NO_LEAD)[name] for name in _NO_LEAD} | custody[row["card"]]
            for row in rows if row["card"] in hits]


def _by_card(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["card"]: row for row in rows}
