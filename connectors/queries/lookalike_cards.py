"""Cards whose hits were made for the same reasons as a card's latest one, in the same proportions."""

from typing import Any

from connectors.clickhouse import Store

#: Hits that are compared in the end, of those that come nearest at first sight (ours).
_NEAREST = 200
#: Codes of reasons that say what a card is, not what it did (ours): the general risk of its kind.
_LEFT_OUT = ("BASE",)

_LATEST = """
SELECT reason_codes, reason_points FROM hits FINAL WHERE card = {card:String}
ORDER BY hits.last_seen DESC, hit_id LIMIT 1
"""
# Cosine of the points by reason; `transform` looks each code up once for all rows of a block. Without FINAL, which
# would order all hits; versions are told apart below.
_COSINE = """
arraySum((code, points) -> points * transform(code, {codes:Array(String)}, {points:Array(Float64)}, toFloat64(0)),
    reason_codes, reason_points)
    / sqrt(greatest(1e-9, arraySum((code, points) -> points * points * (NOT has({left_out:Array(String)}, code)),
        reason_codes, reason_points)))
"""
_CANDIDATES = f"""
SELECT card, hit_id FROM hits
PREWHERE has(reason_codes, {{main:String}})
WHERE startsWith(card, {{kind:String}}) AND card != {{card:String}}
ORDER BY {_COSINE} DESC, card, hit_id
LIMIT {{nearest:UInt32}}
"""
_ALIKE = f"""
SELECT card, hit_id, risk, toString(level) AS level, toUnixTimestamp64Milli(last_seen) AS last_seen_ms, reason_codes,
    reason_points, {_COSINE} AS cosine
FROM hits FINAL WHERE card IN {{cards:Array(String)}}
ORDER BY card, hits.last_seen DESC, hit_id LIMIT 1 BY card
"""


def lookalike_cards(store: Store, card: str, limit: int = 8, least: float = 0.8) -> list[dict[str, Any]]:
    """Return cards of the same kind whose latest hit is most like the card's, the most alike first.

    Alike are hits with the same reasons in the same proportions, whatever their risk. The weightiest reason must be
    shared, which leaves most hits out unread.

    Parameters
    ----------
    least : float
        Least likeness, the cosine between points by reason: 1 is the same.

    Returns
    -------
    list of dict
        card, hit_id, risk, level, last_seen_ms, likeness, and `shared`: codes of reasons that both have, those first
        that make most of the likeness.
    """
    latest = store.query(_LATEST, {"card": card})
    own = {code: points for row in latest for code, points in zip(row["reason_codes"], row["reason_points"])
           if code not in _LEFT_OUT and points}
    if not own:
        return []
    length = sum(points * points for points in own.values()) ** 0.5
    given = {"card": card, "kind": f"{card.partition(':')[0]}:", "codes": list(own),
             "points": [points / length for points in own.values()], "left_out": list(_LEFT_OUT),
             "main": max(own, key=lambda code: abs(own[code])), "nearest": _NEAREST}
    cards = sorted({row["card"] for row in store.query(_CANDIDATES, given)})
    rows = store.query(_ALIKE, given | {"cards": cards}) if cards else []
    found = []
    for row in rows:
        if row["cosine"] < least:
            continue
        both = {code: own[code] * points for code, points in zip(row["reason_codes"], row["reason_points"])
                if code in own and own[code] * points > 0}
        found.append({name: row[name] for name in ("card", "hit_id", "risk", "level", "last_seen_ms")}
                     | {"likeness": min(1.0, row["cosine"]), "shared": sorted(both, key=lambda code: -both[code])})
    return sorted(found, key=lambda row: (-row["likeness"], -row["risk"], row["card"]))[:limit]
