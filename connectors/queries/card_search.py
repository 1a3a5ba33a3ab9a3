"""Finding cards by what an officer has in hand: a number, its end, a holder, a handset, a branch, a lead."""

from typing import Any

from connectors.clickhouse import Store

#: The fewest characters that are searched for (ours): fewer find everybody.
SHORTEST = 4
#: Cards that are looked at where some lie elsewhere and are left out afterwards (ours): with fewer, an end of four
#: digits might find none of one's own.
SEARCHED = 10_000
_THINGS = ("holder", "imei", "imsi", "device", "ip", "branch", "agent", "clerk", "address")

_NUMBER = """
SELECT DISTINCT card FROM
(
    SELECT card FROM card_events WHERE card IN {cards:Array(String)} LIMIT 1 BY card
    UNION ALL SELECT card FROM hits WHERE card IN {cards:Array(String)}
    UNION ALL SELECT card FROM links WHERE card IN {cards:Array(String)} LIMIT 1 BY card
)
"""
# Of cards that were opened, hit or pushed; those that only called or paid are found by the whole number.
_END = """
SELECT DISTINCT card FROM
(
    SELECT card FROM hits WHERE endsWith(card, {text:String})
    UNION ALL SELECT card FROM card WHERE endsWith(card, {text:String})
    UNION ALL SELECT card FROM lead WHERE endsWith(card, {text:String})
)
LIMIT {limit:UInt32}
"""
_LINKED = """
SELECT DISTINCT card, toString(kind) AS kind, value FROM links_by_value
WHERE kind IN {kinds:Array(String)} AND startsWith(value, {text:String})
ORDER BY kind, value, card LIMIT {limit:UInt32}
"""
_LEAD = """
SELECT DISTINCT card, lead_id FROM lead WHERE startsWith(lead_id, {text:String}) ORDER BY lead_id LIMIT {limit:UInt32}
"""
_KNOWN = """
SELECT card, argMax(risk, last_seen) AS risk, toString(argMax(level, last_seen)) AS level FROM hits FINAL
WHERE card IN {cards:Array(String)} GROUP BY card
"""


def card_search(store: Store, text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Return the cards that a text leads to, those with the highest risk first.

    Parameters
    ----------
    text : str
        A whole number, with or without its kind; the end of one; the beginning of a holder, handset,
        SIM, device, address, branch, clerk or agent; the beginning of a lead's id. Shorter than
        `SHORTEST` finds nothing, but for a whole lead id.

    Returns
    -------
    list of dict
        card, by (number, end, lead, or a kind of thing), value (what it was found by), risk, level.
    """
    text = text.strip()
    found: dict[str, tuple[str, str]] = {}
    kind, _, rest = text.partition(":")
    number = rest if kind in ("phone", "account") else "".join(text.split())
    if number.isascii() and number.isdigit() and len(number) >= SHORTEST:
        kinds = (kind,) if kind in ("phone", "account") else ("phone", "account")
        for row in store.query(_NUMBER, {"cards": [f"{each}:{number}" for each in kinds]}):
            found.setdefault(row["card"], ("number", number))
        for row in store.query(_END, {"text": number, "limit": limit}):
            found.setdefault(row["card"], ("end", number))
    kinds, value = (list(_THINGS), text) if kind not in _THINGS else ([kind], rest)
    if len(value) >= SHORTEST:
        for row in store.query(_LINKED, {"kinds": kinds, "text": value, "limit": limit}):
            found.setdefault(row["card"], (row["kind"], row["value"]))
    if len(text) >= 2:
        for row in store.query(_LEAD, {"text": text, "limit": limit}):
            if len(text) >= SHORTEST or row["lead_id"] == text:
                found.setdefault(row["card"], ("lead", row["lead_id"]))
    if not found:
        return []
    known = {row["card"]: row for row in store.query(_KNOWN, {"cards": list(found)})}
    rows = [{"card": card, "by": by, "value": value, "risk": known.get(card, {}).get("risk", 0),
             "level": known.get(card, {}).get("level", "")} for card, (by, value) in found.items()]
    order = {"number": 0, "end": 1}
    return sorted(rows, key=lambda row: (order.get(row["by"], 2), -row["risk"], row["card"]))[:limit]
